"""Answers that come a byte at a time, or never end."""

from __future__ import annotations

import socket
import threading
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from openai_models.contract import Target, UnusableTargetError, _target, _wire, hold

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-any-0123456789"
OK = b'{"object": "list", "data": [{"id": "gpt-4o"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"


class Slow:
    """A server whose answers never end, save for those to the first requests.

    Args:
        way: What never ends: the head, the body, a stream of events, or bytes as fast as they go.
        after: How many requests get a list.
    """

    def __init__(self, way: str, after: int) -> None:
        self.way, self.after, self.requests = way, after, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                self.requests += 1
                if self.requests <= self.after:
                    connection.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(OK) + OK)
                    return
                event = b"content-type: text/event-stream\r\n" if self.way == "events" else b"a: b\r\n"
                connection.sendall(HEAD + event + (b"x-slow: " if self.way == "head" else b"\r\n"))
                piece = {"bytes": b" " * 65536, "events": b"data: x\n\n"}.get(self.way, b"x")
                while True:
                    connection.sendall(piece)
                    sleep(0 if self.way == "bytes" else 0.05)
            except OSError:
                return


@pytest.fixture
def slow(request: pytest.FixtureRequest) -> Iterator[Slow]:
    server = Slow(*request.param)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _in_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (_target, _wire):
        monkeypatch.setattr(module, "IN_ALL", 0.5)


@pytest.mark.parametrize("slow", [("head", 1), ("body", 1), ("events", 1)], indirect=True, ids=lambda it: it[0])
def test_an_answer_that_takes_for_ever_is_a_failure_and_soon(slow: Slow) -> None:
    began = monotonic()
    report = hold(Target.of_somebody(slow.base_url, KEY), max_examples=1)
    assert monotonic() - began < 30
    assert "answered" in report.failed
    assert "no answer: it was not complete after 0.5 seconds" in {it.came for it in report.of("answered")}
    assert report.requests == slow.requests


@pytest.mark.parametrize("slow", [("head", 0), ("body", 0), ("events", 0)], indirect=True, ids=lambda it: it[0])
def test_a_first_list_that_takes_for_ever_is_told_in_a_sentence(slow: Slow) -> None:
    with pytest.raises(UnusableTargetError, match=r"took more than 0\.5 seconds for its list"):
        Target.of_somebody(slow.base_url, KEY)


@pytest.mark.parametrize("slow", [("bytes", 0)], indirect=True, ids=lambda it: it[0])
def test_of_a_first_list_without_end_no_more_is_read_than_of_any_answer(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_target, "IN_ALL", 30)
    assert Target.of_somebody(slow.base_url, KEY).base_url == slow.base_url
