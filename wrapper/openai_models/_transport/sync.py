"""The transport of sync clients. `aio` is its twin."""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _httpx as httpx
from .._attempt import ATTEMPT
from .exchange import Exchange
from .http11 import is_ready
from .pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .http11 import Flow, MakeContext, Step

T = TypeVar("T")


class SyncExchange(Exchange, httpx.SyncByteStream):
    """One request and its response, for which a thread waits."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Of all that a thread can wait for, this alone may be used by the garbage collector.
        self._turns: SimpleQueue[None] = SimpleQueue()

    def wake(self) -> None:
        self._turns.put(None)

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; if that is an exception, it ends the exchange."""
        resume: Callable[[Any], Step] = flow.send
        result: Any = None
        try:
            while True:
                step = resume(result)
                self.is_waiting = True
                try:
                    resume, result = flow.send, self._wait(step)
                except OSError as error:
                    resume, result = flow.throw, error
                finally:
                    self.is_waiting = False
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a T
        except BaseException:
            self.abort()
            raise

    def _wait(self, step: Step) -> Any:
        if step.kind == "resolve":
            try:
                return socket.getaddrinfo(*step.host, type=socket.SOCK_STREAM)
            except UnicodeError as error:
                raise socket.gaierror(str(error)) from None
        if step.kind != "turn":
            if is_ready(step.sock, step.kind, step.timeout):
                return None
            raise TimeoutError("timed out")
        try:
            return self._turns.get(timeout=step.timeout)
        except Empty:
            raise TimeoutError("timed out") from None

    def __iter__(self) -> Iterator[bytes]:
        while data := self.run(self.read_data()):
            yield data

    def close(self) -> None:
        self._pool.release(self)


class HTTP11Transport(httpx.BaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: MakeContext) -> None:
        self._ssl_context = ssl_context
        self._pool = Pool(limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = SyncExchange(self._pool, request, self._ssl_context)
        if ATTEMPT in request.extensions:
            request.extensions[ATTEMPT].callbacks.append(exchange.abort)
        try:
            return exchange.run(exchange.send())
        except BaseException:  # also an interrupt of what ends the exchange
            exchange.abort()
            raise

    def close(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self._pool.close()
