"""The connections of a sync client; `_async_pool` is its twin.

httpcore makes the connections and speaks HTTP on them; `_leases` says whose they are.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, cast
from weakref import WeakSet, finalize

import httpcore

from ._deadline import WatchedBackend, clip, if_it_fails
from ._leases import Lease, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ._leases import Origin

CLOSED: Final = "the client was closed"
ALL_IN_USE: Final = "all the connections that the client may have are in use"


class _Wire(WatchedBackend):
    """Opens nothing for a connection that was closed as it connected.

    Attributes:
        is_closed: Whether it was.
    """

    is_closed = False

    def _opened(self, open_: Callable[[], Any]) -> Any:
        stream = super()._opened(open_)
        if self.is_closed:
            stream.close()
            raise httpcore.NetworkError(CLOSED)
        return stream


class _Connection(httpcore.HTTPConnection):
    """One that knows its socket from the moment that there is one."""

    def __init__(self, origin: Origin, options: dict[str, Any]) -> None:
        self._wire = _Wire(httpcore.SyncBackend())
        backend = cast("httpcore.NetworkBackend", self._wire)
        super().__init__(httpcore.Origin(*origin), network_backend=backend, **options)

    def is_idle(self) -> bool:
        return super().is_idle() and not has_gone_on(self)

    def close(self) -> None:
        self._wire.is_closed = True
        super().close()
        if self._wire.stream is not None:
            self._wire.stream.close()

    def end(self) -> None:
        """Close it, and wake the thread that waits for it."""
        stream = self._wire.stream
        if stream is not None and stream.inner is not None:
            with contextlib.suppress(OSError):  # the other end was quicker
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.close()


class Pool:
    """Does what `httpcore.ConnectionPool` does, for HTTP/1.1.

    Args:
        most: How many connections there may be.
        most_idle: How many may stay open without a request.
        **options: Those of `httpcore.HTTPConnection`.
    """

    def __init__(self, *, most: float, most_idle: float, **options: Any) -> None:
        self._most = most
        self._most_idle = most_idle
        self._options = options
        self._is_closed = False
        self._finalizer: finalize[[], object] | None = None
        self._begin()
        _POOLS.add(self)

    def _begin(self) -> None:
        # The garbage collector may end a client, and so its pool, in a thread that has the lock.
        self._lock = threading.RLock()
        self._ledger = Ledger(self._make, self._most, self._most_idle, wake=_at_once)

    def _make(self, origin: Origin) -> _Connection:
        return _Connection(origin, self._options)

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own; the body ends the lease."""
        while True:
            lease = Lease(origin_of(request), self._ledger)
            if_it_fails(partial(self.end, lease))
            connection = self._acquire(lease, request.extensions.get("timeout", {}).get("pool"))
            try:
                response = connection.handle_request(request)
            except httpcore.ConnectionNotAvailable:
                self.end(lease)
                continue
            except BaseException:
                self.end(lease)
                raise
            body = _Body(cast("Iterable[bytes]", response.stream), self, lease)
            return httpcore.Response(
                response.status, headers=response.headers, content=body, extensions=response.extensions
            )

    def _acquire(self, lease: Lease[_Connection], timeout: float | None) -> _Connection:
        with self._lock:
            if self._is_closed:
                raise httpcore.NetworkError(CLOSED)
            closing = self._ledger.ask(lease)
        _close(closing)
        return lease.connection or self._wait(lease, timeout)

    def _wait(self, lease: Lease[_Connection], timeout: float | None) -> _Connection:
        from queue import Empty, SimpleQueue  # noqa: PLC0415 - few programs ever wait

        ends_at = math.inf if timeout is None else time.monotonic() + timeout
        # The garbage collector may be who wakes this thread: `put` locks nothing.
        turns: SimpleQueue[None] = SimpleQueue()
        lease.granted = partial(turns.put, None)
        while True:
            # Also before the first wait: what was lost until now found nobody to wake.
            with self._lock:
                closing = lease.ledger.find()
            _close(closing)
            if lease.connection is not None:
                return lease.connection
            if self._is_closed:
                raise httpcore.NetworkError(CLOSED)
            try:
                turns.get(timeout=clip(None if timeout is None else max(0, ends_at - time.monotonic())))
            except Empty:
                self.end(lease)
                raise httpcore.PoolTimeout(ALL_IN_USE) from None

    def end(self, lease: Lease[_Connection], *, reusable: bool = False) -> None:
        """Take a connection back: for the next request if it can be, else to close it."""
        with self._lock:
            closing = self._ledger.end(lease, reusable=reusable)
        _close(closing)

    def end_with(self, owner: object) -> None:
        """Close all connections when nobody has their owner any more."""
        # Not in its `__del__`: by then, the garbage collector may have been at the sockets.
        self._finalizer = finalize(owner, self.close)

    def close(self) -> None:
        """Close all connections, and end the calls that wait for them."""
        if self._finalizer is not None:
            self._finalizer.detach()
        with self._lock:
            self._is_closed = True
            closing = self._ledger.end_all()
        for connection in closing:
            connection.end()

    def after_fork(self) -> None:
        """Leave the connections to the parent: what two processes read from, neither understands."""
        closing = self._ledger.open
        self._begin()
        _close(closing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Body:
    """A response's body, which gives the connection back when it is closed."""

    def __init__(self, stream: Iterable[bytes], pool: Pool, lease: Lease[_Connection]) -> None:
        self._stream = stream
        self._pool = pool
        self._lease = lease

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        try:
            self._stream.close()  # type: ignore[attr-defined]  # httpcore's has it
        except BaseException:
            self._pool.end(self._lease)
            raise
        self._pool.end(self._lease, reusable=True)


def has_gone_on(connection: Any) -> bool:
    """Say whether a server has sent more than it was asked for.

    httpcore looks for that at the socket alone. What came with the end of an answer is in
    h11's buffer, and would be read as the answer to the next request.
    """
    spoken = connection._connection
    return spoken is not None and bool(spoken._h11_state.trailing_data[0])


def origin_of(request: httpcore.Request) -> Origin:
    """Say where a request goes, in a form that can be looked up.

    Raises:
        httpcore.UnsupportedProtocol: Nowhere that HTTP is spoken.
    """
    scheme = request.url.scheme
    if scheme not in {b"http", b"https"}:
        msg = f"Request URL has an unsupported protocol '{scheme.decode('ascii')}://'."
        raise httpcore.UnsupportedProtocol(msg)
    origin = request.url.origin
    return origin.scheme, origin.host, origin.port


def _at_once(call: Callable[[], object]) -> None:
    call()


def _close(connections: Iterable[_Connection]) -> None:
    for connection in connections:
        connection.close()


_POOLS: Final[WeakSet[Pool]] = WeakSet()


def _after_fork() -> None:
    for pool in list(_POOLS):
        pool.after_fork()


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)
