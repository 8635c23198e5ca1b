"""The report as text, in files, and in the summary of a step in a GitHub workflow."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ._console import as_text
from ._github import markdown, workflow_commands
from ._html import clean, html
from ._impact import IMPACT
from ._report import Verdict, fingerprint
from ._summary import docs_url, versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._check import Check
    from ._report import Report

SCHEMA_VERSION: Final = 1


def as_printed(report: Report, form: str, *, verbose: bool) -> str:
    """Return what the command prints.

    Args:
        report: The report.
        form: `text`, `json` or `github`.
        verbose: Whether the text has the table of all checks.
    """
    if form == "text":
        return as_text(report, verbose=verbose)
    return as_json(report) if form == "json" else workflow_commands(report)


def save(report: Report, folder: Path | None) -> None:
    """Write the files, if there is a folder for them; append to the summary of the step if this is a GitHub workflow."""
    if folder is not None:
        write(folder, report)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(markdown(report))


def write(folder: Path, report: Report) -> None:
    """Write the report in every form."""
    files: dict[str, Callable[[Report], str]] = {"report.html": html, "report.json": as_json, "junit.xml": junit}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text(report), "utf-8")


def as_json(report: Report) -> str:
    """Return the report as JSON; docs/contract-report.schema.json describes it."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "server": report.base_url,
        "level": report.level,
        "outcome": report.outcome,
        "started": report.started.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 1),
        "versions": versions(),
        "requests": report.requests,
        "rate_limited": report.refused,
        "checks": [check_as_json(report, check) for check in report.checks],
        "errors": list(dict.fromkeys(report.errors)),
    }
    return json.dumps(value, indent=2) + "\n"


def check_as_json(report: Report, check: Check) -> dict[str, Any]:
    """Return the result of a check as a JSON object."""
    return {
        "name": check.name,
        "level": check.level,
        "requirement": check.requirement,
        "impact": IMPACT[check.name],
        "documentation": docs_url(check),
        "verdict": report.verdict(check),
        "responses": report.answers[check.name],
        "findings": [
            {
                "where": found.where,
                "times": report.times[check.name, fingerprint(found.actual)],
                "problem": found.actual,
                "expected": found.expected,
                "request": found.curl,
                "response": found.answer,
            }
            for found in report.of(check.name)
        ],
    }


def junit(report: Report) -> str:
    """Return JUnit XML with a test case for each check."""
    tried = [(check, report.verdict(check)) for check in report.checks]
    count = {verdict: str([it for _, it in tried].count(verdict)) for verdict in Verdict}
    suite = Element(
        "testsuite",
        name=f"contract {report.base_url} {report.level}",
        tests=str(len(tried)),
        failures=count[Verdict.FAILS],
        skipped=count[Verdict.NOT_TRIED],
        errors=str(int(bool(report.errors))),
        timestamp=report.started.isoformat(timespec="seconds"),
        time=f"{report.seconds:.1f}",
    )
    for check, verdict in tried:
        case = SubElement(suite, "testcase", classname=f"contract.{check.level}", name=check.name)
        found = "\n\n".join(map(str, report.of(check.name)))
        if verdict is Verdict.FAILS:
            SubElement(case, "failure", message=clean(check.requirement)).text = clean(found)
        elif verdict is Verdict.NOT_TRIED:
            SubElement(case, "skipped", message="no response was judged by this check")
        elif verdict is Verdict.NOTE:
            SubElement(case, "system-out").text = clean(found)
    if report.errors:
        case = SubElement(suite, "testcase", classname="contract", name="ran to its end")
        SubElement(case, "error", message="it did not").text = clean("\n".join(report.errors))
        suite.set("tests", str(len(tried) + 1))
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"
