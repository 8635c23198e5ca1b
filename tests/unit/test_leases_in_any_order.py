"""What holds for a pool's bookkeeping after every step, whatever the steps are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.unit.leasing import HERE, THERE, Bench

if TYPE_CHECKING:
    from openai_models._leases import Origin

ORIGINS = st.sampled_from([HERE, THERE])
# Which one of those there are: taken by the remainder, so that it always is one.
ANY = st.integers(0, 7)


class Steps(RuleBasedStateMachine):
    """Requests come and go, connections run out and break."""

    @initialize(most=st.integers(1, 3), most_idle=st.integers(0, 3))
    def begin(self, most: int, most_idle: int) -> None:
        self.bench = Bench(most=most, most_idle=most_idle)

    @rule(origin=ORIGINS)
    def a_request_comes(self, origin: Origin) -> None:
        self.bench.asked(origin)

    @precondition(lambda self: self.bench.held)
    @rule(which=ANY, reusable=st.booleans())
    def a_request_ends(self, which: int, reusable: bool) -> None:  # noqa: FBT001 - drawn
        held = self.bench.held
        self.bench.ended(held[which % len(held)], reusable=reusable)

    @precondition(lambda self: self.bench.waiting)
    @rule(which=ANY)
    def one_who_waits_gives_up(self, which: int) -> None:
        waiting = self.bench.waiting
        self.bench.ended(waiting[which % len(waiting)])

    @precondition(lambda self: self.bench.idle)
    @rule(which=ANY)
    def an_idle_connection_runs_out(self, which: int) -> None:
        idle = self.bench.idle
        idle[which % len(idle)].run_out()

    @precondition(lambda self: self.bench.held)
    @rule(which=ANY)
    def a_request_is_lost(self, which: int) -> None:
        held = self.bench.held
        self.bench.forget(held[which % len(held)])

    @rule()
    def the_pool_is_closed(self) -> None:
        self.bench.close_all(self.bench.ledger.end_all())
        assert not self.bench.waiting
        assert set(self.bench.closed) == set(self.bench.made)

    @invariant()
    def there_are_no_more_than_may_be(self) -> None:
        assert len(self.bench.ledger.open) <= self.bench.ledger.most
        assert len(self.bench.idle) <= self.bench.ledger.most_idle

    @invariant()
    def each_connection_is_either_idle_or_one_requests_or_lost(self) -> None:
        in_use = [lease.connection for lease in self.bench.held if lease.connection in self.bench.ledger.open]
        lost = [connection for connection in self.bench.ledger.lost if connection in self.bench.ledger.open]
        known = [*self.bench.idle, *in_use, *lost]
        assert len(known) == len(set(known))
        assert set(known) == self.bench.ledger.open

    @invariant()
    def what_is_not_open_was_closed(self) -> None:
        assert self.bench.ledger.open.isdisjoint(self.bench.closed)
        assert self.bench.ledger.open.union(self.bench.closed) == set(self.bench.made)

    @invariant()
    def nobody_waits_while_something_is_free(self) -> None:
        ledger = self.bench.ledger
        if not ledger.lost:  # what was lost is found at the next step
            assert not self.bench.waiting or (len(ledger.open) == ledger.most and not self.bench.idle)

    @invariant()
    def those_who_wait_are_served_in_their_order(self) -> None:
        assert self.bench.overtaken == []

    def teardown(self) -> None:
        for lease in self.bench.held:
            self.bench.ended(lease)
        for lease in self.bench.waiting:
            self.bench.ended(lease)
        self.bench.close_all(self.bench.ledger.end_all())
        assert set(self.bench.closed) == set(self.bench.made)
        assert self.bench.ledger.open == set()


TestSteps = Steps.TestCase
TestSteps.settings = settings(derandomize=True, database=None, max_examples=300, stateful_step_count=40, deadline=None)
