"""Models, deletions and pages: as they came, made by hand, dumped, compared, copied."""

import copy
import datetime as dt
import itertools
import json
import pickle
from collections.abc import Callable
from typing import Any

from tests.acceptance.parity.probe import ASYNC, BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import DELETED, LIST, MODEL, Side, reply

RICH = {**MODEL, "shutdown_date": None, "max_model_len": 8192, "permission": [{"id": "p", "group": None}]}
FIELDS = "id created object owned_by shutdown_date max_model_len permission nonsense _request_id"
DUMPS = ("to_dict", "to_json", "model_dump", "model_dump_json")
DUMP_OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"exclude_none": True},
    {"exclude_unset": True},
    {"exclude_unset": False},
)
MODES = itertools.product(("to_dict", "model_dump"), [{"mode": "json"}])
INDENTS = itertools.product(("to_json", "model_dump_json"), [{"indent": None}, {"indent": 4}])
REFUSED_IN_DUMPS: tuple[dict[str, Any], ...] = ({"include": {"id"}}, {"exclude": {"id"}}, {"by_alias": True})
REFUSED_IN_TO_DICT = ({"use_api_names": False}, {"exclude_defaults": True})


def _set(value: Any, name: str, to: object) -> Any:
    setattr(value, name, to)
    return value


def _rich(side: Side) -> Any:
    return side.retrieve(reply(RICH, x_request_id="req-4"))


def _dump(side: Side, case: tuple[str, dict[str, Any]]) -> object:
    dumped = getattr(_rich(side), case[0])(**case[1])
    if isinstance(dumped, dict):
        return [dumped, list(dumped)]
    return [json.loads(dumped), sorted(dumped.splitlines()), ": " in dumped]


def _compared(model: Any, other: Any) -> list[Any]:
    return [other == model, other.to_dict(), other._request_id, other.permission is model.permission]


ITSELF: dict[str, Callable[[Any], Any]] = {
    "type": lambda model: [type(model).__name__, repr(type(model)(**MODEL)), str(type(model)(**MODEL))],
    "hasattr": lambda model: [hasattr(model, name) for name in ("max_model_len", "nonsense")],
    "equal": lambda model: [model == model.to_dict(), model == None],  # noqa: E711
    "copied": lambda model: _compared(model, copy.copy(model)),
    "deep-copied": lambda model: _compared(model, copy.deepcopy(model)),
    "pickled": lambda model: _compared(model, pickle.loads(pickle.dumps(model))),
    "copy-is-apart": lambda model: [_set(copy.copy(model), "owned_by", "me").owned_by, model.owned_by],
    "hash": lambda model: hash(model) and None,
    "set-a-field": lambda model: _set(model, "owned_by", "me").to_dict(),
    "set-an-unknown-field": lambda model: _set(model, "note", "mine").to_dict(),
    "set-to-none": lambda model: _set(model, "owned_by", None).to_dict(exclude_none=True),
    "dump-positional": lambda model: model.model_dump("json"),
    "as-a-dict": lambda model: dict(model)["id"],
}
PYDANTIC = "model_copy model_extra model_fields_set model_validate model_construct construct dict model_fields"
DATES: dict[str, Callable[[Any], Any]] = {
    "read": lambda model: model.shutdown_date,
    "dumped": lambda model: [model.to_dict(), model.model_dump(), json.loads(model.model_dump_json())],
    "text": lambda model: str(model.shutdown_date),
    "used-as-text/compared": lambda model: model.shutdown_date < "2027-01-01",
    "used-as-text/sliced": lambda model: model.shutdown_date[:4],
}
ODD: dict[str, dict[str, Any]] = {
    "id-only": {"id": "a"},
    "created-float": {**MODEL, "created": 1721172741.0},
    "created-fraction": {**MODEL, "created": 1721172741.5},
    "created-text": {**MODEL, "created": "1721172741"},
    "object-another": {**MODEL, "object": "engine"},
    "all-null": {"id": "a", "created": None, "object": None, "owned_by": None},
    "owned-by-number": {**MODEL, "owned_by": 5},
    "date-that-is-none": {**MODEL, "shutdown_date": "soon"},
}


def _odd(side: Side, value: dict[str, Any]) -> object:
    model = side.retrieve(value)
    return [model.created, model.object, model.owned_by, model.shutdown_date, model.to_dict()]


def _by_hand(side: Side) -> object:
    model = side.types.Model(**MODEL, max_model_len=1, shutdown_date="2026-10-23")
    shown = [model, model.created, model.object, model.max_model_len, str(model.shutdown_date)]
    return [*shown, getattr(model, "_request_id", None)]


def _equal(side: Side) -> object:
    kind = side.types.Model
    others = (MODEL, {**MODEL, "id": "b"}, {**MODEL, "shutdown_date": "2026-10-23"}, {**MODEL, "shutdown_date": None})
    return [kind(**MODEL) == kind(**other) for other in others] + [side.retrieve(MODEL) == kind(**MODEL)]


def _without(side: Side, name: str) -> object:
    return side.types.Model(**{key: value for key, value in MODEL.items() if key != name})


def _deleted(side: Side) -> object:
    gone = side.delete(reply(DELETED, x_request_id="req-5"))
    by_hand = side.types.ModelDeleted(**DELETED)
    same = [gone == other for other in (by_hand, copy.copy(gone), pickle.loads(pickle.dumps(gone)))]
    shown = [gone, gone.id, gone.deleted, gone.object, gone._request_id, by_hand]
    return [*shown, json.loads(gone.to_json()), json.loads(gone.model_dump_json()), same]


probes("model", by_value(*FIELDS.split()), lambda side, name: getattr(_rich(side), name))
probes("model-itself", ITSELF, lambda side, use: use(_rich(side)))
probes("dumped", by_value(*itertools.product(DUMPS, DUMP_OPTIONS), *MODES, *INDENTS), _dump)
probes("refused-dump/to_dict", by_value(*itertools.product(["to_dict"], REFUSED_IN_TO_DICT)), _dump)
probes("refused-dump/model_dump", by_value(*itertools.product(["model_dump"], REFUSED_IN_DUMPS)), _dump)
probes("pydantic", by_value(*PYDANTIC.split()), lambda side, name: getattr(side.types.Model, name))
probes("shutdown-date", DATES, lambda side, use: use(side.retrieve({**MODEL, "shutdown_date": "2026-10-23"})))
probes("odd-model", ODD, _odd)
programs(
    {
        "by-hand/model": _by_hand,
        "by-hand/equal": _equal,
        "by-hand/deleted": _deleted,
        "by-hand/positional": lambda side: side.types.Model("a"),
        "by-hand/without-id": lambda side: _without(side, "id"),
        "by-hand/date": lambda side: str(side.types.Model(**MODEL, shutdown_date=dt.date(2026, 10, 23)).shutdown_date),
        "by-hand/lenient/without-created": lambda side: _without(side, "created"),
        "by-hand/lenient/wrong-type": lambda side: side.types.Model(**{**MODEL, "created": "yesterday"}).created,
        "by-hand/lenient/deleted": lambda side: side.types.ModelDeleted(id="ft:a", object="model"),
    },
    SYNC,
)

PAGE_FIELDS = "data object first_id nonsense has_next_page next_page_info get_next_page to_dict model_dump _request_id"
PAGES: dict[str, Callable[[Side, Any], Any]] = {
    "type": lambda _, page: [type(each).__name__.partition("[")[0] for each in (page, page.data, page.data[0])],
    "is-its-class": lambda side, page: isinstance(page, _page_class(side)),
    "iterated-twice": lambda side, page: [side.each(page), side.each(page)],
    "iter_pages": lambda side, page: side.each(page.iter_pages()),
    "request-id-of-an-item": lambda _, page: page.data[0]._request_id,
    "json": lambda _, page: [json.loads(page.to_json(indent=None)), json.loads(page.model_dump_json())],
    "copied": lambda _, page: [copy.copy(page).data, copy.copy(page) == page, bool(page)],
    "data-set": lambda _, page: _set(page, "data", page.data[:1]).data,
    "length": lambda _, page: len(page),
    "indexed": lambda _, page: page[0],
    "pickled": lambda _, page: pickle.loads(pickle.dumps(page)).data,
}


def _page_class(side: Side) -> Any:
    return side.module("pagination").AsyncPage if side.is_async else side.module("pagination").SyncPage


def _page(side: Side) -> Any:
    return side.list(reply({**LIST, "first_id": "a"}, x_request_id="req-3"))


def _page_field(side: Side, name: str) -> object:
    value = getattr(_page(side), name)
    return side.wait(value()) if callable(value) else value


def _page_by_hand(side: Side) -> object:
    page = _page_class(side)[side.types.Model](data=[side.types.Model(**MODEL)], object="list")
    return [page.object, page.data, page.has_next_page(), side.each(page)]


def _in_pages(side: Side) -> object:
    second = {"object": "list", "data": [{**MODEL, "id": "second"}], "has_more": False}
    return side.each(side.client({**LIST, "has_more": True, "last_id": "b"}, second).models.list())


def _awaited_twice(side: Side) -> object:
    paginator = side.client(LIST).models.list()
    before = len(side.sent)
    return [before, len(side.wait(paginator).data), len(side.wait(paginator).data)]


probes("page", by_value(*PAGE_FIELDS.split()), _page_field, BOTH)
probes("page", PAGES, lambda side, use: use(side, _page(side)), BOTH)
programs({"page/by-hand": _page_by_hand, "page/in-pages": _in_pages})
programs({"page/awaited-twice": _awaited_twice}, ASYNC)
