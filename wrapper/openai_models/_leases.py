"""Who holds which connection, and who waits for one; no I/O.

httpcore's own pool goes through all its connections and all the waiting requests
each time that a request comes or goes: at 200 tasks, most of a program's time. It
also loses connections when a task is cancelled, or a call interrupted, as they are
handed over. Here each step takes the same time however many connections, requests and
origins there are, and it is the order of the statements that makes an interrupt between
any two of them harmless.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    class Reusable(Protocol):
        """What a connection must tell; both kinds of httpcore's do."""

        def is_idle(self) -> bool:
            """Whether it is open, and no request is under way."""
            ...

        def has_expired(self) -> bool:
            """Whether it has been idle for too long, or the server has closed it."""
            ...


Origin = tuple[bytes, bytes, int]
"""Scheme, host and port."""


C = TypeVar("C", bound="Reusable")


@define(eq=False, repr=False)
class Lease(Generic[C]):
    """The right of one request to one connection.

    Attributes:
        origin: Where the request goes.
        ledger: Whose connections they are.
        connection: The connection, once there is one.
        granted: Called when who waits for one has to look: there is one, there will be
            none any more, or something was lost that `Ledger.find` may give.
    """

    origin: Origin
    ledger: Ledger[C]
    connection: C | None = None
    granted: Callable[[], object] | None = field(default=None, kw_only=True)

    def __del__(self) -> None:
        # A response that was neither read nor closed: nobody could give its connection back any more.
        # One that was interrupted as it was made has no connection at all.
        if (connection := getattr(self, "connection", None)) is not None:
            self.ledger.lose(connection)


class _Idle(Generic[C]):
    """The idle connections, by their origin and by the time since when they are idle.

    All that the second knows and the first doesn't is in somebody's hands again; an
    interrupt can leave it so until that connection is discarded.
    """

    def __init__(self) -> None:
        # The order of a plain dict is not found in constant time where its ends were deleted.
        self._of: dict[Origin, OrderedDict[C, None]] = {}
        self._all: OrderedDict[C, Origin] = OrderedDict()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[C]:
        return iter(self._all)

    def __contains__(self, connection: object) -> bool:
        return connection in self._all

    def add(self, connection: C, origin: Origin) -> None:
        self._all[connection] = origin
        self._of.setdefault(origin, OrderedDict())[connection] = None

    def discard(self, connection: C) -> None:
        origin = self._all.get(connection)
        if origin is None:
            return
        same = self._of.get(origin)
        if same is not None:
            same.pop(connection, None)
            if not same:  # a program may meet any number of origins
                del self._of[origin]
        self._all.pop(connection, None)

    def oldest(self) -> C:
        return next(iter(self._all))

    def newest(self, origin: Origin) -> C | None:
        same = self._of.get(origin)
        return next(reversed(same)) if same else None


@define(eq=False, repr=False)
class Ledger(Generic[C]):
    """The connections of a pool.

    Attributes:
        make: Makes a connection, which connects when it is first used.
        most: How many there may be.
        most_idle: How many may stay open without a request.
        wake: Calls what it is given where those who wait run, from whatever thread, and
            without waiting for anything.
        open: All there are.
        lost: Those of requests that ended without saying so.
    """

    make: Callable[[Origin], C]
    most: float
    most_idle: float
    wake: Callable[[Callable[[], object]], object]
    open: set[C] = field(factory=set)
    lost: deque[C] = field(factory=deque)
    _idle: _Idle[C] = field(factory=_Idle)
    _waiting: OrderedDict[Lease[C], None] = field(factory=OrderedDict)

    def ask(self, lease: Lease[C]) -> list[C]:
        """Grant a connection, or let the lease wait for its turn.

        Who has to wait sets `granted`, and then calls `find` for what was lost meanwhile.

        Returns:
            Connections that have to be closed.
        """
        closing = self.find()
        while (connection := self._idle.newest(lease.origin)) is not None:  # the others can run out
            if connection.is_idle() and not connection.has_expired():
                self._give(lease, connection)
                return closing
            self._forget(connection, closing)
        if len(self.open) >= self.most:
            self._make_room(closing)
        if len(self.open) < self.most:
            self._give_new(lease)
        else:
            self._waiting[lease] = None
        return closing

    def end(self, lease: Lease[C], *, reusable: bool) -> list[C]:
        """Take a connection back, or a lease out of the queue.

        Returns:
            Connections that have to be closed.
        """
        connection = lease.connection
        if connection is None:
            self._waiting.pop(lease, None)
            return self.find()
        closing = self.find()
        if reusable and connection.is_idle() and connection in self.open:
            self._keep(connection, lease.origin, closing)
        else:
            self._forget(connection, closing)
        lease.connection = None
        self._serve(closing)
        return closing

    def end_all(self) -> list[C]:
        """Take all connections from their holders, and let nobody wait.

        Returns:
            Connections that have to be closed.
        """
        closing = list(self.open)
        self.open.clear()
        self._idle = _Idle()
        self.lost.clear()
        while self._waiting:
            waiting, _ = self._waiting.popitem(last=False)
            if waiting.granted is not None:
                self.wake(waiting.granted)  # maybe from another thread than theirs
        return closing

    def lose(self, connection: C) -> None:
        """Take note of a connection that nobody holds any more.

        The garbage collector calls this, at any time and in any thread: nothing may be
        locked or waited for.
        """
        self.lost.append(connection)
        first = next(iter(list(self._waiting)), None)
        if first is not None and first.granted is not None:
            self.wake(first.granted)

    def find(self) -> list[C]:
        """Give those who wait what was lost.

        Returns:
            Connections that have to be closed.
        """
        closing: list[C] = []
        while self.lost:
            self._forget(self.lost.popleft(), closing)
        if closing:
            self._serve(closing)
        return closing

    def _keep(self, connection: C, origin: Origin, closing: list[C]) -> None:
        self._idle.add(connection, origin)
        oldest = self._idle.oldest()
        if len(self._idle) > self.most_idle or oldest.has_expired():
            self._forget(oldest, closing)

    def _serve(self, closing: list[C]) -> None:
        """Let those who have waited longest have what has become free."""
        while self._waiting:
            lease = next(iter(self._waiting))
            connection = self._idle.newest(lease.origin)
            if connection is not None:
                self._give(lease, connection)
            else:
                if len(self.open) >= self.most:
                    self._make_room(closing)
                if len(self.open) >= self.most:
                    return
                self._give_new(lease)
            self._waiting.pop(lease, None)
            if lease.granted is not None:
                lease.granted()

    def _give(self, lease: Lease[C], connection: C) -> None:
        lease.connection = connection
        self._idle.discard(connection)

    def _give_new(self, lease: Lease[C]) -> None:
        connection = self.make(lease.origin)
        lease.connection = connection
        self.open.add(connection)

    def _make_room(self, closing: list[C]) -> None:
        if self._idle:
            self._forget(self._idle.oldest(), closing)

    def _forget(self, connection: C, closing: list[C]) -> None:
        closing.append(connection)
        self.open.discard(connection)
        self._idle.discard(connection)
