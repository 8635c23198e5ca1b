"""Who gets which connection, and who waits: held to as plain functions, with connections that are none."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from tests.unit.leasing import HERE, THERE, Bench, Connection

from openai_models._leases import Lease

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_connection_that_is_given_back_serves_the_next_request() -> None:
    bench = Bench()
    first = bench.asked()
    used = first.connection
    bench.ended(first)
    assert bench.asked().connection is used
    assert len(bench.made) == 1


def test_the_connection_that_was_used_last_is_used_next() -> None:
    bench = Bench()
    leases = [bench.asked() for _ in range(3)]
    used = [lease.connection for lease in leases]
    for lease in leases:
        bench.ended(lease)
    assert [bench.asked().connection for _ in range(3)] == used[::-1]


def test_a_connection_is_not_given_to_two() -> None:
    bench = Bench()
    assert bench.asked().connection is not bench.asked().connection


def test_each_origin_has_its_own_connections() -> None:
    bench = Bench()
    bench.ended(bench.asked(HERE))
    there = bench.asked(THERE)
    assert there.connection is not None
    assert there.connection.origin == THERE
    assert [connection.origin for connection in bench.made] == [HERE, THERE]


def test_no_more_connections_are_made_than_there_may_be() -> None:
    bench = Bench(most=2)
    assert [bench.asked().connection is None for _ in range(5)] == [False, False, True, True, True]
    assert len(bench.made) == 2


def test_an_idle_connection_of_another_origin_makes_room() -> None:
    bench = Bench(most=1)
    here = bench.asked(HERE)
    used = here.connection
    bench.ended(here)
    assert bench.asked(THERE).connection is not None
    assert bench.closed == [used]


def test_room_is_made_by_the_connection_that_has_been_idle_for_longest() -> None:
    bench = Bench(most=2)
    for lease in [bench.asked(HERE) for _ in range(2)]:
        bench.ended(lease)
    bench.asked(THERE)
    assert bench.closed == [bench.made[0]]


def test_a_lease_that_was_interrupted_as_it_was_made_ends_without_a_word() -> None:
    Lease.__new__(Lease).__del__()


def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    waiting = [bench.asked() for _ in range(3)]
    for turn in range(3):
        bench.ended(holder)
        assert bench.granted == waiting[: turn + 1]
        holder = waiting[turn]
    assert len(bench.made) == 1


def test_who_waits_first_is_served_first_though_the_free_connection_leads_elsewhere() -> None:
    bench = Bench(most=1)
    holder = bench.asked(HERE)
    first, second = bench.asked(THERE), bench.asked(HERE)
    bench.ended(holder)
    assert bench.granted == [first]
    assert first.connection is not None
    assert first.connection.origin == THERE
    assert second.connection is None
    assert len(bench.closed) == 1


def test_a_connection_that_broke_is_closed_and_one_who_waits_gets_a_new_one() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    broken = holder.connection
    waiting = bench.asked()
    bench.ended(holder, reusable=False)
    assert bench.closed == [broken]
    assert waiting.connection is not broken
    assert bench.granted == [waiting]


def test_a_connection_whose_request_is_not_over_is_not_reused() -> None:
    bench = Bench()
    lease = bench.asked()
    used = lease.connection
    assert used is not None
    used.idle = False
    bench.ledger_end(lease, reusable=True)
    assert bench.closed == [used]
    assert bench.asked().connection is not used


def test_a_connection_is_not_reused_that_seems_idle_but_may_not_be() -> None:
    # Its request was cancelled, and what comes for it may still be under way.
    bench = Bench()
    lease = bench.asked()
    used = lease.connection
    assert used is not None
    used.idle = True
    bench.ledger_end(lease, reusable=False)
    assert bench.closed == [used]
    assert bench.idle == []


def test_one_who_gave_up_is_not_served() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    gone, patient = bench.asked(), bench.asked()
    bench.ended(gone, reusable=False)
    bench.ended(holder)
    assert bench.granted == [patient]
    assert gone.connection is None


def test_one_who_gave_up_as_the_turn_came_passes_it_on() -> None:
    bench = Bench(most=1)
    holder = bench.asked()
    gone, patient = bench.asked(), bench.asked()
    bench.ended(holder)
    assert bench.granted == [gone]
    bench.ended(gone, reusable=False)
    assert bench.granted == [gone, patient]
    assert patient.connection is not None


def test_ending_twice_is_ending_once() -> None:
    bench = Bench(most=1)
    lease = bench.asked()
    bench.ended(lease)
    bench.ended(lease, reusable=False)
    assert bench.closed == []
    assert bench.asked().connection is bench.made[0]


@pytest.mark.parametrize("spoil", [Connection.run_out, Connection.close])
def test_idle_connections_that_are_stale_are_closed_and_not_given(spoil: Callable[[Connection], None]) -> None:
    bench = Bench()
    leases = [bench.asked() for _ in range(3)]
    for lease in leases:
        bench.ended(lease)
    for connection in bench.made[1:]:
        spoil(connection)
    assert bench.asked().connection is bench.made[0]
    assert bench.closed == [bench.made[2], bench.made[1]]
    assert bench.ledger.open == {bench.made[0]}


def test_no_more_stay_idle_than_may() -> None:
    bench = Bench(most_idle=2)
    leases = [bench.asked() for _ in range(4)]
    for lease in leases:
        bench.ended(lease)
    # Those that have been idle for longest go.
    assert bench.closed == bench.made[:2]
    assert bench.ledger.open == set(bench.made[2:])


def test_of_all_origins_together_no_more_stay_idle_than_may() -> None:
    bench = Bench(most_idle=1)
    here, there = bench.asked(HERE), bench.asked(THERE)
    bench.ended(here)
    bench.ended(there)
    assert len(bench.ledger.open) == 1


def test_where_none_may_stay_idle_each_is_closed_after_its_request() -> None:
    bench = Bench(most_idle=0)
    for _ in range(3):
        bench.ended(bench.asked())
    assert bench.closed == bench.made
    assert len(bench.made) == 3


def test_idle_connections_that_run_out_are_closed_as_others_come_back() -> None:
    bench = Bench()
    first, second = bench.asked(), bench.asked()
    old = first.connection
    assert old is not None
    bench.ended(first)
    old.run_out()
    bench.ended(second)
    assert bench.closed == [old]


def test_the_connection_of_a_request_that_nobody_ended_is_closed_at_the_next_step() -> None:
    bench = Bench(most=1)
    bench.forget(bench.asked())
    gc.collect()
    assert bench.asked().connection is bench.made[1]
    assert bench.closed == [bench.made[0]]


def test_a_connection_that_is_lost_wakes_the_one_who_waits_first() -> None:
    bench = Bench(most=1)
    bench.asked()
    waiting = [bench.asked() for _ in range(2)]
    bench.forget(bench.held[0])
    gc.collect()
    assert bench.woken == waiting[:1]
    bench.close_all(bench.ledger.find())
    assert bench.granted == waiting[:1]
    assert bench.closed == bench.made[:1]


def test_a_request_that_ended_is_not_counted_as_lost() -> None:
    bench = Bench()
    lease = bench.asked()
    bench.ended(lease)
    bench.forget(lease)
    del lease
    gc.collect()
    assert not bench.ledger.lost


@pytest.mark.parametrize("step", ["another asks", "another gives up"])
def test_connections_that_were_lost_go_to_those_who_wait(step: str) -> None:
    bench = Bench(most=2)
    bench.asked()
    bench.asked()
    waiting = [bench.asked() for _ in range(2)]
    while bench.held:
        bench.forget(bench.held[0])
    gc.collect()
    if step == "another asks":
        bench.asked()
        assert bench.granted == waiting
    else:
        bench.ended(waiting[1])
        assert bench.granted == waiting[:1]


def test_at_the_end_all_are_closed_and_nobody_waits() -> None:
    bench = Bench(most=2)
    idle, held = bench.asked(), bench.asked()
    waiting = bench.asked()
    bench.ended(idle)
    bench.ended(waiting)
    late = bench.asked()
    later = bench.asked()
    bench.close_all(bench.ledger.end_all())
    assert set(bench.closed) == set(bench.made)
    assert bench.woken == [later]
    assert later.connection is None
    # Those who hold one find it closed, and give it back as ever.
    for lease in (held, late):
        bench.ended(lease)
    assert bench.ledger.open == set()
    assert bench.idle == []


def test_what_comes_back_after_the_end_is_closed_though_it_could_be_reused() -> None:
    bench = Bench()
    lease = bench.asked()
    used = lease.connection
    assert used is not None
    closing = bench.ledger.end_all()
    # Another thread is about to close it.
    used.idle = True
    bench.ledger_end(lease, reusable=True)
    assert closing == bench.closed == [used]
    assert bench.idle == []


def test_what_was_lost_before_the_end_is_closed_once() -> None:
    bench = Bench()
    bench.forget(bench.asked())
    gc.collect()
    assert bench.ledger.end_all() == bench.made
    assert bench.ledger.ask(Lease(HERE, bench.ledger)) == []


def test_an_origin_without_idle_connections_is_forgotten() -> None:
    bench = Bench(most_idle=1)
    for port in range(100):
        bench.ended(bench.asked((b"http", b"here.test", port)))
    assert len(bench.ledger._idle._of) == 1


def crowd(connections: int) -> Bench:
    """Make a pool of which half of the connections are idle, and give the bench."""
    bench = Bench(most=connections, most_idle=connections)
    leases = [bench.asked() for _ in range(connections)]
    for lease in leases[::2]:
        bench.ended(lease)
    bench.questions = 0
    return bench


def asking(bench: Bench) -> None:
    bench.asked()


def asking_elsewhere(bench: Bench) -> None:
    bench.asked(THERE)


def coming_back(bench: Bench) -> None:
    bench.ended(bench.held[0])


def breaking(bench: Bench) -> None:
    bench.ended(bench.held[0], reusable=False)


def handing_over(bench: Bench) -> None:
    while bench.asked().connection is not None:
        pass
    bench.questions = 0
    bench.ended(bench.held[0])


@pytest.mark.parametrize("step", [asking, asking_elsewhere, coming_back, breaking, handing_over])
def test_a_step_looks_at_as_many_connections_of_1000_as_of_10(step: Callable[[Bench], None]) -> None:
    looks = []
    for connections in (10, 1000):
        bench = crowd(connections)
        step(bench)
        looks.append(bench.questions)
    assert looks[0] == looks[1] <= 3
