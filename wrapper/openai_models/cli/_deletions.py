"""Delete models, several at a time; a deletion that has begun is always finished and written to the journal."""

from __future__ import annotations

import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ._errors import classify
from ._exit_codes import Exit
from ._output import console

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Future

    from .._client import OpenAI
    from ._journal import Event, Journal

__all__ = ["Outcome", "delete_all"]


class Outcome(NamedTuple):
    """The result of a deletion."""

    what: str
    id: str
    detail: str
    status: Exit = Exit.FINE


def delete_all(
    client: OpenAI, models: Sequence[str], jobs: int, journal: Journal | None, may_be_gone: Collection[str]
) -> tuple[list[Outcome], BaseException | None]:
    """Delete models. Return the outcomes, and what stopped it: Ctrl-C, or a journal that can't be written.

    Args:
        client: The client.
        models: The ids.
        jobs: How many at a time.
        journal: Where each step is written.
        may_be_gone: Ids that may have been deleted before; to find them gone is no failure.
    """
    stop = threading.Event()
    found: dict[str, Outcome] = {}

    def write(event: Event, model: str, reason: str | None = None) -> None:
        if journal is not None:
            journal.write(event, model, reason)

    def work(model: str) -> None:
        if stop.is_set():
            return
        try:
            write("started", model)
            found[model] = outcome = _delete_one(client, model, may_be_gone=model in may_be_gone)
            write("failed" if outcome.what == "failed" else "done", model, outcome.detail or None)
        except OSError:
            stop.set()
            raise

    failure: OSError | None = None
    try:
        with _stop_on_interrupt(stop), _progress(len(models)) as advance, ThreadPoolExecutor(jobs) as pool:
            _wait({pool.submit(work, model) for model in models}, advance)
    except OSError as error:
        failure = error
    outcomes = [found.get(model, Outcome("skipped", model, "interrupted before it")) for model in models]
    return outcomes, failure or (KeyboardInterrupt() if stop.is_set() else None)


@contextmanager
def _stop_on_interrupt(stop: threading.Event) -> Iterator[None]:
    """Set the event on the first Ctrl-C; the second one interrupts."""

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
        # With a timeout, since a signal that comes as the wait begins is looked at when that ends; on Windows, each is.
        done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
        for each in done:
            each.result()
            advance()


def _delete_one(client: OpenAI, model: str, *, may_be_gone: bool) -> Outcome:
    from .. import NotFoundError, OpenAIError  # noqa: PLC0415 - the command's start comes without

    try:
        client.models.delete(model)
    except (OpenAIError, ValueError, TypeError) as error:
        if isinstance(error, NotFoundError) and may_be_gone:
            return Outcome("skipped", model, "it was gone already")
        status, message, _ = classify(error)
        identity = getattr(error, "request_id", None)
        return Outcome("failed", model, f"{message} (request id {identity})" if identity else message, status)
    return Outcome("done", model, "")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - not for pipes

    columns = (TextColumn("deleting"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)
