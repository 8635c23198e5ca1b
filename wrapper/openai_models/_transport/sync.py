"""The transport of sync clients. `aio` is its twin."""

import ssl
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final

from .. import _httpx as httpx
from .._attempt import ATTEMPT, Attempt
from .exchange import Exchange, Kind, T
from .http11 import is_ready
from .pool import Pool

_LONGEST_WAIT: Final = 2_000_000.0  # seconds; C's int has no room for more milliseconds, nor a lock of Windows


class SyncExchange(Exchange, httpx.SyncByteStream):
    """One request and its response, for which a thread waits."""

    async def wait_for(self, kind: Kind, sock: Any, timeout: float | None) -> None:
        timeout = None if timeout is None else min(max(timeout, 0.0), _LONGEST_WAIT)
        if kind != "turn":
            if not is_ready(sock, kind, timeout):
                raise TimeoutError("timed out")
        elif self.wake is None:  # ask the pool once more: there was nothing to wake before
            # Of all that a thread can wait for, this alone may be used by the garbage collector.
            self._turns = SimpleQueue()
            self.wake = partial(self._turns.put, None)
        else:
            try:
                self._turns.get(timeout=timeout)
            except Empty:
                raise TimeoutError("timed out") from None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Perform `send` or `read`, whose coroutines are never suspended here."""
        try:
            self.perform(work).send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a T
        raise AssertionError

    def __iter__(self) -> Iterator[bytes]:
        while data := self.run(self.read):
            yield data

    def close(self) -> None:
        self._pool.release(self)


class HTTP11Transport(httpx.BaseTransport):
    """Send requests over HTTP/1.1 on pooled connections; threads may share it."""

    def __init__(self, limits: httpx.Limits, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self.pool = Pool(limits, ssl_context)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whose body is in memory. Raises the `httpx.TransportError` that tells what failed."""
        exchange = SyncExchange(self.pool, request)
        attempt: Attempt | None = request.extensions.get(ATTEMPT)
        if attempt is not None:
            attempt.clip()  # raises if it is over
            attempt.callbacks.append(partial(self.pool.withdraw, exchange))
        try:
            return exchange.run(exchange.send)
        except BaseException:  # also an interrupt of what ends the exchange
            self.pool.withdraw(exchange)
            raise

    def close(self) -> None:
        """Close all connections; calls that are under way end with an error."""
        self.pool.close()
