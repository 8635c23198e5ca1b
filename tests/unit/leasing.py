"""Connections that are none, and a bench on which a ledger is given to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from weakref import ref

from openai_models._leases import Lease, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openai_models._leases import Origin

HERE: Final = (b"http", b"here.test", 80)
THERE: Final = (b"https", b"there.test", 443)


class Connection:
    """Is idle or not, has run out or not, as a test says; counts how often it is asked."""

    def __init__(self, origin: Origin, bench: Bench) -> None:
        self.origin = origin
        self.idle = False
        self.expired = False
        self.closed = False
        self._bench = bench

    def is_idle(self) -> bool:
        self._bench.questions += 1
        return self.idle and not self.closed

    def has_expired(self) -> bool:
        self._bench.questions += 1
        return self.expired

    def run_out(self) -> None:
        self.expired = True

    def close(self) -> None:
        self.closed = True


class Bench:
    """A ledger, and what came of each step.

    Attributes:
        made: The connections, oldest first.
        closed: Those that the ledger had closed, in that order.
        granted: The leases that had to wait and were served, in that order.
        woken: The leases that have to look for themselves, in that order.
        overtaken: The leases that waited while one was served that had come later.
        held: The leases that have a connection.
        questions: How often connections were asked how they are.
    """

    def __init__(self, *, most: float = 10, most_idle: float = 10) -> None:
        self.made: list[Connection] = []
        self.closed: list[Connection] = []
        self.granted: list[Lease[Connection]] = []
        self.overtaken: list[Lease[Connection]] = []
        self.questions = 0
        self.woken: list[Lease[Connection]] = []
        self._leases: list[Lease[Connection]] = []
        self.ledger: Ledger[Connection] = Ledger(self._make, most, most_idle, wake=self._wake)

    def _make(self, origin: Origin) -> Connection:
        self.made.append(Connection(origin, self))
        return self.made[-1]

    def _wake(self, call: Callable[[], object]) -> None:
        assert isinstance(call, partial)
        self.woken.append(call.args[0]())

    def _serve(self, known: ref[Lease[Connection]]) -> None:
        lease = known()
        assert lease is not None
        self.granted.append(lease)
        self.overtaken += [other for other in self.waiting if other is not lease and self._came_before(other, lease)]

    def _came_before(self, one: Lease[Connection], other: Lease[Connection]) -> bool:
        return self._leases.index(one) < self._leases.index(other)

    @property
    def held(self) -> list[Lease[Connection]]:
        return [lease for lease in self._leases if lease.connection is not None]

    @property
    def waiting(self) -> list[Lease[Connection]]:
        return list(self.ledger._waiting)

    @property
    def idle(self) -> list[Connection]:
        return list(self.ledger._idle)

    def asked(self, origin: Origin = HERE) -> Lease[Connection]:
        """Ask for a connection; it is in use if there is one."""
        lease: Lease[Connection] = Lease(origin, self.ledger)
        self._leases.append(lease)
        self.close_all(self.ledger.ask(lease))
        if lease.connection is None:
            # Weak, as the lease holds this: nothing else may keep it from being lost.
            lease.granted = partial(self._serve, ref(lease))
        else:
            self.overtaken += self.waiting
        self._use()
        return lease

    def ended(self, lease: Lease[Connection], *, reusable: bool = True) -> None:
        """Give a connection back, or a place in the queue; who gets it then uses it."""
        if lease.connection is not None:
            lease.connection.idle = reusable
        self.ledger_end(lease, reusable=reusable)
        self._use()

    def _use(self) -> None:
        """Begin the requests of those who have a connection."""
        for lease in self.held:
            if lease.connection is not None:
                lease.connection.idle = False

    def ledger_end(self, lease: Lease[Connection], *, reusable: bool) -> None:
        """End a lease, with its connection as it is."""
        self.close_all(self.ledger.end(lease, reusable=reusable))

    def forget(self, lease: Lease[Connection]) -> None:
        """Let go of a lease without ending it."""
        self._leases.remove(lease)
        for known in (self.granted, self.woken):
            known[:] = [other for other in known if other is not lease]

    def close_all(self, connections: Iterable[Connection]) -> None:
        """Do what the ledger says has to be done."""
        for connection in connections:
            connection.close()
            if connection not in self.closed:
                self.closed.append(connection)
