"""Some deletions at a time; what is under way is always finished, and noted."""

from __future__ import annotations

import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ._errors import outcome
from ._exit import Exit
from ._output import console

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Future

    from .._client import OpenAI
    from ._journal import Journal

__all__ = ["Outcome", "delete_all"]


class Outcome(NamedTuple):
    """What became of a model."""

    what: str
    id: str
    detail: str
    status: Exit = Exit.FINE


def delete_all(
    client: OpenAI, models: Sequence[str], jobs: int, journal: Journal | None, doubtful: Collection[str]
) -> tuple[list[Outcome], bool]:
    """Delete models, and tell whether Ctrl-C ended it before the last.

    Args:
        client: The client.
        models: The ids.
        jobs: How many at a time.
        journal: Where to note each step.
        doubtful: Those that may be gone already, which is no failure then.
    """
    stop = threading.Event()
    found: dict[str, Outcome] = {}

    def work(model: str) -> None:
        if not stop.is_set():
            found[model] = _delete_one(client, model, journal, is_doubtful=model in doubtful)

    with _ending(stop), _progress(len(models)) as advance, ThreadPoolExecutor(jobs) as pool:
        _wait({pool.submit(work, model) for model in models}, advance)
    return [found.get(model, Outcome("skipped", model, "interrupted before it")) for model in models], stop.is_set()


@contextmanager
def _ending(stop: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C set the event, and a second one interrupt."""

    def on_interrupt(*_: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait(pending: set[Future[None]], advance: Callable[[], None]) -> None:
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for each in done:
            each.result()
            advance()


def _delete_one(client: OpenAI, model: str, journal: Journal | None, *, is_doubtful: bool) -> Outcome:
    from .. import NotFoundError, OpenAIError  # noqa: PLC0415 - the command's start comes without

    if journal is not None:
        journal.write("started", model)
    try:
        client.models.delete(model)
    except (OpenAIError, ValueError, TypeError) as error:
        if isinstance(error, NotFoundError) and is_doubtful:
            if journal is not None:
                journal.write("done", model, "it was gone already")
            return Outcome("skipped", model, "it was gone already")
        status, message, _ = outcome(error)
        identity = getattr(error, "request_id", None)
        detail = f"{message} (request id {identity})" if identity else message
        if journal is not None:
            journal.write("failed", model, detail)
        return Outcome("failed", model, detail, status)
    if journal is not None:
        journal.write("done", model)
    return Outcome("done", model, "")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - not for pipes

    columns = (TextColumn("deleting"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)
