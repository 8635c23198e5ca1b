"""Who gets which connection, and who waits: held to as plain functions, with connections that are none."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.transport.pooling import HERE, THERE, Bench, Connection, Exchange, put_in_place

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _connections_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


def test_a_connection_is_not_given_to_two() -> None:
    bench = Bench()
    assert bench.asked().connection is not bench.asked().connection


def test_no_more_connections_are_made_than_there_may_be() -> None:
    bench = Bench(most=2)
    assert [bench.asked().connection is None for _ in range(5)] == [False, False, True, True, True]
    assert len(bench.open) == 2


def test_room_is_made_by_the_connection_that_has_been_idle_for_longest() -> None:
    bench = Bench(most=2)
    exchanges = [bench.asked(HERE) for _ in range(2)]
    first, second = (exchange.connection for exchange in exchanges)
    for exchange in exchanges:
        bench.ended(exchange)
    there = bench.asked(THERE)
    assert bench.open == {second, there.connection}
    assert first is not None
    assert first.is_closed


def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    used = holder.connection
    waiting = [bench.asked() for _ in range(3)]
    for turn in range(3):
        bench.ended(holder)
        assert bench.granted == waiting[: turn + 1]
        holder = waiting[turn]
        assert holder.connection is used


def test_who_waits_first_is_served_first_though_the_free_connection_leads_elsewhere() -> None:
    bench = Bench(most=1)
    holder = bench.asked(HERE)
    first, second = bench.asked(THERE), bench.asked(HERE)
    bench.ended(holder)
    assert bench.granted == [first]
    assert first.connection is not None
    assert first.connection.origin == THERE
    assert second.connection is None


def test_a_connection_that_broke_is_closed_and_one_who_waits_gets_a_new_one() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    broken = holder.connection
    waiting = bench.asked()
    bench.ended(holder, reusable=False)
    assert bench.granted == [waiting]
    assert waiting.connection is not broken


@pytest.mark.parametrize("served", [False, True], ids=["before its turn", "as its turn comes"])
def test_one_who_gives_up_passes_the_turn_on(*, served: bool) -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    gone, patient = bench.asked(), bench.asked()
    if served:
        bench.ended(holder)
    bench.given_up(gone)
    if not served:
        bench.ended(holder)
    assert bench.granted == ([gone] if served else []) + [patient]
    assert (gone.connection, patient.connection is None) == (None, False)


def test_one_who_was_woken_and_gave_up_before_asking_passes_the_turn_on() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    gone, patient = bench.asked(), bench.asked()
    bench.pool.release(holder)
    assert (gone.is_woken, patient.is_woken) == (True, False)
    bench.given_up(gone)
    assert bench.granted == [patient]


@pytest.mark.parametrize("end", [Bench.ended, Bench.given_up])
def test_ending_twice_is_ending_once(end: Callable[[Bench, Exchange], None]) -> None:
    bench = Bench(most=1)
    exchange = bench.asked()
    bench.ended(exchange)
    idle = bench.idle
    end(bench, exchange)
    assert bench.idle == idle
    assert bench.asked().connection is idle[0]


def test_idle_connections_that_are_stale_are_closed_and_not_given() -> None:
    bench = Bench()
    exchanges = [bench.asked() for _ in range(3)]
    connections: list[Any] = [exchange.connection for exchange in exchanges]
    for exchange in exchanges:
        bench.ended(exchange)
    for connection in connections[1:]:
        connection.is_good = False
    assert bench.asked().connection is connections[0]
    assert [connection.is_closed for connection in connections] == [False, True, True]
    assert bench.open == {connections[0]}


def test_who_needs_a_new_connection_gets_no_idle_one() -> None:
    bench = Bench(most=1)
    exchange = bench.asked()
    used = exchange.connection
    bench.ended(exchange)
    assert bench.asked(needs_new=True).connection is not used
    assert used is not None
    assert used.is_closed


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


def test_a_closed_pool_ends_what_is_under_way_and_gives_nothing_more() -> None:
    bench = Bench(most=2)
    idle, held = bench.asked(HERE), bench.asked(HERE)
    used, last = held.connection, idle.connection
    bench.ended(idle)
    bench.given_up(bench.asked(THERE))
    late, waiting = bench.asked(HERE), bench.asked(HERE)
    bench.pool.close()
    assert used is not None
    assert last is not None
    assert (used.interruptions, last.is_closed, waiting.is_woken) == (1, True, True)
    for exchange in (waiting, Exchange(HERE)):
        with pytest.raises(httpx.NetworkError, match="the client was closed"):
            bench.pool.acquire(exchange)
        bench.pool.withdraw(exchange)
    for exchange in (held, late):
        bench.pool.release(exchange)
    assert (bench.open, bench.idle, bench.waiting) == (set(), [], [])


def test_a_connection_that_comes_back_as_another_thread_closes_the_pool_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    exchange = bench.asked()
    used = exchange.connection
    start = Connection.start_next_cycle

    def close_meanwhile(connection: Connection) -> bool:
        is_reusable = start(connection)
        closing = threading.Thread(target=bench.pool.close)
        closing.start()
        closing.join(10)
        return is_reusable

    monkeypatch.setattr(Connection, "start_next_cycle", close_meanwhile)
    closed: list[Connection] = []

    def note(connection: Connection) -> None:
        closed.append(connection)

    monkeypatch.setattr(Connection, "close", note)
    bench.pool.release(exchange)
    assert closed == [used]
    assert bench.idle == []


def test_the_place_of_a_connection_that_was_lost_is_free() -> None:
    bench = Bench(most=1)
    bench.asked().connection = None  # as an interrupt between two steps may
    gc.collect()
    assert bench.asked().connection is not None


def crowd(connections: int) -> Bench:
    """Make a pool of which half of the connections are idle."""
    bench = Bench(most=connections, most_idle=connections)
    for exchange in [bench.asked() for _ in range(connections)][::2]:
        bench.ended(exchange)
    Connection.questions = 0
    return bench


STEPS: dict[str, Callable[[Bench], object]] = {
    "one asks": lambda bench: bench.asked(),
    "one asks elsewhere": lambda bench: bench.asked(THERE),
    "one comes back": lambda bench: bench.ended(bench.held[0]),
    "one breaks": lambda bench: bench.ended(bench.held[0], reusable=False),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_looks_at_as_many_connections_of_1000_as_of_10(step: str) -> None:
    looks = []
    for connections in (10, 1000):
        STEPS[step](crowd(connections))
        looks.append(Connection.questions)
    assert looks[0] == looks[1] <= 1
