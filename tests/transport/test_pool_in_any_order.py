"""What holds for a pool's bookkeeping after every step, whatever the steps are."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.transport.pooling import HERE, THERE, Bench, put_in_place

ORIGINS = st.sampled_from([HERE, THERE])
# Which one of those there are: taken by the remainder, so that it always is one.
ANY = st.integers(0, 7)


class Steps(RuleBasedStateMachine):
    """Requests come and go, connections run out and break."""

    @initialize(most=st.integers(1, 3), most_idle=st.integers(0, 3))
    def begin(self, most: int, most_idle: int) -> None:
        self.patch = pytest.MonkeyPatch()
        put_in_place(self.patch)
        self.most, self.most_idle = most, most_idle
        self.bench = Bench(most=most, most_idle=most_idle)

    @rule(origin=ORIGINS, needs_new=st.booleans())
    def a_request_comes(self, origin: tuple[str, str, int], needs_new: bool) -> None:  # noqa: FBT001 - drawn
        self.bench.asked(origin, needs_new=needs_new)

    @precondition(lambda self: self.bench.held)
    @rule(which=ANY, reusable=st.booleans())
    def a_request_ends(self, which: int, reusable: bool) -> None:  # noqa: FBT001 - drawn
        held = self.bench.held
        self.bench.ended(held[which % len(held)], reusable=reusable)

    @precondition(lambda self: self.bench.held)
    @rule(which=ANY)
    def a_request_breaks(self, which: int) -> None:
        held = self.bench.held
        self.bench.given_up(held[which % len(held)])

    @precondition(lambda self: self.bench.waiting)
    @rule(which=ANY)
    def one_who_waits_gives_up(self, which: int) -> None:
        waiting = self.bench.waiting
        self.bench.given_up(waiting[which % len(waiting)])

    @precondition(lambda self: self.bench.idle)
    @rule(which=ANY)
    def an_idle_connection_breaks(self, which: int) -> None:
        idle = self.bench.idle
        idle[which % len(idle)].is_good = False

    @invariant()
    def there_are_no_more_than_may_be(self) -> None:
        assert len(self.bench.open) <= self.most
        assert len(self.bench.idle) <= self.most_idle

    @invariant()
    def each_connection_is_either_idle_or_one_requests(self) -> None:
        known = [*self.bench.idle, *(exchange.connection for exchange in self.bench.held)]
        assert len(known) == len(set(known))
        assert set(known) == self.bench.open
        assert not any(connection.is_closed for connection in self.bench.open)

    @invariant()
    def nobody_waits_while_something_is_free(self) -> None:
        assert not self.bench.waiting or (len(self.bench.open) == self.most and not self.bench.idle)

    @invariant()
    def those_who_wait_are_served_in_their_order(self) -> None:
        assert self.bench.overtaken == []

    def teardown(self) -> None:
        for exchange in [*self.bench.held, *self.bench.waiting]:
            self.bench.given_up(exchange)
        for exchange in self.bench.held:  # those who waited
            self.bench.ended(exchange)
        assert set(self.bench.idle) == self.bench.open
        self.bench.pool.close()
        assert (self.bench.open, self.bench.idle) == (set(), [])
        self.patch.undo()


TestSteps = Steps.TestCase
TestSteps.settings = settings(derandomize=True, database=None, max_examples=150, stateful_step_count=40, deadline=None)
