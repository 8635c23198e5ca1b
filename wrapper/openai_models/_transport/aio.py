"""The transport of async clients, on asyncio and on trio. `sync` is its twin.

Its sockets belong to no event loop: a client may be used in several, one after the other or at once.
"""

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import anyio.lowlevel

from .. import _httpx as httpx
from .._attempt import ATTEMPT
from .exchange import Exchange, Kind
from .pool import Pool


class AsyncExchange(Exchange, httpx.AsyncByteStream):
    """One request and its response, for which a task waits."""

    async def wait_for(self, kind: Kind, sock: Any, timeout: float | None) -> None:
        if kind == "turn" and self.wake is None:  # ask the pool once more: there was nothing to wake before
            # An event loop of asyncio, or what trio has in its place.
            loop: Any = anyio.lowlevel.current_token().native_token
            call_soon = loop.run_sync_soon if hasattr(loop, "run_sync_soon") else loop.call_soon_threadsafe
            self._turns = anyio.Semaphore(0)
            self.wake = partial(call_soon, self._turns.release)
            return
        attempt = self._request.extensions.get(ATTEMPT)
        # Where the attempt ends before that, the engine has a scope.
        needs_scope = timeout is not None and not (attempt and attempt.ends_within(timeout))
        with anyio.fail_after(timeout) if needs_scope else nullcontext():
            if kind == "turn":
                await self._turns.acquire()
            else:
                await (anyio.wait_readable if kind == "read" else anyio.wait_writable)(sock)

    async def look_up(self, host: str, port: int) -> list[Any]:
        with anyio.fail_after(self.timeout()):
            return await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.perform(self.read):
            yield data

    async def aclose(self) -> None:
        self._pool.release(self)


class AsyncHTTP11Transport(httpx.AsyncBaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; tasks, event loops and threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self.pool = Pool(limits, ssl_context)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = AsyncExchange(self.pool, request)
        return await exchange.perform(exchange.send)

    async def aclose(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self.pool.close()
