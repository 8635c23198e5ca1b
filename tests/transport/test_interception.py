"""A program that replaces a send method of httpx or httpcore sees the requests; nothing else changes the route."""

import functools
import types
from collections.abc import Callable
from itertools import cycle
from typing import Any, Final
from unittest.mock import AsyncMock, Mock

import httpcore
import httpx
import pytest
from tests.transport.ways import CLIENTS, OURS, SIDES, THEIRS, EchoServer, library_of, sent

from openai_models._http.routing import is_intercepted

SEATS: Final = [
    prefix + name
    for prefix in ("", "Async")
    for name in ("HTTPTransport", "ConnectionPool", "HTTPProxy", "HTTPConnection", "HTTP11Connection")
]
ON_THE_WAY: Final = [name for name in SEATS if "Proxy" not in name]  # a proxy's own method is not
METHODS: Final = {"sync": "handle_request", "async": "handle_async_request"}


def side_of(name: str) -> str:
    return "async" if name.startswith("Async") else "sync"


def library_with(name: str) -> Any:
    return httpx if name.endswith("Transport") else httpcore


def place_of(name: str) -> tuple[Any, str]:
    """Return a class, and the name of its send method."""
    return getattr(library_with(name), name), METHODS[side_of(name)]


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
@pytest.mark.parametrize("name", SEATS)
def test_a_replaced_method_counts_on_its_own_side_until_it_is_put_back(name: str, replacement: str) -> None:
    is_async = side_of(name) == "async"
    place, method = place_of(name)
    assert not is_intercepted(is_async=is_async)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, method, REPLACEMENTS[replacement](getattr(place, method)))
        assert is_intercepted(is_async=is_async)
        assert not is_intercepted(is_async=not is_async)
    assert not is_intercepted(is_async=is_async)


@pytest.mark.parametrize("name", SEATS)
def test_a_class_that_is_gone_counts_as_replaced_and_a_subclass_does_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, method = place_of(name)
    type("Own", (place,), {method: plain_function(print)})
    assert not is_intercepted(is_async=side_of(name) == "async")
    monkeypatch.delattr(library_with(name), name)
    assert is_intercepted(is_async=side_of(name) == "async")


@pytest.mark.parametrize(
    ("name", "replacement"), [*zip(ON_THE_WAY, cycle(["function", "wraps", "partialmethod"]), strict=False)]
)
def test_a_client_made_before_or_after_goes_there_and_comes_back(
    name: str, replacement: str, echo_server: EchoServer
) -> None:
    make = SIDES[side_of(name)]
    place, method = place_of(name)
    original = getattr(place, method)
    seen: list[object] = []

    def noting(*arguments: Any) -> Any:
        seen.append(arguments)
        return original(*arguments)

    before = make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, method, REPLACEMENTS[replacement](noting))
        assert library_of(sent(before, echo_server.url)) == THEIRS
        assert library_of(sent(make(), echo_server.url)) == THEIRS
    assert library_of(sent(make(), echo_server.url)) == OURS
    assert len(seen) == 2


@pytest.mark.parametrize("name", [name for name in ON_THE_WAY if name.startswith("Async")])
def test_a_client_over_aiohttp_goes_there_too(name: str, echo_server: EchoServer) -> None:
    place, method = place_of(name)
    before = CLIENTS["aiohttp"]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, method, plain_function(getattr(place, method)))
        for client in (before, CLIENTS["aiohttp"]()):
            assert library_of(sent(client, echo_server.url)) == THEIRS
    assert "network_stream" not in sent(CLIENTS["aiohttp"](), echo_server.url).extensions


def test_one_client_goes_to_and_fro(echo_server: EchoServer) -> None:
    with SIDES["sync"]() as client:
        libraries = [library_of(client.get(echo_server.url))]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", wrapper(httpx.HTTPTransport.handle_request))
            libraries.append(library_of(client.get(echo_server.url)))
        libraries.append(library_of(client.get(echo_server.url)))
    assert libraries == [OURS, THEIRS, OURS]


@pytest.mark.parametrize(("name", "mock"), [("HTTPTransport", Mock), ("AsyncHTTPTransport", AsyncMock)])
def test_a_mock_answers_without_a_server(name: str, mock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*place_of(name), mock(return_value=httpx.Response(200, text="mocked")))
    assert sent(SIDES[side_of(name)](), "https://api.test").text == "mocked"
