"""Stop a coroutine at its n-th await point, whichever that is."""

from __future__ import annotations

import asyncio
import functools
import gc
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator

    Canceller = Callable[[int, Coroutine[Any, Any, object]], Awaitable[bool]]
    After = Callable[[int], Awaitable[None]]


class Stepped:
    """Drives a coroutine by hand, counts each time it waits for something, and acts as it is about to wait there.

    Args:
        work: The coroutine.
        at: The await point, from 1.
        act: Called there.
    """

    def __init__(self, work: Coroutine[Any, Any, object], at: int, act: Callable[[], object]) -> None:
        self._work = work
        self._left = at
        self._act = act

    @property
    def reached(self) -> bool:
        """Whether it came to that point; False if it ended before."""
        return self._left <= 0

    def __await__(self) -> Generator[Any, Any, None]:
        resume: Callable[[], Any] = functools.partial(self._work.send, None)
        while True:
            try:
                awaited = resume()
            except StopIteration:
                return
            self._left -= 1
            if self._left == 0:
                self._act()
            try:
                resume = functools.partial(self._work.send, (yield awaited))
            except BaseException as error:  # noqa: BLE001 - handed to the coroutine, as the loop would
                resume = functools.partial(self._work.throw, error)


async def cancelled_by_scope(at: int, work: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine, cancel the scope around it at an await point, and return whether it came to that point."""
    scope = anyio.CancelScope()
    stepped = Stepped(work, at, scope.cancel)
    with scope:
        await stepped
    return stepped.reached


async def cancelled_by_task(at: int, work: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine, cancel the task that it runs in at an await point, and return whether it came to that point."""

    async def run() -> None:
        await stepped

    def cancel() -> None:
        task.cancel()

    stepped = Stepped(work, at, cancel)
    task = asyncio.get_running_loop().create_task(run())
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
    return stepped.reached


async def walk(cancelled_at: Canceller, call: Callable[[], Awaitable[object]], after: After) -> int:
    """Run a call again and again, cancelled at its first await point, its second, and so on.

    Args:
        cancelled_at: How it is cancelled.
        call: Makes what is awaited, anew each time.
        after: What must hold after each cancellation; called with the await point.

    Returns:
        How many await points there were.
    """

    async def work() -> None:
        await call()

    points, reached = 0, True
    while reached:
        reached = await cancelled_at(points + 1, work())
        points += reached
        await after(points)
    # What was left behind says so now, with a ResourceWarning.
    gc.collect()
    return points
