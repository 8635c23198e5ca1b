"""Prints which bug was found by which check."""

from __future__ import annotations

import pytest

FOUND_BUGS = pytest.StashKey[dict[str, tuple[str, set[str]]]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(FOUND_BUGS, {})
    if not found:
        return
    terminalreporter.section("seeded bug -> check")
    for bug, (check, failed) in found.items():
        terminalreporter.write_line(f"{bug:42} {check if check in failed else 'NOT FOUND'}")
