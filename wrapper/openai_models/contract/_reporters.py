"""The report as files: JUnit XML for machines, one page of HTML for people."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ._console import first_line, summary
from ._report import Verdict

if TYPE_CHECKING:
    from ._report import Failure, Report

# What XML 1.0 §2.2 can't hold.
# Nor what would steer a terminal to which somebody prints a file.
NO_XML: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd; }
td:last-child { text-align: right; } pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; white-space: pre-wrap; }
.passes { color: #17692b; } .fails { color: #b00020; font-weight: bold; } .note { color: #8a5a00; } .not-tried { color: #777; }
"""


def junit(report: Report) -> str:
    """Give a test case for each check."""
    tried = [(check, report.verdict(check)) for check in report.checks]
    count = {verdict: str([it for _, it in tried].count(verdict)) for verdict in Verdict}
    suite = Element(
        "testsuite",
        name=f"contract {report.base_url} {report.level}",
        tests=str(len(tried)),
        failures=count[Verdict.FAILS],
        skipped=count[Verdict.NOT_TRIED],
        errors=str(len(report.errors)),
    )
    for check, verdict in tried:
        case = SubElement(suite, "testcase", classname=f"contract.{check.level}", name=check.name)
        found = "\n\n".join(map(str, report.of(check.name)))
        if verdict is Verdict.FAILS:
            SubElement(case, "failure", message=clean(check.requirement)).text = clean(found)
        elif verdict is Verdict.NOT_TRIED:
            SubElement(case, "skipped", message="no answer was put to this check")
        elif verdict is Verdict.NOTE:
            SubElement(case, "system-out").text = clean(found)
    if report.errors:
        case = SubElement(suite, "testcase", classname="contract", name="ran to its end")
        SubElement(case, "error", message="it did not").text = clean("\n".join(report.errors))
        suite.set("tests", str(len(tried) + 1))
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def clean(text: str) -> str:
    """Give a text as XML can hold it."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def html(report: Report) -> str:
    """Give one page that needs nothing beside it."""
    rows = "".join(
        f"<tr><td>{check.name}<td>{check.level}<td class={verdict.replace(' ', '-')}>{verdict}"
        f"<td>{report.answers[check.name]}\n"
        for check in report.checks
        for verdict in [report.verdict(check)]
    )
    errors = "".join(f"<p class=fails>{escape(error)}\n" for error in report.errors)
    blocks = "".join(block(failure, report.with_repeat_count(failure)) for failure in report.failures)
    notes = "".join(
        f"<li>{escape(note.check.name)}: {escape(report.with_repeat_count(note))}: {escape(first_line(note.actual))}\n"
        for note in report.notes
    )
    title = f"{escape(report.base_url)}, level {report.level}"
    page = f"""<!doctype html>
<html lang=en><meta charset=utf-8><title>{title}</title><style>{STYLE}</style>
<h1>{title}</h1>
<p>{escape(summary(report))}
{errors}<table><tr><th>check<th>level<th>verdict<th>requests
{rows}</table>
{blocks}"""
    page += f"<h2>Notes</h2><ul>\n{notes}</ul>\n" if notes else ""
    return clean(page)


def block(failure: Failure, where: str) -> str:
    """Give one failure."""
    return (
        f"<h2>{failure.check.name}</h2>\n<p>{escape(failure.check.requirement)}\n"
        f"<p>{escape(where)}: {escape(failure.actual)}\n<pre>{escape(failure.curl)}</pre>\n"
        f"<p>What came:<pre>{escape(failure.answer)}</pre>\n<p>Expected: {escape(failure.expected)}\n"
    )
