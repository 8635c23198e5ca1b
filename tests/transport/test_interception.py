"""A program that replaces a send method of httpx or httpcore sees the requests; nothing else changes the route."""

from __future__ import annotations

import functools
import subprocess
import sys
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

    from tests.acceptance.hard.wire import WireServer
    from tests.transport.ways import EchoServer

METHODS: Final = {"sync": "handle_request", "async": "handle_async_request"}
NAMES: Final = ("ConnectionPool", "HTTPProxy", "HTTPConnection", "HTTP11Connection")
SEATS: Final[list[Any]] = [
    pytest.param(side, getattr(library, prefix + name), id=f"{library.__name__}.{prefix}{name}")
    for side, prefix in (("sync", ""), ("async", "Async"))
    for library, names in ((httpx, ("HTTPTransport",)), (httpcore, NAMES))
    for name in names
]
ON_THE_WAY: Final = [seat for seat in SEATS if "Proxy" not in seat.id]


def plain_function(original: Callable[..., Any]) -> Any:
    def replacement(*arguments: Any) -> Any:
        return original(*arguments)

    return replacement


def wrapper(original: Callable[..., Any]) -> Any:
    return functools.wraps(original)(plain_function(original))


class CallableObject:
    """Stands for a method, and knows its instance as a function does."""

    def __init__(self, original: Callable[..., Any]) -> None:
        self._original = original

    def __call__(self, *arguments: Any) -> Any:
        return self._original(*arguments)

    def __get__(self, instance: object, owner: type) -> Any:
        return functools.partial(self, instance) if instance is not None else self

    def method(self, *arguments: Any) -> Any:
        return self(*arguments)


def function_without_a_module(original: Callable[..., Any]) -> Any:
    space: dict[str, Any] = {"original": original}
    exec("def f(*arguments):\n    return original(*arguments)", space)
    space.pop("__name__", None)
    return space["f"]


SEEN: Final[dict[str, Callable[[Any], Any]]] = {
    "function": plain_function,
    "wraps": wrapper,
    "partialmethod": functools.partialmethod,
    "callable": CallableObject,
}
REPLACEMENTS: Final[dict[str, Callable[[Any], Any]]] = {
    **SEEN,
    "bound-method": lambda original: CallableObject(original).method,
    "Mock": lambda _: Mock(),
    "AsyncMock": lambda _: AsyncMock(),
    "no-module": function_without_a_module,
    "None": lambda _: None,
}


@pytest.mark.parametrize("replacement", REPLACEMENTS)
@pytest.mark.parametrize(("side", "place"), SEATS)
def test_a_replaced_method_counts_on_its_own_side_until_it_is_put_back(side: str, place: Any, replacement: str) -> None:
    original = getattr(place, METHODS[side])
    assert not is_intercepted(is_async=side == "async")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, METHODS[side], REPLACEMENTS[replacement](original))
        assert is_intercepted(is_async=side == "async")
        assert not is_intercepted(is_async=side == "sync")
    assert not is_intercepted(is_async=side == "async")


@pytest.mark.parametrize(("library", "name"), [(httpx, "HTTPTransport"), (httpcore, "ConnectionPool")])
@pytest.mark.parametrize("side", SIDES)
def test_a_class_that_is_gone_counts_as_replaced(
    library: Any, name: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(library, name if side == "sync" else f"Async{name}")
    assert is_intercepted(is_async=side == "async")


def test_a_method_of_a_subclass_does_not_count() -> None:
    type("Own", (httpx.HTTPTransport,), {"handle_request": wrapper(httpx.HTTPTransport.handle_request)})
    assert not is_intercepted(is_async=False)


@pytest.mark.parametrize(
    ("side", "place", "replacement"),
    [
        pytest.param(*seat.values, name, id=f"{seat.id}-{name}")
        for seat, name in zip(ON_THE_WAY, cycle(SEEN), strict=False)
    ],
)
def test_a_client_made_before_or_after_goes_there_and_comes_back(
    *, side: str, place: Any, replacement: str, echo_server: EchoServer
) -> None:
    seen: list[object] = []
    original = getattr(place, METHODS[side])

    def noting(*arguments: Any) -> Any:
        seen.append(arguments)
        return original(*arguments)

    before = SIDES[side]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, METHODS[side], SEEN[replacement](noting))
        assert library_of(sent(before, echo_server.url)) == THEIRS
        assert library_of(sent(SIDES[side](), echo_server.url)) == THEIRS
    assert library_of(sent(SIDES[side](), echo_server.url)) == OURS
    assert len(seen) == 2


def test_one_client_goes_to_and_fro(echo_server: EchoServer) -> None:
    libraries = []
    with SIDES["sync"]() as client:
        for replaced in (False, True, False):
            with pytest.MonkeyPatch.context() as patch:
                if replaced:
                    patch.setattr(httpx.HTTPTransport, "handle_request", wrapper(httpx.HTTPTransport.handle_request))
                libraries.append(library_of(client.get(echo_server.url)))
    assert libraries == [OURS, THEIRS, OURS]


@pytest.mark.parametrize(
    ("side", "place", "mock"), [("sync", httpx.HTTPTransport, Mock), ("async", httpx.AsyncHTTPTransport, AsyncMock)]
)
def test_a_mock_answers_without_a_server(side: str, place: Any, mock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, METHODS[side], mock(return_value=httpx.Response(200, text="mocked")))
    assert sent(SIDES[side](), "https://api.test").text == "mocked"


PLAIN: Final = """
import asyncio, sys
from openai_models import AsyncOpenAI, OpenAI

async def run():
    async with AsyncOpenAI(api_key="k", base_url=sys.argv[1]) as client:
        await client.models.list()

with OpenAI(api_key="k", base_url=sys.argv[1]) as client:
    client.models.list()
asyncio.run(run())
print([name for name in sys.modules if name.partition(".")[0] == "httpcore"])
"""


def test_a_plain_request_does_not_load_httpcore(server: WireServer) -> None:
    command = [sys.executable, "-c", PLAIN, server.base_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
