"""The report in a GitHub workflow: annotations, and the summary of a step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ._impact import IMPACT
from ._report import Verdict
from ._summary import by_verdict, counted, docs_url, facts, headline, note_line, passed_line, printable, short, summary

if TYPE_CHECKING:
    from ._check import Check
    from ._report import Failure, Report

MARKS: Final = {"passes": "✅", "fails": "❌", "incomplete": "⚠️"}


def workflow_commands(report: Report) -> str:
    """Return a line with `::error` for each failure and a line with `::notice` for each note, then the outcome.

    What a server sent can't add a workflow command: it stays within its line.
    """
    lines = [annotation("error", failure.check.name, text_of(report, failure)) for failure in report.failures]
    lines += [annotation("error", "incomplete", error) for error in dict.fromkeys(report.errors)]
    lines += [annotation("notice", it.name, note_line(report, it)) for it in by_verdict(report, Verdict.NOTE)]
    return printable("\n".join([*lines, passed_line(report), summary(report)]) + "\n")


def annotation(kind: str, title: str, text: str) -> str:
    """Return a workflow command that annotates a run."""
    escaped = text.strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} title=contract {title}::{escaped}"


def text_of(report: Report, failure: Failure) -> str:
    """Return what an annotation says about a failure."""
    problem = f"{report.with_repeat_count(failure)}: {short(failure.actual)}"
    return f"{failure.check.requirement}\n{problem}\n{failure.curl}\nImpact: {IMPACT[failure.check.name]}"


def markdown(report: Report) -> str:
    """Return the report as Markdown, for the summary of a step."""
    lines = [f"## {MARKS[report.outcome]} {headline(report)}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {cell(value)} |" for name, value in facts(report).items()]
    lines += ["", passed_line(report), ""]
    lines += [f"- ⚠️ {cell(error)}" for error in dict.fromkeys(report.errors)]
    for check in by_verdict(report, Verdict.FAILS):
        first, *others = report.of(check.name)
        lines += [
            f"### {link(check)}",
            "",
            f"{check.requirement} {IMPACT[check.name]}",
            "",
            f"{cell(report.with_repeat_count(first))}: {cell(short(first.actual))}",
            "",
            fenced(first.curl, "sh"),
            "",
            fenced(first.answer),
            "",
            f"Expected: {cell(first.expected)}",
            "",
            *([f"{counted(len(others), 'more problem')}.", ""] if others else []),
        ]
    if report.notes:
        lines += [f"<details><summary>Notes: {len(report.notes)}</summary>", ""]
        lines += [f"- {link(check)}: {cell(note_line(report, check))}" for check in by_verdict(report, Verdict.NOTE)]
        lines += ["", "</details>"]
    return printable("\n".join(lines) + "\n")


def link(check: Check) -> str:
    """Return a link to the documentation of a check."""
    return f"[`{check.name}`]({docs_url(check)})"


def cell(text: str) -> str:
    """Return text on one line in which no character is Markdown or HTML."""
    line = " ".join(printable(text).split())
    return re.sub(r"[^\w\s/.,;?=%$]|_", lambda match: f"&#{ord(match[0])};", line)


def fenced(text: str, language: str = "") -> str:
    """Return text as a code block that nothing in the text can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text.strip()}\n{fence}"
