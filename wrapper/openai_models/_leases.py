"""Who holds which connection, and who waits for one; no I/O.

httpcore's own pool goes through all its connections and all the waiting requests
each time that a request comes or goes: at 200 tasks, most of a program's time. It
also loses connections when a task is cancelled, or a call interrupted, as they are
handed over. Here each step takes the same time however many there are, and it is
the order of the statements that makes an interrupt between any two of them harmless.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

Origin = tuple[bytes, bytes, int]
"""Scheme, host and port."""


class Reusable(Protocol):
    """What a connection must tell; both kinds of httpcore's do."""

    def is_idle(self) -> bool:
        """Whether it is open, and no request is under way."""
        ...

    def has_expired(self) -> bool:
        """Whether it has been idle for too long, or the server has closed it."""
        ...


C = TypeVar("C", bound=Reusable)


@define(eq=False)
class Lease(Generic[C]):
    """The right of one request to one connection.

    Attributes:
        origin: Where the request goes.
        ledger: Whose connections they are.
        connection: The connection, once there is one.
        granted: Called when there is.
    """

    origin: Origin
    ledger: Ledger[C]
    connection: C | None = None
    granted: Callable[[], object] | None = field(default=None, kw_only=True)

    def __del__(self) -> None:
        # A response that was neither read nor closed: nobody could give its connection back any more.
        if self.connection is not None:
            self.ledger.lost.append(self.connection)


@define(eq=False)
class Ledger(Generic[C]):
    """The connections of a pool.

    Attributes:
        make: Makes a connection, which connects when it is first used.
        most: How many there may be.
        most_idle: How many may stay open without a request.
        open: All there are.
        lost: Those of requests that ended without saying so.
    """

    make: Callable[[Origin], C]
    most: float
    most_idle: float
    open: set[C] = field(factory=set)
    lost: deque[C] = field(factory=deque)
    _idle: dict[Origin, deque[C]] = field(factory=dict)
    _waiting: deque[Lease[C]] = field(factory=deque)

    def ask(self, lease: Lease[C]) -> list[C]:
        """Grant a connection, or let the lease wait for its turn.

        Returns:
            Connections that have to be closed.
        """
        closing = self._found()
        idle = self._idle.get(lease.origin)
        while idle:
            connection = idle[-1]  # the one that was used last: the others can run out
            if connection.is_idle() and not connection.has_expired():
                lease.connection = connection
                idle.pop()
                self._tidy(lease.origin)
                return closing
            self._forget(connection, closing)
            idle.pop()
        self._tidy(lease.origin)
        if len(self.open) >= self.most:
            self._make_room(closing)
        if len(self.open) < self.most:
            self._give_new(lease)
        else:
            self._waiting.append(lease)
        return closing

    def end(self, lease: Lease[C], *, reusable: bool) -> list[C]:
        """Take a connection back, or a lease out of the queue.

        Returns:
            Connections that have to be closed.
        """
        connection = lease.connection
        if connection is None:
            if lease in self._waiting:
                self._waiting.remove(lease)
            return self._found()
        closing = self._found()
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
        self._idle.clear()
        self.lost.clear()
        while self._waiting:
            _tell(self._waiting.popleft())
        return closing

    def _keep(self, connection: C, origin: Origin, closing: list[C]) -> None:
        idle = self._idle.setdefault(origin, deque())
        idle.append(connection)
        oldest = idle[0]
        if sum(map(len, self._idle.values())) > self.most_idle or oldest.has_expired():
            self._forget(oldest, closing)
            idle.popleft()
            self._tidy(origin)

    def _serve(self, closing: list[C]) -> None:
        """Let those who have waited longest have what has become free."""
        while self._waiting:
            lease = self._waiting[0]
            idle = self._idle.get(lease.origin)
            if idle:
                lease.connection = idle[-1]
                idle.pop()
                self._tidy(lease.origin)
            else:
                if len(self.open) >= self.most:
                    self._make_room(closing)
                if len(self.open) >= self.most:
                    return
                self._give_new(lease)
            self._waiting.popleft()
            _tell(lease)

    def _give_new(self, lease: Lease[C]) -> None:
        connection = self.make(lease.origin)
        lease.connection = connection
        self.open.add(connection)

    def _make_room(self, closing: list[C]) -> None:
        for origin, idle in self._idle.items():
            if idle:
                self._forget(idle[0], closing)
                idle.popleft()
                self._tidy(origin)
                return

    def _tidy(self, origin: Origin) -> None:
        # A program may meet any number of origins.
        if not self._idle.get(origin, True):
            del self._idle[origin]

    def _found(self) -> list[C]:
        closing: list[C] = []
        while self.lost:
            self._forget(self.lost.popleft(), closing)
        if closing:
            self._serve(closing)
        return closing

    def _forget(self, connection: C, closing: list[C]) -> None:
        closing.append(connection)
        self.open.discard(connection)


def _tell(lease: Lease[Any]) -> None:
    if lease.granted is not None:
        lease.granted()
