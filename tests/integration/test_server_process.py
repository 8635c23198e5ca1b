"""What starts the servers says at once why one did not start, and leaves no process behind."""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

import pytest
from tests.integration.server_process import Server, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Each writes its first line when the process that is to be ended holds the pipe open.
HAS_A_CHILD = """
import subprocess, sys
holder = "import signal, sys; pipe = open(sys.argv[1], 'w'); print('holding on', flush=True); signal.pause()"
subprocess.run([sys.executable, "-c", holder, sys.argv[1]])
"""
IGNORES_SIGTERM = """
import signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pipe = open(sys.argv[1], 'w')
print('holding on', flush=True)
while True:
    signal.pause()
"""


class Pipe:
    """A named pipe that shows whether any process still holds it."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def is_let_go(self, *, within_seconds: float) -> bool:
        readable, _, _ = select.select([self.reader], [], [], within_seconds)
        return bool(readable) and os.read(self.reader, 1) == b""


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    pipe = Pipe(tmp_path / "pipe")
    yield pipe
    os.close(pipe.reader)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def python(source: str, *arguments: str) -> Server:
    return Server("a server", [sys.executable, "-c", source, *arguments], r"(holding on)\n", os.environ)


def test_a_server_that_ends_is_reported_with_its_status_and_what_it_printed(log: Path) -> None:
    server = python("import sys; print('no such port'); sys.exit(3)")
    with pytest.raises(ServerError, match=r"a server ended with status 3 .*\nno such port"), server.running(log):
        pytest.fail("a server that ended was taken for ready")


def test_what_the_server_started_ends_with_it(log: Path, pipe: Pipe) -> None:
    with python(HAS_A_CHILD, str(pipe.path)).running(log):
        assert not pipe.is_let_go(within_seconds=0)
    assert pipe.is_let_go(within_seconds=5)


def test_an_interrupt_in_the_block_ends_the_server(log: Path, pipe: Pipe) -> None:
    with pytest.raises(KeyboardInterrupt), python(HAS_A_CHILD, str(pipe.path)).running(log):
        raise KeyboardInterrupt
    assert pipe.is_let_go(within_seconds=5)


def test_a_server_that_ignores_sigterm_is_killed(log: Path, pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.server_process.GRACE_SECONDS", 0.2)
    with python(IGNORES_SIGTERM, str(pipe.path)).running(log):
        assert not pipe.is_let_go(within_seconds=0)
    assert pipe.is_let_go(within_seconds=5)
