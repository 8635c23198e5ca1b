"""The transport of sync clients. `aio` is its twin."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _httpx as httpx
from .._attempt import ATTEMPT
from .exchange import Exchange
from .pool import Pool
from .sockets import is_ready

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .._attempt import Attempt
    from .sockets import Flow, Step

T = TypeVar("T")


class SyncExchange(Exchange, httpx.SyncByteStream):
    """One request and its response, for which a thread waits."""

    def make_waker(self) -> Callable[[], object]:
        # Of all that a thread can wait for, this alone may be used by the garbage collector.
        self._turns: SimpleQueue[None] = SimpleQueue()
        return partial(self._turns.put, None)

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; if that is an exception, it ends the exchange."""
        try:
            step = next(flow)
            while True:
                try:
                    result = self._wait(step)
                except OSError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a T
        except BaseException:
            self.abort()
            raise

    def _wait(self, step: Step) -> Any:
        self.is_waiting = True
        try:
            return self._wait_for(step)
        finally:
            self.is_waiting = False

    def _wait_for(self, step: Step) -> Any:
        if step.kind == "resolve":
            try:
                return socket.getaddrinfo(*step.host, type=socket.SOCK_STREAM)
            except UnicodeError as error:
                raise socket.gaierror(str(error)) from None
        if step.kind == "turn":
            with suppress(Empty):
                return self._turns.get(timeout=step.timeout)
        elif is_ready(step.sock, step.kind, step.timeout):
            return None
        raise TimeoutError("timed out")

    def __iter__(self) -> Iterator[bytes]:
        while data := self.run(self.read_data()):
            yield data

    def close(self) -> None:
        try:
            self._pool.release(self)
        except BaseException:
            self.abort()
            raise


class HTTP11Transport(httpx.BaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self._ssl_context = ssl_context
        self._pool = Pool(limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = SyncExchange(self._pool, request, self._ssl_context)
        attempt: Attempt | None = request.extensions.get(ATTEMPT)
        if attempt is not None:
            attempt.callbacks.append(exchange.abort)
        try:
            return exchange.run(exchange.send())
        except BaseException:
            exchange.abort()
            raise

    def close(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self._pool.close()
