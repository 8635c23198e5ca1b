"""What every form of the report says in the same words."""

from __future__ import annotations

from functools import cache
from importlib.metadata import metadata, version
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from ._report import Verdict

if TYPE_CHECKING:
    from ._check import Check
    from ._report import Report

API_REFERENCE: Final = "https://platform.openai.com/docs/api-reference/models"


def summary(report: Report) -> str:
    """Return the outcome in one sentence."""
    requests = f"{report.requests} requests"
    if report.refused:
        requests += f", {report.refused} of them refused with 429"
    notes = f", {counted(len(report.notes), 'note')}" if report.notes else ""
    if report.failures:
        return f"fails: {', '.join(sorted(report.failed))} ({requests}{notes})"
    if report.errors:
        return f"could not be tried to its end ({requests}{notes})"
    return f"passes ({requests}{notes})"


def headline(report: Report) -> str:
    """Return the outcome in a few words."""
    words = {"passes": "The server passes", "incomplete": "The run is incomplete: there is no verdict"}
    return words.get(report.outcome, f"The server fails {len(report.failed)} of {len(report.checks)} checks")


def facts(report: Report) -> dict[str, str]:
    """Return what was checked, when, and with which versions."""
    deletes = "" if report.deletes else ", nothing deleted"
    refused = f", {report.refused} of them refused with 429" if report.refused else ""
    return {
        "Server": report.base_url,
        "Level": f"{report.level}{deletes}",
        "Date": f"{report.started:%Y-%m-%d %H:%M} UTC",
        "Duration": f"{report.seconds:.0f} s",
        "Requests": f"{report.requests}{refused}",
        "Versions": ", ".join(f"{name} {number}" for name, number in versions().items()),
    }


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide about a verdict."""
    return {name: version(name) for name in ("openai-models", "schemathesis")}


def passed_line(report: Report) -> str:
    """Return the numbers of the checks that passed and of those that were not tried."""
    line = f"{len(by_verdict(report, Verdict.PASSES))} of {len(report.checks)} checks passed"
    untried = len(by_verdict(report, Verdict.NOT_TRIED))
    return f"{line}, {untried} not tried{deletion_hint(report)}" if untried else line


def deletion_hint(report: Report) -> str:
    """Return why checks were not tried, if it is because no model may be deleted."""
    return "" if report.deletes else " (those of deletion need --delete-model)"


def by_verdict(report: Report, verdict: Verdict) -> list[Check]:
    """Return the checks with a verdict."""
    return [check for check in report.checks if report.verdict(check) is verdict]


@cache
def documentation() -> str:
    """Return the address of the page with the checks, ending in `#` if there is one, or that of OpenAI's reference."""
    for entry in metadata("openai-models").get_all("Project-URL") or ():
        label, _, url = entry.partition(", ")
        if label.lower() == "documentation":
            return f"{urljoin(url, 'contract.md')}#"
    return API_REFERENCE


def docs_url(check: Check) -> str:
    """Return the address of the documentation of a check."""
    page = documentation()
    return f"{page}{check.name}" if page.endswith("#") else page


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def short(problem: str) -> str:
    """Return a problem on one line: schemathesis puts its details on the following ones."""
    title, *details = problem.splitlines()
    shown = 2 if details[:1] and details[0].endswith(":") else 1
    return ": ".join([title, " ".join(details[:shown])] if details else [title])


def note_line(report: Report, check: Check) -> str:
    """Return the first difference that a check noted, and how many others there are."""
    first, *others = report.of(check.name)
    more = f"; {counted(len(others), 'other difference')}" if others else ""
    return f"{report.with_repeat_count(first)}: {short(first.actual)}{more}"


def printable(text: str) -> str:
    """Return text with every character escaped that would control a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)
