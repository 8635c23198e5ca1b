"""Who gets which connection, and who waits: the bookkeeping, with connections that are none."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, Final

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.transport.pooling import HERE, THERE, Bench, Connection, Exchange

from openai_models._transport import pool


@pytest.fixture(autouse=True, scope="module")
def _connections_that_are_none() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "HTTPConnection", Connection)
        yield


# Which one of those there are: taken by the remainder, so that it always is one.
ANY: Final = st.integers(0, 7)


class Steps(RuleBasedStateMachine):
    """Requests come and go, connections run out and break."""

    @initialize(most=st.integers(1, 3), most_idle=st.integers(0, 3))
    def begin(self, most: int, most_idle: int) -> None:
        self.most, self.most_idle = most, most_idle
        self.bench = Bench(most=most, most_idle=most_idle)

    @rule(origin=st.sampled_from([HERE, THERE]), needs_new=st.booleans())
    def a_request_comes(self, origin: tuple[str, str, int], needs_new: bool) -> None:  # noqa: FBT001 - drawn
        idle = self.bench.idle
        exchange = self.bench.asked(origin, needs_new=needs_new)
        assert exchange.connection is None or exchange.connection.origin == origin
        assert not needs_new or exchange.connection not in idle

    @precondition(lambda self: self.bench.held)
    @rule(which=ANY, reusable=st.booleans())
    def a_request_ends(self, which: int, reusable: bool) -> None:  # noqa: FBT001 - drawn
        held = self.bench.held
        exchange = held[which % len(held)]
        self.bench.ended(exchange, reusable=reusable)
        if exchange.connection is None:  # ending twice is ending once
            self.bench.ended(exchange)
            self.bench.given_up(exchange)

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


TestSteps = Steps.TestCase
TestSteps.settings = settings(derandomize=True, database=None, max_examples=60, stateful_step_count=40, deadline=None)


def test_one_who_was_woken_and_gave_up_before_asking_passes_the_turn_on() -> None:
    bench = Bench(most=1)
    holder, gone, patient = bench.asked(), bench.asked(), bench.asked()
    bench.pool.release(holder)
    assert (gone.is_woken, patient.is_woken) == (True, False)
    bench.given_up(gone)
    assert bench.held == [patient]


def test_idle_connections_that_run_out_are_closed_as_others_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(expiry=5)
    first, second = bench.asked(HERE), bench.asked(THERE)
    old = first.connection
    assert old is not None
    bench.ended(first)
    monkeypatch.setattr("time.monotonic", lambda: old.expires_at + 1)
    bench.ended(second)
    assert old.is_closed
    assert bench.open == {*bench.idle}


def test_the_place_of_a_connection_that_was_lost_is_free() -> None:
    bench = Bench(most=1)
    bench.asked().connection = None  # as an interrupt between two steps may
    gc.collect()
    assert bench.asked().connection is not None


def test_who_does_not_wait_yet_is_not_woken_and_asks_once_more() -> None:
    bench = Bench(most=1)
    held = bench.asked()
    early: Any = Exchange(HERE, needs_new=False)
    early.wake = None
    assert not bench.pool.acquire(early)
    bench.ended(held)
    bench.pool.close()
    with pytest.raises(httpx.NetworkError, match="the client was closed"):
        bench.pool.acquire(early)


def test_a_connection_that_comes_back_as_another_thread_closes_the_pool_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    start = Connection.start_next_cycle

    def close_meanwhile(connection: Connection) -> bool:
        is_reusable = start(connection)
        bench.pool.close()
        return is_reusable

    monkeypatch.setattr(Connection, "start_next_cycle", close_meanwhile)
    bench.ended(bench.asked())
    assert (bench.idle, bench.open) == ([], set())


def disturbed(at: int, work: Callable[[], object], disturb: Callable[[], object]) -> bool:
    """Do work, and something else before its n-th line, as the garbage collector may; return whether it came there."""
    left = at

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if event == "line" and frame.f_code.co_filename != __file__:
            left -= 1
            if left == 0:
                sys.settrace(None)
                disturb()
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return left <= 0


AT_WORK: Final[dict[str, Callable[[Bench, Exchange], object]]] = {
    "asks": lambda bench, _: bench.asked(),
    "ends": lambda bench, other: bench.ended(other),
    "gives up": lambda bench, other: bench.given_up(other),
    "closes": lambda bench, _: bench.pool.close(),
}


@pytest.mark.parametrize("work", AT_WORK)
def test_a_connection_may_be_dropped_at_any_moment_of_another_s_work(work: str) -> None:
    at, reached = 0, True
    while reached:
        at += 1
        bench = Bench(most=3)
        dropped, other, _ = [bench.asked() for _ in range(3)]
        waiting = [bench.asked()] if work != "asks" else []
        reached = disturbed(at, partial(AT_WORK[work], bench, other), partial(bench.pool.withdraw, dropped))
        if work == "closes":
            assert [each.is_woken for each in waiting] == [True], at
            assert all(connection.is_closed for connection in bench.open), at
            continue
        bench.let_those_who_are_woken_ask()
        # Its place has gone to the one who waited for it.
        assert not reached or bench.waiting == [], at
    assert at > 10
