"""The transport of async clients, on asyncio and on trio. `sync` is its twin.

Its sockets belong to no event loop: a client may be used in several, one after the other or at once.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.lowlevel

from .. import _httpx as httpx
from .exchange import Exchange
from .pool import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from .http11 import Flow, MakeContext, Step

T = TypeVar("T")


class AsyncExchange(Exchange, httpx.AsyncByteStream):
    """One request and its response, for which a task waits."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._turn = anyio.Event()
        # An event loop of asyncio, or what trio has in its place.
        loop: Any = anyio.lowlevel.current_token().native_token
        self._call_soon = loop.run_sync_soon if hasattr(loop, "run_sync_soon") else loop.call_soon_threadsafe

    def wake(self) -> None:
        self._call_soon(self._turn.set)

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; if that is an exception, it ends the exchange."""
        resume: Callable[[Any], Step] = flow.send
        result: Any = None
        try:
            while True:
                step = resume(result)
                self.is_waiting = True
                try:
                    resume, result = flow.send, await self._wait(step)
                except OSError as error:
                    resume, result = flow.throw, error
                finally:
                    self.is_waiting = False
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a T
        except BaseException:
            self.abort()
            raise

    async def _wait(self, step: Step) -> Any:
        with anyio.fail_after(step.timeout):
            if step.kind == "resolve":
                try:
                    return await anyio.getaddrinfo(*step.host, type=socket.SOCK_STREAM)
                except UnicodeError as error:
                    raise socket.gaierror(str(error)) from None
            if step.kind != "turn":
                return await (anyio.wait_readable if step.kind == "read" else anyio.wait_writable)(step.sock)
            await self._turn.wait()
            self._turn = anyio.Event()
        return None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.run(self.read_data()):
            yield data

    async def aclose(self) -> None:
        self._pool.release(self)


class AsyncHTTP11Transport(httpx.AsyncBaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; tasks, event loops and threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: MakeContext) -> None:
        self._ssl_context = ssl_context
        self._pool = Pool(limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = AsyncExchange(self._pool, request, self._ssl_context)
        return await exchange.run(exchange.send())

    async def aclose(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self._pool.close()
