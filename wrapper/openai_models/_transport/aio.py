"""The transport of async clients, on asyncio and on trio. `sync` is its twin.

Its sockets belong to no event loop: a client may be used in several, one after the other or at once.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from .. import _httpx as httpx
from .exchange import Exchange
from .pool import Pool

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from .sockets import Flow, Step

T = TypeVar("T")


class AsyncExchange(Exchange, httpx.AsyncByteStream):
    """One request and its response, for which a task waits."""

    def make_waker(self) -> Callable[[], object]:
        self._turn = anyio.Event()
        call_soon = _call_soon_of_running_loop()
        return lambda: call_soon(self._turn.set)

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; if that is an exception, it ends the exchange."""
        try:
            step = next(flow)
            while True:
                try:
                    result = await self._wait(step)
                except OSError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a T
        except BaseException:
            self.abort()
            raise

    async def _wait(self, step: Step) -> Any:
        self.is_waiting = True
        try:
            return await self._wait_for(step)
        except UnicodeError as error:  # of a host's name
            raise socket.gaierror(str(error)) from None
        finally:
            self.is_waiting = False

    async def _wait_for(self, step: Step) -> Any:
        with anyio.fail_after(step.timeout):
            if step.kind == "resolve":
                return await anyio.getaddrinfo(*step.host, type=socket.SOCK_STREAM)
            if step.kind == "turn":
                await self._turn.wait()
                self._turn = anyio.Event()
            else:
                await (anyio.wait_readable if step.kind == "read" else anyio.wait_writable)(step.sock)
        return None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.run(self.read_data()):
            yield data

    async def aclose(self) -> None:
        self._pool.release(self)


def _call_soon_of_running_loop() -> Callable[[Callable[[], object]], object]:
    """Return what calls a function in the running event loop, from any thread."""
    trio = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError, AttributeError):  # another thread may be importing it
            trio.lowlevel.current_task()
            run_soon: Callable[[Callable[[], object]], object] = trio.lowlevel.current_trio_token().run_sync_soon
            return run_soon
    return asyncio.get_running_loop().call_soon_threadsafe


class AsyncHTTP11Transport(httpx.AsyncBaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; tasks, event loops and threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self._ssl_context = ssl_context
        self._pool = Pool(limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = AsyncExchange(self._pool, request, self._ssl_context)
        try:
            return await exchange.run(exchange.send())
        except BaseException:
            exchange.abort()
            raise

    async def aclose(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self._pool.close()
