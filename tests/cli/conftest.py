"""The command as a program: through pipes, and through a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyte
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "openai_models"]
ROWS = 200


@dataclass(frozen=True)
class Screen:
    """What a person sees in the end, and how the command ended."""

    status: int
    text: str
    raw: str


class Run(Protocol):
    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]: ...


class Show(Protocol):
    def __call__(self, *arguments: str, width: int = 80, typed: str = "", **environment: str) -> Screen: ...


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


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
def run(environment: dict[str, str]) -> Run:
    def through_pipes(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment | more,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return through_pipes


@pytest.fixture
def show(environment: dict[str, str]) -> Show:
    def on_a_terminal(*arguments: str, width: int = 80, typed: str = "", **more: str) -> Screen:
        ours, theirs = pty.openpty()
        try:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, width, 0, 0))
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                env=environment | more,
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
        return Screen(status, _seen(raw, width), raw)

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


def _seen(raw: str, width: int) -> str:
    screen = pyte.Screen(width, ROWS)
    pyte.Stream(screen).feed(raw)
    return "\n".join(line.rstrip() for line in screen.display).rstrip()
