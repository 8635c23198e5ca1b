"""The report on a terminal."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ._report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._report import Failure, Report

STYLES: Final = {Verdict.PASSES: "green", Verdict.NOTE: "yellow", Verdict.FAILS: "bold red", Verdict.NOT_TRIED: "dim"}


@contextlib.contextmanager
def counting() -> Iterator[Callable[[int], object]]:
    """Show on a terminal how many requests were sent, by a function that is told so, as long as the run takes."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("looking for the server") as status:
        yield lambda count: status.update(f"{count} requests")


def show(report: Report, console: Console | None = None) -> None:
    """Print the table, then a block for each failure, then the notes, then a sentence."""
    console = console or Console(highlight=False)
    table = Table("check", "level", "verdict", title=f"{report.base_url}, level {report.level}")
    table.add_column("requests", justify="right")
    for check in report.checks:
        verdict = report.verdict(check)
        table.add_row(check.name, check.level, Text(verdict, STYLES[verdict]), str(report.answers[check.name]))
    console.print(table)
    for failure in report.failures:
        show_failure(console, failure, report.with_repeat_count(failure))
    if report.notes:
        console.print("\nNotes: unlike the OpenAI API, but no matter at this level", style="yellow")
    for note in report.notes:
        console.print(
            Text(printable(f"  {note.check.name}: {report.with_repeat_count(note)}: {first_line(note.actual)}")),
            soft_wrap=True,
        )
    for error in dict.fromkeys(report.errors):
        console.print(Text(f"\nnot tried to its end: {printable(error.strip())}", "bold red"), soft_wrap=True)
    console.print(Text(f"\n{summary(report)}", "bold"), soft_wrap=True)


def show_failure(console: Console, failure: Failure, where: str) -> None:
    """Print what can be pasted into a bug report."""
    console.print(Text(f"\n{failure.check.name}: {failure.check.requirement}", "bold red"), soft_wrap=True)
    for label, text in (
        ("where", where),
        ("wrong", failure.actual),
        ("shown by", failure.curl),
        ("came", failure.answer),
        ("expected", failure.expected),
    ):
        indented = text.strip().replace("\n", f"\n{' ' * 12}")
        console.print(Text(f"  {label:9} {printable(indented)}"), soft_wrap=True)


def first_line(text: str) -> str:
    """Give the first line."""
    return text.partition("\n")[0]


def printable(text: str) -> str:
    """Give a server's text without what would steer a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)


def summary(report: Report) -> str:
    """Say in a sentence what was found."""
    requests = f"{report.requests} requests"
    if report.refused:
        requests += f", {report.refused} of them refused with 429"
    notes = f", {len(report.notes)} notes" if report.notes else ""
    if report.failures:
        return f"fails: {', '.join(sorted(report.failed))} ({requests}{notes})"
    if report.errors:
        return f"could not be tried to its end ({requests}{notes})"
    return f"passes ({requests}{notes})"
