"""Pages: the next one is asked for as long as a cursor moves, and no longer."""

from __future__ import annotations

import copy
import operator
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import OpenAIError
from openai_models.pagination import AsyncPage, AsyncPaginator, PageInfo, SyncPage
from openai_models.types import Model

if TYPE_CHECKING:
    from collections.abc import Callable


def page(ids: str, **more: Any) -> Callable[[httpx.Request], httpx.Response]:
    return answer({"object": "list", "data": [{"id": one} for one in ids], **more})


def listed(shell: Shell, *pages: Callable[[httpx.Request], httpx.Response]) -> tuple[str, Server]:
    """Go through the pages, and give the ids in one string."""
    server = Server(*pages)
    models = shell.all(shell.client(server).models.list())
    return "".join(model.id for model in models), server


def test_pages_are_followed_by_their_cursors(shell: Shell) -> None:
    ids, server = listed(shell, page("ab", has_more=True, last_id="b"), page("cd", has_more=True, last_id="d"), page("e", has_more=False))  # fmt: skip
    assert ids == "abcde"
    assert [dict(request.url.params) for request in server.requests] == [
        {},
        {"after": "b", "after_id": "b"},
        {"after": "d", "after_id": "d"},
    ]


ENDS: dict[str, list[dict[str, Any]]] = {
    "no more": [{"has_more": False, "last_id": "b"}],
    "nothing said": [{}],
    "a cursor alone": [{"last_id": "b"}],
    "no cursor": [{"has_more": True}],
    "a cursor of null": [{"has_more": True, "last_id": None}],
    "a cursor of a number": [{"has_more": True, "last_id": 5}],
    "more, as text": [{"has_more": "true", "last_id": "b"}],
    "more, as a number": [{"has_more": 1, "last_id": "b"}],
    "a cursor that does not move": [{"has_more": True, "last_id": "b"}] * 2,
    "has_more of null": [{"has_more": None, "last_id": "b"}],
    "cursors in a circle": [{"has_more": True, "last_id": last} for last in "abcab"],
}


@pytest.mark.parametrize("pages", ENDS.values(), ids=ENDS)
def test_a_cursor_that_leads_nowhere_new_ends_the_list(pages: list[dict[str, Any]], shell: Shell) -> None:
    contents = ["ab", "cd", "ef", "gh", "ij"]
    ids, server = listed(shell, *[page(content, **more) for content, more in zip(contents, pages, strict=False)])
    asked = 1 if len(pages) == 1 else 1 + len({more["last_id"] for more in pages})
    assert len(server.requests) == asked
    assert ids == "".join(contents[:asked])


def test_an_empty_page_ends_the_list_though_it_says_there_is_more(shell: Shell) -> None:
    ids, server = listed(shell, page("ab", has_more=True, last_id="b"), page("", has_more=True, last_id="c"))
    assert ids == "ab"
    assert len(server.requests) == 2


def test_an_empty_cursor_is_followed_at_most_once(shell: Shell) -> None:
    ids, server = listed(shell, page("ab", has_more=True, last_id=""))
    assert ids == "ab"
    assert len(server.requests) <= 2


@pytest.mark.parametrize("cursor", ["\ud800", "x" * 70_000, "é" * 30_000], ids=["a surrogate", "long", "long in UTF-8"])
def test_a_cursor_that_no_url_can_hold_is_an_error_and_not_the_end(cursor: str, shell: Shell) -> None:
    with pytest.raises(OpenAIError, match="the server names a cursor"):
        listed(shell, page("a", has_more=True, last_id=cursor))


def test_the_longest_cursor_that_is_sent_fits_the_url(shell: Shell) -> None:
    ids, server = listed(shell, page("a", has_more=True, last_id="/" * 8192), page("b"))
    assert (ids, len(server.requests)) == ("ab", 2)


CHANGES: dict[str, Callable[[Any], object]] = {
    "an attribute": lambda model: setattr(model, "x", 1),
    "a field": lambda model: setattr(model, "owned_by", "you"),
    "a field of another type": lambda model: setattr(model, "created", "soon"),
    "an item": lambda model: operator.setitem(model, "to_dict", 1),
    "no attribute": lambda model: delattr(model, "owned_by"),
    "no item": lambda model: operator.delitem(model, "extra"),
    "other properties": lambda model: setattr(model, "additional_properties", {"z": 1}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("created", [5, 5.5], ids=["as documented", "of another type"])
def test_the_models_in_data_and_in_each_iteration_are_the_same_objects(
    created: object, change: Callable[[Any], object], shell: Shell
) -> None:
    full = {"id": "a", "object": "model", "created": created, "owned_by": "me", "extra": 1}
    page = shell.call(shell.client(Server(answer({"object": "list", "data": [full]}))).models.list)
    (first,), (second,) = shell.all(page), shell.all(page)
    assert first is second is page.data[0]
    change(first)
    assert page.data[0].to_dict() == page.to_dict()["data"][0] != full


def test_the_models_that_were_asked_for_are_those_that_come(shell: Shell) -> None:
    page = shell.call(shell.client(Server(answer({"data": [{"id": "a"}, {"id": "b"}]}))).models.list)
    data = page.data
    assert page.data is data
    assert all(one is other for one, other in zip(shell.all(page), data, strict=True))
    page.data = data[:1]
    assert [model.id for model in shell.all(page)] == ["a"]


def test_a_page_of_which_somebody_took_all_models_has_no_next(shell: Shell) -> None:
    page = shell.call(
        shell.client(Server(answer({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}))).models.list
    )
    assert page.has_next_page()
    page.data.clear()
    assert not page.has_next_page()
    assert shell.all(page) == []


def test_pages_are_equal_as_long_as_their_models_are(shell: Shell) -> None:
    client = shell.client(Server(answer({"data": [{"id": "a"}]})))
    one, other = shell.call(client.models.list), shell.call(client.models.list)
    assert one == other
    one.data[0].owned_by = "me"
    assert one != other
    other.data[0].owned_by = "me"
    assert one == other
    other.data = []
    assert one != other


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1000])
def test_every_model_of_a_long_page_comes_once_and_in_order(count: int, shell: Shell) -> None:
    sent = [{"id": f"m-{n}", "object": "model", "created": n, "owned_by": "me"} for n in range(count)]
    page = shell.call(shell.client(Server(answer({"object": "list", "data": sent}))).models.list)
    assert [model.to_dict() for model in shell.all(page)] == sent
    assert [model.to_dict() for model in page.data] == sent


def test_no_model_comes_twice(shell: Shell) -> None:
    ids, _ = listed(shell, page("ab", has_more=True, last_id="b"), page("bca", has_more=False))
    assert ids == "abc"


def test_a_server_that_gives_nothing_new_under_ever_new_cursors_is_not_asked_for_ever(shell: Shell) -> None:
    asked = 0

    def same(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        assert asked < 100, "asked a hundred times for the same page"
        return page("ab", has_more=True, last_id=f"cursor-{asked}")(_)

    models = shell.all(shell.client(same).models.list())
    assert [model.id for model in models] == ["a", "b"]


def test_what_was_asked_of_the_first_page_is_asked_of_the_next(shell: Shell) -> None:
    server = Server(page("a", has_more=True, last_id="a"), page("b"))
    models = shell.client(server, default_query={"d": 1}).models
    shell.all(models.list(extra_query={"limit": 1, "after": "0"}, extra_headers={"X-A": "1"}, timeout=3))
    assert dict(server.requests[1].url.params) == {"d": "1", "limit": "1", "after": "a", "after_id": "a"}
    assert server.requests[1].headers["x-a"] == "1"
    assert server.requests[1].extensions["timeout"]["read"] == 3


def test_a_page_tells_of_the_next_and_gives_it(shell: Shell) -> None:
    server = Server(page("a", has_more=True, last_id="a"), page("b"))
    first = shell.call(shell.client(server).models.list)
    assert type(first) is (AsyncPage if shell.is_async else SyncPage)
    assert first.has_next_page()
    assert first.next_page_info() == PageInfo({"after": "a", "after_id": "a"})
    second = shell.call(first.get_next_page)
    assert [model.id for model in second.data] == ["b"]
    assert not second.has_next_page()
    assert second.next_page_info() is None


def test_asking_for_a_page_after_the_last_is_a_runtime_error(shell: Shell) -> None:
    server = Server(page("a"))
    last = shell.call(shell.client(server).models.list)
    with pytest.raises(RuntimeError, match="has_next_page"):
        shell.call(last.get_next_page)
    assert len(server.requests) == 1


def test_pages_can_be_gone_through_one_by_one(shell: Shell) -> None:
    server = Server(page("ab", has_more=True, last_id="b"), page("c"))
    first = shell.call(shell.client(server).models.list)
    assert [[model.id for model in one.data] for one in shell.all(first.iter_pages())] == [["a", "b"], ["c"]]


def test_a_page_can_be_changed_as_it_is_gone_through() -> None:
    page = SyncPage[Model](data=[Model(id=one) for one in "abc"])
    for model in page:
        page.data.remove(model)
    assert page.data == []


def test_a_page_can_be_gone_through_twice(shell: Shell) -> None:
    server = Server(page("ab", has_more=True, last_id="b"), page("c"), page("c"))
    first = shell.call(shell.client(server).models.list)
    assert [model.id for model in shell.all(first)] == [model.id for model in shell.all(first)] == ["a", "b", "c"]


def test_a_failure_on_the_way_reaches_the_loop(shell: Shell) -> None:
    server = Server(page("a", has_more=True, last_id="a"), answer(status=404))
    with pytest.raises(Exception, match="404"):
        shell.all(shell.client(server).models.list())


def test_nothing_is_asked_for_before_it_is_needed() -> None:
    server = Server(page("ab", has_more=True, last_id="b"), page("c"))
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
    assert [model.id for model in (await listing).data] == ["a", "b"]
    assert [model.id async for model in listing] == ["a", "b"]
    assert [model.id async for model in await models.list()] == ["a", "b"]


def test_a_page_holds_what_was_sent(shell: Shell) -> None:
    sent = {"object": "list", "data": [{"id": "a", "x": 1}], "has_more": False, "y": {"z": 1}}
    one = shell.call(shell.client(Server(answer(sent))).models.list)
    assert one.to_dict() == sent
    assert one.object == "list"
    assert one.y == {"z": 1}
    one.to_dict()["data"][0]["x"] = 2
    assert one.to_dict() == sent
    assert repr(one).startswith(f"{type(one).__name__}(")
    assert "data=[Model(id='a'" in repr(one)


def test_a_bare_array_is_a_page_of_its_items(shell: Shell) -> None:
    one = shell.call(shell.client(Server(answer([{"id": "a"}]))).models.list)
    assert one.to_dict() == {"data": [{"id": "a"}]}
    assert one.object is None


def test_a_page_can_be_made_by_hand() -> None:
    one: SyncPage[Model] = SyncPage(data=[Model(id="a")], object="list")
    assert [model.id for model in one] == ["a"]
    assert one.to_dict() == {"object": "list", "data": [{"id": "a"}]}
    assert not one.has_next_page()
    assert SyncPage[Model].from_dict({"object": "list", "data": [Model(id="a")]}) == one


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_copied_page_goes_on(make: Callable[[Any], Any], shell: Shell) -> None:
    server = Server(page("ab", has_more=True, last_id="b"), page("c"))
    first = shell.call(shell.client(server).models.list)
    copied = make(first)
    assert copied == first
    assert [model.id for model in shell.all(copied)] == ["a", "b", "c"]
    copied.data.clear()
    assert [model.id for model in first.data] == ["a", "b"]


def test_a_page_off_a_pickle_has_its_models_and_says_why_it_cannot_go_on(shell: Shell) -> None:
    server = Server(page("ab", has_more=True, last_id="b"), page("c"))
    first = shell.call(shell.client(server).models.list)
    unpickled = pickle.loads(pickle.dumps(first))
    assert [model.id for model in unpickled.data] == ["a", "b"]
    with pytest.raises(RuntimeError):
        shell.call(unpickled.get_next_page)


def test_a_body_of_pages_is_closed_page_by_page(shell: Shell) -> None:
    bodies = [Pieces(b'{"data": [{"id": "a"}], "has_more": true, "last_id": "a"}'), Pieces(b'{"data": [{"id": "b"}]}')]
    waiting = iter(bodies)
    shell.all(shell.client(lambda _: httpx.Response(200, stream=next(waiting))).models.list())
    assert all(body.closed for body in bodies)
