"""Stop a coroutine at its n-th await point, whichever that is."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import itertools
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import sniffio
import trio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator

    Canceller = Callable[[int, Coroutine[Any, Any, object]], Awaitable[bool]]
    After = Callable[[int], Awaitable[None]]

T = TypeVar("T")


class Steps:
    """Counts the points at which tasks wait, from 1, and acts when a task is about to wait at one of them."""

    def __init__(self, at: int, act: Callable[[], object]) -> None:
        self.reached = False
        self._left = at
        self._act = act

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached = True
            self._act()


class Stepped:
    """Drives a coroutine by hand, and counts each time it waits for something."""

    def __init__(self, work: Coroutine[Any, Any, T], steps: Steps) -> None:
        self._work = work
        self._steps = steps

    def __await__(self) -> Generator[Any, Any, Any]:
        resume: Callable[[], Any] = functools.partial(self._work.send, None)
        while True:
            try:
                awaited = resume()
            except StopIteration as stop:
                return stop.value
            self._steps.step()
            try:
                resume = functools.partial(self._work.send, (yield awaited))
            except BaseException as error:  # noqa: BLE001 - handed to the coroutine, as the loop would
                resume = functools.partial(self._work.throw, error)


async def _stepped(work: Coroutine[Any, Any, T], steps: Steps) -> T:
    result: T = await Stepped(work, steps)
    return result


class _Counting(trio.abc.Instrument):
    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        self._steps.step()


@contextlib.contextmanager
def _stepping(steps: Steps) -> Iterator[None]:
    """Count the steps of every task that is started in the block; in trio, of every task there is."""
    if sniffio.current_async_library() == "trio":
        counting = _Counting(steps)
        trio.lowlevel.add_instrument(counting)
        try:
            yield
        finally:
            trio.lowlevel.remove_instrument(counting)
        return
    loop = asyncio.get_running_loop()

    def make(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(_stepped(work, steps), loop=loop, **options)
        task.add_done_callback(lambda _: work.close())  # of one that was cancelled before it began
        return task

    loop.set_task_factory(make)
    try:
        yield
    finally:
        loop.set_task_factory(None)


async def cancelled_by_scope(at: int, work: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine, cancel the scope around it at an await point, and return whether it came to that point."""
    scope = anyio.CancelScope()
    steps = Steps(at, scope.cancel)
    with scope, _stepping(steps):
        await (work if sniffio.current_async_library() == "trio" else _stepped(work, steps))
    return steps.reached


async def cancelled_by_task(at: int, work: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine, cancel the task that it runs in at an await point, and return whether it came to that point."""

    def cancel() -> None:
        task.cancel()

    steps = Steps(at, cancel)
    with _stepping(steps):
        task = asyncio.get_running_loop().create_task(work)
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()
    return steps.reached


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

    for step in itertools.count(1):
        reached = await cancelled_at(step, work())
        await after(step)
        if not reached:
            break
    # What was left behind says so now, with a ResourceWarning.
    gc.collect()
    return step - 1
