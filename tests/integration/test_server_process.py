"""What starts the servers says at once why one did not start, and leaves no process behind."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest
from tests.integration.run import ServerError, running

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
PRINTS_ON = "import sys; print('ready', *['more'] * 10**5, sep='\\n', flush=True); open(sys.argv[1], 'w').close()"


def pipe_in(folder: Path) -> int:
    """Make a named pipe, and open its end for reading."""
    os.mkfifo(folder / "pipe")
    return os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)


def test_a_server_that_ends_is_reported_with_its_status_and_what_it_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('no such port'); sys.exit(3)"]
    with (
        pytest.raises(ServerError, match=r"a server ended with status 3 .*\nno such port"),
        running(command, "(ready)", os.environ, tmp_path / "a server.log"),
    ):
        pytest.fail("a server that ended was taken for ready")


def test_a_server_that_is_not_ready_in_time_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.run.START_SECONDS", 0.2)
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with (
        pytest.raises(ServerError, match="a server was not ready"),
        running(command, "(ready)", os.environ, tmp_path / "a server.log"),
    ):
        pytest.fail("a server that printed nothing was taken for ready")


def test_a_server_may_print_without_end_once_it_is_ready(tmp_path: Path) -> None:
    reader = pipe_in(tmp_path)
    command = [sys.executable, "-c", PRINTS_ON, str(tmp_path / "pipe")]
    with running(command, r"(ready)\n", os.environ, tmp_path / "log"):
        assert select.select([reader], [], [], 5)[0]
    os.close(reader)
    assert (tmp_path / "log").read_text() == "ready\n" + "more\n" * 10**5


@pytest.mark.parametrize("source", [HAS_A_CHILD, IGNORES_SIGTERM], ids=["a child", "it ignores SIGTERM"])
def test_no_process_outlives_an_interrupt(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.run.GRACE_SECONDS", 0.2)
    reader = pipe_in(tmp_path)
    command = [sys.executable, "-c", source, str(tmp_path / "pipe")]
    with pytest.raises(KeyboardInterrupt), running(command, r"(holding on)\n", os.environ, tmp_path / "log"):
        assert not select.select([reader], [], [], 0)[0]
        raise KeyboardInterrupt
    # The last process that held the pipe open has ended.
    assert select.select([reader], [], [], 5)[0]
    assert os.read(reader, 1) == b""
    os.close(reader)
