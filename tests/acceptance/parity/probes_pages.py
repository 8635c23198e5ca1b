"""Lists."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import changed, probe, probes
from tests.acceptance.parity.scripted import reply
from tests.acceptance.parity.side import MODEL, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

SECOND = {"object": "list", "data": [{**MODEL, "id": "second"}], "has_more": False}
USES: dict[str, Callable[[Side, Any], Any]] = {
    "data": lambda _, page: page.data,
    "data-type": lambda _, page: [type(page.data).__name__, type(page.data[0]).__name__],
    "object": lambda _, page: page.object,
    "iterated": lambda side, page: side.each(page),
    "iterated-twice": lambda side, page: [len(side.each(page)), len(side.each(page))],
    "iter_pages": lambda side, page: [each.data[0].id for each in side.each(page.iter_pages())],
    "has_next_page": lambda _, page: page.has_next_page(),
    "next_page_info": lambda _, page: page.next_page_info(),
    "get_next_page": lambda side, page: side.wait(page.get_next_page()),
    "request-id": lambda _, page: page._request_id,
    "request-id-of-an-item": lambda _, page: page.data[0]._request_id,
    "to_dict": lambda _, page: page.to_dict(),
    "to_json": lambda _, page: json.loads(page.to_json(indent=None)),
    "model_dump": lambda _, page: page.model_dump(),
    "model_dump_json": lambda _, page: json.loads(page.model_dump_json()),
    "type": lambda _, page: type(page).__name__.partition("[")[0],
    "unknown-field": lambda _, page: page.first_id,
    "absent-field": lambda _, page: page.nonsense,
    "bool": lambda _, page: bool(page),
    "sorted": lambda _, page: [model.id for model in sorted(page.data, key=lambda model: model.id)],
    "copied": lambda _, page: copy.copy(page).data,
    "equal-to-its-copy": lambda _, page: copy.copy(page) == page,
    "is-its-class": lambda side, page: isinstance(
        page, getattr(side.module("pagination"), "AsyncPage" if side.is_async else "SyncPage")
    ),
    "data-set": lambda _, page: len(changed(page, "data", page.data[:1]).data),
    "length": lambda _, page: len(page),
    "indexed": lambda _, page: page[0],
}


@probes("page", USES)
def _(side: Side, use: Callable[[Side, Any], Any]) -> object:
    client = side.client(reply({**PAGE, "first_id": "gpt-4o-mini"}, x_request_id="req-3"))
    return use(side, side.wait(client.models.list()))


@probe("page/iterated-without-await")
def _(side: Side) -> object:
    return side.each(side.client(PAGE).models.list())


@probe("page/what-is-set-as-it-is-gone-through", modes=("sync",))
def _(side: Side) -> object:
    page = side.client(PAGE).models.list()
    noted = [changed(model, "note", 1) for model in page]
    return [noted[0].note, hasattr(page.data[0], "note")]


@probe("page/awaited-twice", modes=("async",))
def _(side: Side) -> object:
    paginator = side.client(PAGE).models.list()
    return [len(side.wait(paginator).data), len(side.wait(paginator).data)]


@probe("page/nothing-is-sent-before-the-await", modes=("async",))
def _(side: Side) -> object:
    side.client(PAGE).models.list()
    return len(side.servers.scripted.requests)


@probe("page/pickled")
def _(side: Side) -> object:
    return pickle.loads(pickle.dumps(side.wait(side.client(PAGE).models.list()))).data[0].id


@probe("page/in-pages")
def _(side: Side) -> object:
    client = side.client({**PAGE, "has_more": True, "last_id": "gpt-4o"}, SECOND)
    return [model.id for model in side.each(client.models.list())]


LISTS: dict[str, Any] = {
    "empty": {"object": "list", "data": []},
    "no-object": {"data": [MODEL]},
    "another-object": {"object": "page", "data": [MODEL]},
    "no-data": {"object": "list"},
    "data-null": {"object": "list", "data": None},
    "data-an-object": {"object": "list", "data": MODEL},
    "array": [MODEL],
    "null": None,
    "text": "models",
    "item-null": {"object": "list", "data": [None]},
    "item-text": {"object": "list", "data": ["gpt-4o"]},
    "item-without-id": {"object": "list", "data": [{"object": "model"}]},
    "item-with-id-only": {"object": "list", "data": [{"id": "a"}]},
    "an-error": {"error": {"message": "No"}},
    "has-more-false": {**PAGE, "has_more": False, "last_id": "gpt-4o"},
}


@probes("list", LISTS)
def _(side: Side, value: Any) -> object:
    page = side.wait(side.client(value).models.list())
    return [getattr(model, "id", model) for model in side.each(page)]


@probe("page/made-by-hand")
def _(side: Side) -> object:
    pagination, types = side.module("pagination"), side.module("types")
    kind = pagination.AsyncPage if side.is_async else pagination.SyncPage
    page = kind[types.Model](data=[types.Model(**MODEL)], object="list")
    return [page.object, page.data, page.has_next_page(), side.each(page)]
