"""A mock, the command in this process, and a server that records all that comes."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import pytest

from openai_models.cli import app

if TYPE_CHECKING:
    from openai_models.contract import Report


@dataclass(frozen=True)
class Output:
    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Command(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> Output: ...


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run `openai-models contract`, from an empty folder."""

    def call(*arguments: str, **environment: str) -> Output:
        monkeypatch.chdir(tmp_path)
        for name, value in {"COLUMNS": "120", **environment}.items():
            monkeypatch.setenv(name, value)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            status = app.run(["contract", *arguments])
        return Output(status, out.getvalue(), err.getvalue())

    return call


def problems(report: Report) -> list[str]:
    """Return everything that is wrong with a server, or with the run, at either level."""
    return [*map(str, report.found), *report.errors]


@dataclass
class Wire:
    """The first line of every request that came to a server, and when."""

    base_url: str
    lines: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextlib.contextmanager
def recording_server(answers: int | None = None) -> Iterator[Wire]:
    """Answer everything, HTTP or not, with 200 and a list; after some answers, only close the connections."""
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
                    if answers is None or len(seen.lines) <= answers:
                        connection.sendall(head % len(body) + body)

        thread = threading.Thread(target=serve)
        thread.start()
        yield seen
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
