"""The connections of an async client; `_pool` is its twin.

httpcore makes the connections and speaks HTTP on them; `_leases` says whose they are.
A connection belongs to the event loop it was made in, so each loop has its own.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, cast
from weakref import WeakKeyDictionary, WeakSet, ref

import anyio
import httpcore
from attrs import frozen

from ._asyncio_backend import AsyncioBackend
from ._leases import Lease, Ledger
from ._pool import ALL_IN_USE, CLOSED, has_gone_on, origin_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection

    from ._leases import Origin


class _Wire(httpcore.AsyncNetworkBackend):
    """Knows the stream of a connection from the moment that there is one.

    Attributes:
        stream: The stream.
        is_asyncio: Whether it is asyncio's.
        is_closed: Whether the connection was closed, maybe as it connected.
    """

    is_closed = False

    def __init__(self) -> None:
        self.is_asyncio = _trio_run() is None
        backend = AsyncioBackend() if self.is_asyncio else httpcore.TrioBackend()
        self._backend = cast("httpcore.AsyncNetworkBackend", backend)  # httpcore's own may be a stand-in for one
        self.stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return await self._opened(await self._backend.connect_tcp(*args, **options))

    async def connect_unix_socket(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return await self._opened(await self._backend.connect_unix_socket(*args, **options))

    async def _opened(self, stream: httpcore.AsyncNetworkStream) -> httpcore.AsyncNetworkStream:
        self.stream = stream
        if self.is_closed:
            await stream.aclose()
            raise httpcore.NetworkError(CLOSED)
        return stream

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _NoLock:
    """Stands where httpcore has locks within a connection, which this pool gives to one request at a time.

    Each of theirs makes the task wait for the loop's next turn: a seventh of a `retrieve`.
    """

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


class _Connection(httpcore.AsyncHTTPConnection):
    """One that knows its stream from the moment that there is one."""

    def __init__(self, origin: Origin, options: dict[str, Any]) -> None:
        self._wire = _Wire()
        self._spoken: Any = None
        super().__init__(httpcore.Origin(*origin), network_backend=self._wire, **options)
        self._request_lock: Any = _NoLock()

    @property
    def _connection(self) -> Any:
        return self._spoken

    # To httpcore it is an attribute, which it sets once it has connected.
    @_connection.setter
    def _connection(self, spoken: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        if spoken is not None:
            spoken._state_lock = self._request_lock
        self._spoken = spoken

    def is_idle(self) -> bool:
        return super().is_idle() and not has_gone_on(self)

    async def aclose(self) -> None:
        self._wire.is_closed = True
        # The transport is closed before the first await of either, so a second cancellation can't undo it.
        with anyio.CancelScope(shield=True):
            try:
                await super().aclose()
            finally:
                if self._wire.stream is not None:
                    await self._wire.stream.aclose()

    def abandon(self, soon: Callable[[Callable[[], object]], bool]) -> None:
        """End it from outside of its loop, which may be no more.

        Args:
            soon: Has that loop call something, or says that it has ended.
        """
        self._wire.is_closed = True
        of_library = None if self._wire.stream is None else self._wire.stream.get_extra_info("socket")
        if of_library is None:  # uvloop has closed it at its own end
            return
        with (
            contextlib.suppress(OSError),  # the other end was quicker
            # A copy, because uvloop lets nobody shut down its own.
            socket.fromfd(of_library.fileno(), socket.AF_INET, socket.SOCK_STREAM) as copy,
        ):
            copy.shutdown(socket.SHUT_RDWR)
        # asyncio closes what has been shut down, or closes it as garbage. trio must be told, or would wait for it.
        if not self._wire.is_asyncio and not soon(of_library.close):
            with contextlib.suppress(OSError):
                socket.close(of_library.detach())


class _Turn:
    """Comes, and may come again, to one who waits for it."""

    def __init__(self) -> None:
        self._has_come = False
        self._event: anyio.Event | None = None

    def come(self) -> None:
        self._has_come = True
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        if not self._has_come:
            self._event = anyio.Event()
            await self._event.wait()
        self._has_come = False


@frozen(eq=False, repr=False)
class _Home:
    """The connections of an event loop, and the thread that runs it."""

    thread: int
    ledger: Ledger[_Connection]
    soon: Callable[[Callable[[], object]], bool]

    def abandon(self) -> None:
        for connection in self.ledger.end_all():
            connection.abandon(self.soon)


class AsyncPool:
    """Does what `httpcore.AsyncConnectionPool` does, for HTTP/1.1.

    Args:
        most: How many connections there may be.
        most_idle: How many may stay open without a request.
        **options: Those of `httpcore.AsyncHTTPConnection`.
    """

    def __init__(self, *, most: float, most_idle: float, **options: Any) -> None:
        self._most = most
        self._most_idle = most_idle
        self._options = options
        self._is_closed = False
        self._begin()
        _POOLS.add(self)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._homes: WeakKeyDictionary[object, _Home] = WeakKeyDictionary()

    def _ledger(self) -> Ledger[_Connection]:
        loop = _running_loop()
        home = self._homes.get(loop)
        if home is None:
            thread = threading.get_ident()
            soon = partial(_soon, ref(loop))
            home = _Home(thread, Ledger(self._make, self._most, self._most_idle, wake=soon), soon)
            with self._lock:  # the loops of other threads may begin as well
                gone = [other for other, past in self._homes.items() if past.thread == thread]
                past_homes = [self._homes.pop(other) for other in gone]  # a thread runs one loop after the other
                self._homes[loop] = home
            for past in past_homes:
                past.abandon()
        return home.ledger

    def _make(self, origin: Origin) -> _Connection:
        return _Connection(origin, self._options)

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own; the body ends the lease."""
        while True:
            lease = Lease(origin_of(request), self._ledger())
            try:
                connection = await self._acquire(lease, request.extensions.get("timeout", {}).get("pool"))
                response = await connection.handle_async_request(request)
            except httpcore.ConnectionNotAvailable:
                await end(lease)
                continue
            except BaseException:
                await end(lease)
                raise
            body = _Body(cast("AsyncIterable[bytes]", response.stream), lease)
            return httpcore.Response(
                response.status, headers=response.headers, content=body, extensions=response.extensions
            )

    async def _acquire(self, lease: Lease[_Connection], timeout: float | None) -> _Connection:
        await _close(lease.ledger.ask(lease))
        if self._is_closed:  # not before: another thread may close it as this one asks
            raise httpcore.NetworkError(CLOSED)
        return lease.connection or await self._wait(lease, timeout)

    async def _wait(self, lease: Lease[_Connection], timeout: float | None) -> _Connection:
        turn = _Turn()
        lease.granted = turn.come
        with anyio.move_on_after(timeout) as wait:
            # Also before the first wait: what was lost until now found nobody to wake.
            await _close(lease.ledger.find())
            while lease.connection is None and not self._is_closed:
                await turn.wait()
                await _close(lease.ledger.find())
        if lease.connection is None:
            raise httpcore.PoolTimeout(ALL_IN_USE) if wait.cancelled_caught else httpcore.NetworkError(CLOSED)
        return lease.connection

    async def aclose(self) -> None:
        """Close all connections, and end the calls that wait for them."""
        self._is_closed = True
        with self._lock:
            here = self._homes.pop(_running_loop(), None)
            others = list(self._homes.values())
            self._homes.clear()
        for elsewhere in others:
            elsewhere.abandon()
        if here is not None:
            await _close(here.ledger.end_all())

    def after_fork(self) -> None:
        """Leave the connections to the parent: what two processes read from, neither understands."""
        self._begin()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Body:
    """A response's body, which gives the connection back when it is closed."""

    def __init__(self, stream: AsyncIterable[bytes], lease: Lease[_Connection]) -> None:
        self._stream = stream
        self._lease = lease

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()  # type: ignore[attr-defined]  # httpcore's has it
        except BaseException:
            await end(self._lease)
            raise
        await end(self._lease, reusable=True)


async def end(lease: Lease[_Connection], *, reusable: bool = False) -> None:
    """Take a connection back: for the next request if it can be, else to close it."""
    await _close(lease.ledger.end(lease, reusable=reusable))


async def _close(connections: Collection[_Connection]) -> None:
    if not connections:
        return
    async with contextlib.AsyncExitStack() as all_of_them:
        for connection in connections:
            all_of_them.push_async_callback(connection.aclose)


def _soon(known: ref[Any], call: Callable[[], object]) -> bool:
    """Have a loop call something, from wherever this is called; False if it has ended, and nobody waits in it."""
    loop = known()
    if loop is None:
        return False
    soon = loop.call_soon_threadsafe if hasattr(loop, "call_soon_threadsafe") else loop.run_sync_soon
    try:
        soon(call)
    except RuntimeError:
        return False
    return True


def _running_loop() -> object:
    run = _trio_run()
    if run is not None:
        return run
    import asyncio  # noqa: PLC0415 - it is running

    return asyncio.get_running_loop()


def _trio_run() -> object | None:
    trio = sys.modules.get("trio")
    if trio is None:
        return None
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return None
    return trio.lowlevel.current_trio_token()  # type: ignore[no-any-return]  # trio need not be installed


_POOLS: Final[WeakSet[AsyncPool]] = WeakSet()


def _after_fork() -> None:
    for pool in list(_POOLS):
        pool.after_fork()


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)
