"""Prints which bug was found by which check, and has a server that sees all that comes."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass
class Wire:
    """What came to a server: the first line of every request, and when."""

    base_url: str
    lines: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that answers everything, HTTP or not, with 200 and a list."""
    body = b'{"object": "list", "data": [{"id": "gpt-4o"}, {"id": "ft:mine/x"}]}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    seen.lines.append(connection.recv(65536).partition(b"\r\n")[0])
                    seen.times.append(monotonic())
                    connection.sendall(head % len(body) + body)

        thread = threading.Thread(target=serve)
        thread.start()
        yield seen
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
