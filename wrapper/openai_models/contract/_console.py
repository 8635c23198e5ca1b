"""The report on a terminal."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ._impact import IMPACT
from ._report import Verdict
from ._summary import by_verdict, note_line, passed_line, printable, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._report import Failure, Report

STYLES: Final = {Verdict.PASSES: "green", Verdict.NOTE: "yellow", Verdict.FAILS: "bold red", Verdict.NOT_TRIED: "dim"}


class Callbacks(NamedTuple):
    """What a run calls as it goes on.

    Attributes:
        on_phase: Receives the name of each phase as it begins.
        on_request: Receives the number of requests sent, whenever one is.
    """

    on_phase: Callable[[str], object]
    on_request: Callable[[int], object]


@contextlib.contextmanager
def progress() -> Iterator[Callbacks]:
    """Show the phase, the number of requests and the elapsed time on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:.0f} requests"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking for the server", total=None)
        yield Callbacks(
            lambda phase: bar.update(task, description=phase, refresh=True),
            lambda count: bar.update(task, completed=count),
        )


def as_text(report: Report, *, verbose: bool) -> str:
    """Return the report as it looks on stdout."""
    console = Console(highlight=False)
    with console.capture() as captured:
        show(report, console, verbose=verbose)
    return captured.get()


def show(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print a block for each failure, the notes, a line about the checks that passed, and the outcome.

    Args:
        report: The report.
        console: Where to print it.
        verbose: Whether to print the table of all checks first.
    """
    print_line(console, f"{report.base_url}, level {report.level}")
    if verbose:
        console.print(checks_table(report))
    for failure in report.failures:
        show_failure(console, failure, report.with_repeat_count(failure))
    if report.notes:
        print_line(console, "\nNotes: unlike the OpenAI API, but no matter at this level", "yellow")
    for check in by_verdict(report, Verdict.NOTE):
        print_line(console, f"  {check.name}: {note_line(report, check)}")
    for error in dict.fromkeys(report.errors):
        print_line(console, f"\nnot tried to its end: {error.strip()}", "bold red")
    print_line(console, f"\n{passed_line(report)}")
    print_line(console, summary(report), "bold")


def checks_table(report: Report) -> Table:
    """Build the table of all checks."""
    table = Table("check", "level", "verdict")
    table.add_column("responses", justify="right")
    for check in report.checks:
        verdict = report.verdict(check)
        table.add_row(check.name, check.level, Text(verdict, STYLES[verdict]), str(report.answers[check.name]))
    return table


def show_failure(console: Console, failure: Failure, where: str) -> None:
    """Print what can be pasted into a bug report."""
    print_line(console, f"\n{failure.check.name}: {failure.check.requirement}", "bold red")
    for label, text in (
        ("where", where),
        ("problem", failure.actual),
        ("request", failure.curl),
        ("response", failure.answer),
        ("expected", failure.expected),
        ("impact", IMPACT[failure.check.name]),
    ):
        if text == failure.check.requirement:
            continue
        print_line(console, f"  {label:9} " + text.strip().replace("\n", f"\n{' ' * 12}"))


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print text without the characters that would control a terminal."""
    console.print(Text(printable(text), style), soft_wrap=True)
