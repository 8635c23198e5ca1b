"""Connection-pool bookkeeping: acquire, release, queue, evict."""

from __future__ import annotations

import math
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from .._httpx import Limits, NetworkError
from .http11 import CLOSED, HTTPConnection

if TYPE_CHECKING:
    from .exchange import Exchange


class Pool:
    """The connections of one client in one process.

    A connection counts against the limit while its socket is open, not while its object lives: an exception that is
    kept keeps the connections in its frames. How many are open is counted nowhere: no interrupt can make it wrong.

    `_lock` guards each change but those of `withdraw`, which the garbage collector calls as well, in whichever
    thread: it relies on single operations of `deque` and `WeakValueDictionary` that are atomic.
    """

    def __init__(self, limits: Limits, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self.ssl_context = ssl_context
        self.is_closed = False
        bounds = (limits.max_connections, limits.max_keepalive_connections, limits.keepalive_expiry)
        self._max_open, self._max_idle, self._keepalive_expiry = (math.inf if n is None else n for n in bounds)
        # Reentrant, since the garbage collector may close a client in the middle of a step.
        self._lock = threading.RLock()
        self._idle: list[HTTPConnection] = []  # the least recently used first
        self._open: WeakValueDictionary[int, HTTPConnection] = WeakValueDictionary()
        self._waiting: deque[Exchange] = deque()

    def connections(self) -> list[HTTPConnection]:
        """Return the open connections, in use or idle."""
        return [connection for ref in self._open.valuerefs() if (connection := ref()) is not None]

    def acquire(self, exchange: Exchange) -> bool:
        """Assign an idle or new connection to an exchange, or put it into the queue; it asks again when it is woken."""
        with self._lock:
            if self.is_closed:
                raise NetworkError(CLOSED)
            if exchange not in self._waiting:
                self._waiting.append(exchange)
            # An exchange leaves the queue only with a connection, so that an interrupt cannot lose its place.
            is_served = self._waiting[0] is exchange and self._find(exchange)
            if is_served:
                self._waiting.popleft()
        if self._waiting and (is_served or self._idle or len(self._open) < self._max_open):
            self._wake_first()  # there is more to be had
        return is_served

    def _find(self, exchange: Exchange) -> bool:
        for connection in reversed(tuple(self._idle)):
            if connection.origin == exchange.origin and not exchange.needs_new:
                exchange.connection = connection
                self._idle.remove(connection)
                if connection.is_usable():
                    return True
                self._close(connection)
        while len(self._open) >= self._max_open and self._idle:
            self._close(self._idle.pop(0))
        exchange.connection = None
        if len(self._open) >= self._max_open:
            return False
        exchange.connection = HTTPConnection(exchange.origin)
        self._open[id(exchange.connection)] = exchange.connection
        return True

    def release(self, exchange: Exchange) -> None:
        """Take a connection back, and keep it if it can carry another exchange."""
        connection = exchange.connection
        if connection is None:
            return
        if exchange.is_waiting:  # another task or thread reads: it ends, and then closes the connection
            connection.interrupt()
            return
        if not connection.start_next_cycle():
            self.withdraw(exchange)
            return
        now = time.monotonic()
        connection.expires_at = now + self._keepalive_expiry
        with self._lock:
            try:
                exchange.connection = None
                self._idle.append(connection)
            except BaseException:  # an interrupt between the two
                self._close(connection)
                raise
            if self.is_closed or len(self._idle) > self._max_idle or self._idle[0].expires_at <= now:
                self._close(self._idle.pop(0))
        if self._waiting:
            self._wake_first()

    def withdraw(self, exchange: Exchange) -> None:
        """Close the connection of an exchange, and take it out of the queue."""
        with suppress(ValueError):  # it does not wait
            self._waiting.remove(exchange)
        if exchange.connection is not None:
            self._close(exchange.connection)
            exchange.connection = None
        self._wake_first()

    def close(self) -> None:
        """Close the idle connections, and end the exchanges that hold one or wait for one."""
        with self._lock:
            self.is_closed = True
            while self._idle:
                self._close(self._idle.pop())
        for connection in self.connections():  # which exchanges hold
            connection.interrupt()
        for exchange in list(self._waiting):
            with suppress(RuntimeError):  # its event loop has ended
                if exchange.wake is not None:
                    exchange.wake()

    def _close(self, connection: HTTPConnection) -> None:
        connection.close()
        self._open.pop(id(connection), None)

    def _wake_first(self) -> None:
        while self._waiting:
            with suppress(IndexError, ValueError):  # the first one was taken out meanwhile
                first = self._waiting[0]
                try:
                    if first.wake is not None:
                        first.wake()
                except RuntimeError:  # its event loop has ended, and it with that
                    self._waiting.remove(first)
                else:
                    return
