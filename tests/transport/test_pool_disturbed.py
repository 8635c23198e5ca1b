"""The garbage collector, or another thread, drops a connection in the middle of another one's step."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.transport.pooling import Bench, Exchange, put_in_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


@pytest.fixture(autouse=True)
def _connections_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


def disturbed(at: int, work: Callable[[], object], disturb: Callable[[], object]) -> bool:
    """Do work, and something else before its n-th line, as the garbage collector or another thread may.

    Returns:
        Whether it came to that line.
    """
    left = at

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename == __file__:
            return trace
        left -= event == "line"
        if left == 0 and event == "line":
            sys.settrace(None)
            disturb()
        return trace if left > 0 else None

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return left <= 0


AT_WORK: dict[str, Callable[[Bench, Exchange], object]] = {
    "asks": lambda bench, _: bench.asked(),
    "ends": lambda bench, other: bench.ended(other),
    "gives up": lambda bench, other: bench.given_up(other),
}


@pytest.mark.parametrize("work", AT_WORK)
def test_a_connection_may_be_dropped_at_any_moment_of_another_s_work(work: str) -> None:
    at, reached = 0, True
    while reached:
        at += 1
        bench = Bench(most=3)
        dropped, other, _ = [bench.asked() for _ in range(3)]
        if work != "asks":
            bench.asked()
        reached = disturbed(at, partial(AT_WORK[work], bench, other), partial(bench.pool.withdraw, dropped))
        bench.let_those_who_are_woken_ask()
        # Its place has gone to the one who waited for it.
        assert not reached or bench.waiting == [], at
    assert at > 10


def test_a_connection_may_be_dropped_at_any_moment_of_the_end() -> None:
    at, reached = 0, True
    while reached:
        at += 1
        bench = Bench(most=3)
        dropped, other, _ = [bench.asked() for _ in range(3)]
        waiting = bench.asked()
        bench.pool.release(other)
        reached = disturbed(at, bench.pool.close, partial(bench.pool.withdraw, dropped))
        assert waiting.is_woken, at
        assert all(connection.is_closed for connection in bench.open), at
    assert at > 10
