"""A program that replaces a send method of httpx or httpcore sees the requests; nothing else changes the route."""

from __future__ import annotations

import functools
import types
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import AsyncMock, Mock

import httpcore
import httpx
import pytest
from tests.transport.ways import OURS, SIDES, THEIRS, library_of, sent

from openai_models._http.routing import is_intercepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transport.ways import EchoServer

METHODS: Final = {"sync": "handle_request", "async": "handle_async_request"}
NAMES: Final = ("ConnectionPool", "HTTPProxy", "HTTPConnection", "HTTP11Connection")
SEATS: Final = [
    (side, library, prefix + name)
    for side, prefix in (("sync", ""), ("async", "Async"))
    for library, names in ((httpx, ("HTTPTransport",)), (httpcore, NAMES))
    for name in names
]


def plain_function(original: Callable[..., Any]) -> Any:
    def replacement(*arguments: Any) -> Any:
        return original(*arguments)

    return replacement


def wrapper(original: Callable[..., Any]) -> Any:
    return functools.wraps(original)(plain_function(original))


def function_without_a_module(_: object) -> Any:
    return types.FunctionType(plain_function.__code__, {})


REPLACEMENTS: Final[dict[str, Callable[[Any], Any]]] = {
    "function": plain_function,
    "wraps": wrapper,
    "partialmethod": functools.partialmethod,
    "Mock": lambda _: Mock(),
    "no-module": function_without_a_module,
    "None": lambda _: None,
}


@pytest.mark.parametrize("replacement", REPLACEMENTS)
@pytest.mark.parametrize(("side", "library", "name"), SEATS)
def test_a_replaced_method_counts_on_its_own_side_until_it_is_put_back(
    *, side: str, library: Any, name: str, replacement: str
) -> None:
    is_async = side == "async"
    place = getattr(library, name)
    assert not is_intercepted(is_async=is_async)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, METHODS[side], REPLACEMENTS[replacement](getattr(place, METHODS[side])))
        assert is_intercepted(is_async=is_async)
        assert not is_intercepted(is_async=not is_async)
    assert not is_intercepted(is_async=is_async)


@pytest.mark.parametrize(("side", "library", "name"), SEATS)
def test_a_class_that_is_gone_counts_as_replaced_and_a_subclass_does_not(
    side: str, library: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    type("Own", (getattr(library, name),), {METHODS[side]: plain_function(print)})
    assert not is_intercepted(is_async=side == "async")
    monkeypatch.delattr(library, name)
    assert is_intercepted(is_async=side == "async")


ON_THE_WAY: Final = [seat for seat in SEATS if "Proxy" not in seat[2]]  # a proxy's own method is not


@pytest.mark.parametrize(
    ("replacement", "seat"),
    [*zip(cycle(["function", "wraps", "partialmethod"]), ON_THE_WAY, strict=False)],
    ids=[name for *_, name in ON_THE_WAY],
)
def test_a_client_made_before_or_after_goes_there_and_comes_back(
    replacement: str, seat: tuple[str, Any, str], echo_server: EchoServer
) -> None:
    side, library, name = seat
    seen: list[object] = []
    original = getattr(getattr(library, name), METHODS[side])

    def noting(*arguments: Any) -> Any:
        seen.append(arguments)
        return original(*arguments)

    before = SIDES[side]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(getattr(library, name), METHODS[side], REPLACEMENTS[replacement](noting))
        assert library_of(sent(before, echo_server.url)) == THEIRS
        assert library_of(sent(SIDES[side](), echo_server.url)) == THEIRS
    assert library_of(sent(SIDES[side](), echo_server.url)) == OURS
    assert len(seen) == 2


def test_one_client_goes_to_and_fro(echo_server: EchoServer) -> None:
    with SIDES["sync"]() as client:
        libraries = [library_of(client.get(echo_server.url))]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", wrapper(httpx.HTTPTransport.handle_request))
            libraries.append(library_of(client.get(echo_server.url)))
        libraries.append(library_of(client.get(echo_server.url)))
    assert libraries == [OURS, THEIRS, OURS]


@pytest.mark.parametrize(
    ("side", "place", "mock"), [("sync", httpx.HTTPTransport, Mock), ("async", httpx.AsyncHTTPTransport, AsyncMock)]
)
def test_a_mock_answers_without_a_server(side: str, place: Any, mock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, METHODS[side], mock(return_value=httpx.Response(200, text="mocked")))
    assert sent(SIDES[side](), "https://api.test").text == "mocked"
