"""`Model` and `ModelDeleted`: as they came, made by hand, dumped, compared, copied."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import changed, probe, probes
from tests.acceptance.parity.scripted import reply
from tests.acceptance.parity.side import DELETED, MODEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

RICH = {**MODEL, "shutdown_date": None, "max_model_len": 8192, "permission": [{"id": "p", "group": None}]}
PLAIN: dict[str, Callable[[Any], Any]] = {
    "id": lambda model: model.id,
    "created": lambda model: model.created,
    "object": lambda model: model.object,
    "owned_by": lambda model: model.owned_by,
    "shutdown_date": lambda model: model.shutdown_date,
    "unknown-field": lambda model: model.max_model_len,
    "unknown-field-nested": lambda model: model.permission,
    "absent-field": lambda model: model.nonsense,
    "getattr-default": lambda model: getattr(model, "nonsense", "default"),
    "hasattr": lambda model: [hasattr(model, "max_model_len"), hasattr(model, "nonsense")],
    "request-id": lambda model: model._request_id,
    "type": lambda model: type(model).__name__,
}
DUMPS: dict[str, Callable[[Any], Any]] = {
    "to_dict": lambda model: model.to_dict(),
    "to_dict-set-and-unset": lambda model: model.to_dict(exclude_unset=False),
    "to_dict-no-none": lambda model: model.to_dict(exclude_none=True),
    "to_dict-json": lambda model: model.to_dict(mode="json"),
    "to_dict-api-names": lambda model: model.to_dict(use_api_names=False),
    "to_dict-no-defaults": lambda model: model.to_dict(exclude_defaults=True),
    "to_json": lambda model: json.loads(model.to_json()),
    "to_json-text": lambda model: sorted(model.to_json().splitlines()),
    "to_json-one-line": lambda model: json.loads(model.to_json(indent=None)),
    "to_json-no-none": lambda model: json.loads(model.to_json(exclude_none=True)),
    "to_json-lines": lambda model: len(model.to_json(indent=4).splitlines()),
    "to_json-spaces": lambda model: ": " in model.to_json(indent=None),
    "model_dump": lambda model: model.model_dump(),
    "model_dump-no-none": lambda model: model.model_dump(exclude_none=True),
    "model_dump-no-unset": lambda model: model.model_dump(exclude_unset=True),
    "model_dump-json": lambda model: model.model_dump(mode="json"),
    "model_dump-include": lambda model: model.model_dump(include={"id"}),
    "model_dump-exclude": lambda model: model.model_dump(exclude={"id"}),
    "model_dump-by-alias": lambda model: model.model_dump(by_alias=True),
    "model_dump-positional": lambda model: model.model_dump("json"),
    "model_dump_json": lambda model: json.loads(model.model_dump_json()),
    "model_dump_json-indent": lambda model: sorted(model.model_dump_json(indent=2).splitlines()),
    "model_dump_json-no-none": lambda model: json.loads(model.model_dump_json(exclude_none=True)),
    "model_dump_json-no-unset": lambda model: json.loads(model.model_dump_json(exclude_unset=True)),
    "model_dump_json-spaces": lambda model: ": " in model.model_dump_json(),
    "json-dumps": lambda model: json.loads(json.dumps(model.to_dict())),
    "order-of-keys": lambda model: list(model.to_dict()),
    "nested-none": lambda model: model.to_dict(exclude_none=True)["permission"],
}
OF_PYDANTIC: dict[str, Callable[[Any], Any]] = {
    "model_copy": lambda model: model.model_copy().id,
    "model_copy-update": lambda model: model.model_copy(update={"id": "b"}).id,
    "model_extra": lambda model: model.model_extra,
    "model_fields_set": lambda model: sorted(model.model_fields_set),
    "model_validate": lambda model: type(model).model_validate(MODEL).id,
    "model_construct": lambda model: type(model).model_construct(**MODEL).id,
    "construct": lambda model: type(model).construct(id="a").id,
    "dict": lambda model: model.dict()["id"],
    "dict-of-it": lambda model: dict(model)["id"],
    "fields": lambda model: sorted(type(model).model_fields),
}
ITSELF: dict[str, Callable[[Any], Any]] = {
    "equal-to-its-copy": lambda model: copy.copy(model) == model,
    "equal-to-its-deep-copy": lambda model: copy.deepcopy(model) == model,
    "equal-to-a-dict": lambda model: model == model.to_dict(),
    "equal-to-none": lambda model: model == None,  # noqa: E711
    "copy": lambda model: copy.copy(model).to_dict(),
    "copy-keeps-the-request-id": lambda model: copy.copy(model)._request_id,
    "deep-copy-is-deep": lambda model: copy.deepcopy(model).permission is model.permission,
    "copy-is-apart": lambda model: [changed(copy.copy(model), "owned_by", "me").owned_by, model.owned_by],
    "pickle": lambda model: pickle.loads(pickle.dumps(model)).to_dict(),
    "pickle-equal": lambda model: pickle.loads(pickle.dumps(model)) == model,
    "pickle-keeps-the-request-id": lambda model: pickle.loads(pickle.dumps(model))._request_id,
    "hash": lambda model: hash(model) and None,
    "set-a-field": lambda model: changed(model, "owned_by", "me").to_dict()["owned_by"],
    "set-an-unknown-field": lambda model: changed(model, "note", "mine").to_dict().get("note"),
    "set-and-exclude-unset": lambda model: list(changed(model, "owned_by", None).to_dict(exclude_none=True)),
    "repr-names-the-class": lambda model: repr(model).partition("(")[0],
    "repr": lambda model: repr(type(model)(**MODEL)),
    "str": lambda model: str(type(model)(**MODEL)),
}


@probes("model", PLAIN | ITSELF | {f"dump/{name}": use for name, use in DUMPS.items()})
def _(side: Side, use: Callable[[Any], Any]) -> object:
    return use(side.wait(side.client(reply(RICH, x_request_id="req-4")).models.retrieve("a")))


@probes("model/pydantic", OF_PYDANTIC)
def _(side: Side, use: Callable[[Any], Any]) -> object:
    return use(side.module("types").Model(**MODEL))


@probes(
    "shutdown-date",
    {
        "read": lambda model: model.shutdown_date,
        "to_dict": lambda model: model.to_dict()["shutdown_date"],
        "model_dump": lambda model: model.model_dump()["shutdown_date"],
        "model_dump_json": lambda model: json.loads(model.model_dump_json())["shutdown_date"],
        "text": lambda model: str(model.shutdown_date),
        "compared-with-text": lambda model: model.shutdown_date < "2027-01-01",
        "sliced": lambda model: model.shutdown_date[:4],
    },
)
def _(side: Side, use: Callable[[Any], Any]) -> object:
    return use(side.wait(side.client({**MODEL, "shutdown_date": "2026-10-23"}).models.retrieve("a")))


@probe("shutdown-date/that-is-none")
def _(side: Side) -> object:
    return side.wait(side.client({**MODEL, "shutdown_date": "soon"}).models.retrieve("a")).shutdown_date


@probe("shutdown-date/made-by-hand")
def _(side: Side) -> object:
    model = side.module("types").Model(**MODEL, shutdown_date="2026-10-23")
    return [str(model.shutdown_date), model.to_dict()["shutdown_date"]]


ODD: dict[str, Any] = {
    "id-only": {"id": "a"},
    "no-id": {"object": "model"},
    "id-null": {**MODEL, "id": None},
    "id-number": {**MODEL, "id": 5},
    "created-float": {**MODEL, "created": 1721172741.0},
    "created-fraction": {**MODEL, "created": 1721172741.5},
    "created-text": {**MODEL, "created": "1721172741"},
    "created-null": {**MODEL, "created": None},
    "created-absent": {name: value for name, value in MODEL.items() if name != "created"},
    "object-another": {**MODEL, "object": "engine"},
    "object-null": {**MODEL, "object": None},
    "owned-by-null": {**MODEL, "owned_by": None},
    "owned-by-number": {**MODEL, "owned_by": 5},
}


@probes("odd-model", ODD)
def _(side: Side, value: dict[str, Any]) -> object:
    model = side.wait(side.client(value).models.retrieve("a"))
    return [model.id, model.created, model.object, model.owned_by]


@probes("odd-model/to_dict", ODD)
def _(side: Side, value: dict[str, Any]) -> object:
    return side.wait(side.client(value).models.retrieve("a")).to_dict()


@probe("keyword/model")
def _(side: Side) -> object:
    model = side.module("types").Model(id="a", created=1, object="model", owned_by="me")
    return [model, model.created, model.object, model.shutdown_date, getattr(model, "_request_id", None)]


@probe("keyword/unknown-field")
def _(side: Side) -> object:
    return side.module("types").Model(**MODEL, max_model_len=1).max_model_len


@probe("keyword/equal-to-one-that-came")
def _(side: Side) -> object:
    return side.wait(side.client(MODEL).models.retrieve("a")) == side.module("types").Model(**MODEL)


@probe("keyword/not-equal")
def _(side: Side) -> object:
    kind = side.module("types").Model
    return [kind(**MODEL) == kind(**{**MODEL, "id": "b"}), kind(**MODEL) != kind(**MODEL, shutdown_date="2026-10-23")]


@probe("keyword/equal-with-a-default-given")
def _(side: Side) -> object:
    kind = side.module("types").Model
    return kind(**MODEL) == kind(**MODEL, shutdown_date=None)


@probes("keyword/model", {"without-created": "created", "without-id": "id", "without-owner": "owned_by"})
def _(side: Side, missing: str) -> object:
    return side.module("types").Model(**{name: value for name, value in MODEL.items() if name != missing})


@probe("keyword/of-a-wrong-type")
def _(side: Side) -> object:
    return side.module("types").Model(**{**MODEL, "created": "yesterday"}).created


@probe("keyword/positional")
def _(side: Side) -> object:
    return side.module("types").Model("a")


@probe("keyword/date")
def _(side: Side) -> object:
    return str(side.module("types").Model(**MODEL, shutdown_date=dt.date(2026, 10, 23)).shutdown_date)


@probe("keyword/deleted")
def _(side: Side) -> object:
    gone = side.module("types").ModelDeleted(id="ft:a", deleted=True, object="model")
    return [gone, gone.id, gone.deleted, gone.object, gone == side.wait(side.client(DELETED).models.delete("ft:a"))]


@probe("keyword/deleted-without-deleted")
def _(side: Side) -> object:
    return side.module("types").ModelDeleted(id="ft:a", object="model")


@probes(
    "deleted",
    {
        "id": lambda gone: gone.id,
        "deleted": lambda gone: gone.deleted,
        "object": lambda gone: gone.object,
        "request-id": lambda gone: gone._request_id,
        "to_dict": lambda gone: gone.to_dict(),
        "to_json": lambda gone: json.loads(gone.to_json()),
        "model_dump_json": lambda gone: json.loads(gone.model_dump_json()),
        "copy": lambda gone: copy.copy(gone) == gone,
        "pickle": lambda gone: pickle.loads(pickle.dumps(gone)) == gone,
    },
)
def _(side: Side, use: Callable[[Any], Any]) -> object:
    return use(side.wait(side.client(reply(DELETED, x_request_id="req-5")).models.delete("ft:a")))
