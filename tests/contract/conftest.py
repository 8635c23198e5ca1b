"""Prints which bug was found by which check."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FOUND_BY = "the check that found it"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    # A report has them from another process, too.
    found = [value for report in reports for name, value in report.user_properties if name == FOUND_BY]
    if found:
        terminalreporter.section("seeded bug -> check")
    for bug, check in found:
        terminalreporter.write_line(f"{bug:48} {check}")
