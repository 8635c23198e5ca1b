"""The command: in this process, in a script of bash, and on a pseudo-terminal."""

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyte
import pytest

from openai_models.cli import app
from openai_models.testing import MockServer

COMMAND = [sys.executable, "-m", "openai_models"]
# The exit statuses, as docs/cli.md has them.
FINE, DIFFERS, USAGE, KEY, NO_MODEL, CHECK_FAILED, SERVER, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
MINE = "ft:gpt-4o-mini:acemeco:suffix:abc123"
NEWEST = "ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"
REFUSED = "http://127.0.0.1:9/v1"
ROWS = 200


@dataclass(frozen=True)
class Done:
    """The end of a command; `text` is what a person sees on the terminal."""

    status: int
    out: str
    err: str = ""
    text: str = ""


class Run(Protocol):
    """Run a command line of words without spaces, and further arguments."""

    def __call__(self, line: str, /, *more: object, **environment: str) -> Done: ...


class Show(Protocol):
    def __call__(self, line: str, /, *more: object, width: int = 80, typed: str = "", **environment: str) -> Done: ...


@pytest.fixture
def environment(mock: MockServer, tmp_path: Path) -> dict[str, str]:
    """The user's environment, and nothing of this machine's settings but where Python is."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    own = {
        "OPENAI_BASE_URL": mock.base_url,
        "OPENAI_API_KEY": mock.api_key,
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "OPENAI_MODELS_CONFIG": str(tmp_path / "config.toml"),
        "PYTHONUTF8": "1",
        "TERM": "xterm-256color",
    }
    return kept | own


@pytest.fixture
def run(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Run:
    def in_this_process(line: str, /, *more: object, **variables: str) -> Done:
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in (environment | variables).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"y\n")))
            capsys.readouterr()
            status = app.run([*line.split(), *map(str, more)])
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return in_this_process


@pytest.fixture
def bash(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run a script in the user's folder, with the command on the path."""
    command = tmp_path / "bin" / "openai-models"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openai_models "$@"\n', "utf-8")
    command.chmod(0o755)
    path = {"PATH": f"{command.parent}:{environment['PATH']}", "PYTHONPATH": ":".join(sys.path)}

    def run_script(line: str, /, *more: object, **variables: str) -> Done:
        done = subprocess.run(
            ["bash", "--norc", "-c", line, *map(str, more)],
            cwd=tmp_path,
            env=environment | path | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run_script


@pytest.fixture
def show(environment: dict[str, str]) -> Show:
    def on_a_terminal(line: str, /, *more: object, width: int = 80, typed: str = "", **variables: str) -> Done:
        ours, theirs = pty.openpty()
        try:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, width, 0, 0))
            process = subprocess.Popen(
                [*COMMAND, *line.split(), *map(str, more)],
                env=environment | variables,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
            os.close(theirs)
            os.write(ours, typed.encode())
            raw = b"".join(_chunks(ours)).decode("utf-8")
            status = process.wait(timeout=60)
        finally:
            os.close(ours)
        screen = pyte.Screen(width, ROWS)
        pyte.Stream(screen).feed(raw)
        return Done(status, raw, text="\n".join(line.rstrip() for line in screen.display).rstrip())

    return on_a_terminal


def _chunks(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # Linux's way to say that nobody has the other end any more
            return
        if not chunk:
            return
        yield chunk
