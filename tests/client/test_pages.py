"""Pages: the next one is asked for as long as a cursor moves, and no longer."""

from __future__ import annotations

import copy
import operator
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import NotFoundError, OpenAIError
from openai_models.pagination import AsyncPage, AsyncPaginator, PageInfo, SyncPage
from openai_models.types import Model

if TYPE_CHECKING:
    from collections.abc import Callable

    Reply = Callable[[httpx.Request], httpx.Response]


def page(ids: str, **more: Any) -> Reply:
    return answer({"object": "list", "data": [{"id": one} for one in ids], **more})


def more(ids: str, cursor: object = None) -> Reply:
    """Answer with a page that is not the last."""
    return page(ids, has_more=True, last_id=cursor or ids[-1])


def first_of(shell: Shell, *pages: Any) -> Any:
    replies: list[Any] = [each if callable(each) else answer(each) for each in pages]
    return shell.call(shell.client(Server(*replies)).models.list)


def ids_of(models: Any) -> str:
    return "".join(model.id for model in models)


def listed(shell: Shell, *pages: Reply) -> tuple[str, Server]:
    """Go through the pages, and return the ids in one string."""
    server = Server(*pages)
    return ids_of(shell.all(shell.client(server).models.list())), server


def test_pages_are_followed_by_their_cursors_with_what_was_asked_of_the_first(shell: Shell) -> None:
    server = Server(more("ab"), more("cd"), page("e", has_more=False))
    models = shell.client(server, default_query={"d": 1}).models
    options = {"extra_query": {"limit": 1, "after": "0"}, "extra_headers": {"X-A": "1"}, "timeout": 3}
    assert ids_of(shell.all(models.list(**options))) == "abcde"
    assert [dict(request.url.params) for request in server.requests] == [
        {"d": "1", "limit": "1", "after": "0"},
        {"d": "1", "limit": "1", "after": "b", "after_id": "b"},
        {"d": "1", "limit": "1", "after": "d", "after_id": "d"},
    ]
    sent = [(request.headers["x-a"], request.extensions["timeout"]["read"]) for request in server.requests]
    assert sent == [("1", 3)] * 3


ENDS: dict[str, tuple[list[Reply], str, int]] = {
    "no more": ([page("ab", has_more=False, last_id="b")], "ab", 1),
    "a cursor alone": ([page("ab", last_id="b")], "ab", 1),
    "no cursor": ([page("ab", has_more=True)], "ab", 1),
    "an empty cursor": ([page("ab", has_more=True, last_id="")], "ab", 1),
    "a cursor of a number": ([more("ab", 5)], "ab", 1),
    "more, as text": ([page("ab", has_more="true", last_id="b")], "ab", 1),
    "a cursor that does not move": ([more("ab"), more("cd", "b")], "abcd", 2),
    "cursors in a circle": ([more("a"), more("b"), more("c"), more("d", "a")], "abcd", 4),
    "an empty page": ([more("ab"), more("", "c")], "ab", 2),
    "nothing new": ([more("ab"), more("ab", "c")], "ab", 2),
    "models that came before": ([more("ab"), page("bca")], "abc", 2),
    "the longest cursor": ([more("a", "/" * 8192), page("b")], "ab", 2),
}


@pytest.mark.parametrize(("pages", "ids", "requests"), ENDS.values(), ids=ENDS)
def test_a_cursor_that_leads_nowhere_new_ends_the_list_and_no_model_comes_twice(
    pages: list[Reply], ids: str, requests: int, shell: Shell
) -> None:
    found, server = listed(shell, *pages)
    assert (found, len(server.requests)) == (ids, requests)


@pytest.mark.parametrize("cursor", ["\ud800", "x" * 70_000, "é" * 30_000], ids=["a surrogate", "long", "long in UTF-8"])
def test_a_cursor_that_no_url_can_hold_is_an_error_and_not_the_end(cursor: str, shell: Shell) -> None:
    with pytest.raises(OpenAIError, match="the server names a cursor"):
        listed(shell, more("a", cursor))


CHANGES: dict[str, Callable[[Any], object]] = {
    "an attribute": lambda model: setattr(model, "x", 1),
    "a field": lambda model: setattr(model, "created", "soon"),
    "an item": lambda model: operator.setitem(model, "to_dict", 1),
    "no attribute": lambda model: delattr(model, "owned_by"),
    "no item": lambda model: operator.delitem(model, "extra"),
    "other properties": lambda model: setattr(model, "additional_properties", {"z": 1}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_models_in_data_and_in_each_iteration_are_the_same_objects(
    change: Callable[[Any], object], shell: Shell
) -> None:
    full = {"id": "a", "object": "model", "created": 5.5, "owned_by": "me", "extra": 1}
    page = first_of(shell, {"object": "list", "data": [full]})
    (first,), (second,) = shell.all(page), shell.all(page)
    assert first is second is page.data[0]
    change(first)
    assert page.data[0].to_dict() == page.to_dict()["data"][0] != full


def test_what_is_done_to_the_data_of_a_page_counts(shell: Shell) -> None:
    page = first_of(shell, more("abc"))
    data = page.data
    assert page.data is data
    assert page.has_next_page()
    page.data.clear()
    assert not page.has_next_page()
    assert shell.all(page) == []
    page.data = [Model(id="x")]
    assert page.to_dict()["data"] == [{"id": "x"}]


def test_pages_are_equal_as_long_as_their_models_are(shell: Shell) -> None:
    one, other = first_of(shell, page("a")), first_of(shell, page("a"))
    assert one == other
    one.data[0].owned_by = "me"
    assert one != other
    other.data[0].owned_by = "me"
    assert one == other
    other.data = []
    assert one != other


def test_a_page_tells_of_the_next_and_gives_it(shell: Shell) -> None:
    first = first_of(shell, more("a"), page("b"))
    assert type(first) is (AsyncPage if shell.is_async else SyncPage)
    assert first.has_next_page()
    assert first.next_page_info() == PageInfo({"after": "a", "after_id": "a"})
    second = shell.call(first.get_next_page)
    assert (ids_of(second.data), second.has_next_page(), second.next_page_info()) == ("b", False, None)
    with pytest.raises(RuntimeError, match="has_next_page"):
        shell.call(second.get_next_page)


def test_pages_can_be_gone_through_one_by_one_and_twice(shell: Shell) -> None:
    first = first_of(shell, more("ab"), page("c"))
    assert [ids_of(one.data) for one in shell.all(first.iter_pages())] == ["ab", "c"]
    assert ids_of(shell.all(first)) == ids_of(shell.all(first)) == "abc"


def test_a_page_can_be_changed_as_it_is_gone_through() -> None:
    page = SyncPage[Model](data=[Model(id=one) for one in "abc"])
    for model in page:
        page.data.remove(model)
    assert page.data == []


def test_a_failure_on_the_way_reaches_the_loop(shell: Shell) -> None:
    with pytest.raises(NotFoundError):
        listed(shell, more("a"), answer(status=404))


def test_nothing_is_asked_for_before_it_is_needed() -> None:
    server = Server(more("ab"), page("c"))
    models = iter(Shell("sync").client(server).models.list())
    assert [next(models).id, next(models).id] == ["a", "b"]
    assert len(server.requests) == 1


@pytest.mark.anyio
async def test_an_async_list_is_awaited_or_gone_through(anyio_backend: str) -> None:
    server = Server(page("ab"))
    models = Shell(anyio_backend).client(server).models
    listing = models.list()
    assert isinstance(listing, AsyncPaginator)
    assert not server.requests
    assert ids_of((await listing).data) == "ab"
    assert ids_of([model async for model in listing]) == "ab"
    assert ids_of([model async for model in await models.list()]) == "ab"


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ({"object": "list", "data": [{"id": "a", "x": 1}], "y": {"z": 1}}, None),
        ([{"id": "a", "x": 1}], {"data": [{"id": "a", "x": 1}]}),
    ],
    ids=["a page", "a bare array"],
)
def test_a_page_holds_what_was_sent(sent: Any, held: Any, shell: Shell) -> None:
    one = first_of(shell, sent)
    assert one.to_dict() == (held or sent)
    assert (one.object, getattr(one, "y", None)) == ((None, None) if held else ("list", {"z": 1}))
    one.to_dict()["data"][0]["x"] = 2
    assert one.to_dict() == (held or sent)
    assert repr(one).startswith(f"{type(one).__name__}(")
    assert "data=[Model(id='a'" in repr(one)


def test_a_page_can_be_made_by_hand() -> None:
    one: SyncPage[Model] = SyncPage(data=[Model(id="a")], object="list")
    assert ids_of(one) == "a"
    assert one.to_dict() == {"object": "list", "data": [{"id": "a"}]}
    assert not one.has_next_page()
    assert SyncPage[Model].from_dict({"object": "list", "data": [Model(id="a")]}) == one


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_copied_page_goes_on(make: Callable[[Any], Any], shell: Shell) -> None:
    first = first_of(shell, more("ab"), page("c"))
    copied = make(first)
    assert copied == first
    assert ids_of(shell.all(copied)) == "abc"
    copied.data.clear()
    assert ids_of(first.data) == "ab"


def test_a_page_off_a_pickle_has_its_models_and_says_why_it_cannot_go_on(shell: Shell) -> None:
    unpickled = pickle.loads(pickle.dumps(first_of(shell, more("ab"))))
    assert ids_of(unpickled.data) == "ab"
    with pytest.raises(RuntimeError, match="belongs to no client"):
        shell.call(unpickled.get_next_page)


def test_a_body_of_pages_is_closed_page_by_page(shell: Shell) -> None:
    bodies = [Pieces(b'{"data": [{"id": "a"}], "has_more": true, "last_id": "a"}'), Pieces(b'{"data": [{"id": "b"}]}')]
    waiting = iter(bodies)
    shell.all(shell.client(lambda _: httpx.Response(200, stream=next(waiting))).models.list())
    assert all(body.closed for body in bodies)
