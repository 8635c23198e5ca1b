"""A deadline bounds what a thread does on its sockets."""

from __future__ import annotations

import types
from typing import Any

import httpx
import pytest
from tests.unit.parts import Pieces, Server, Shell, answer

from openai_models import APITimeoutError, _deadline
from openai_models._deadline import DeadlineExceededError, clip, deadline


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_deadline, "time", types.SimpleNamespace(monotonic=clock.monotonic))
    return clock


def test_without_a_deadline_timeouts_are_as_they_were() -> None:
    assert clip(None) is None
    assert clip(5.0) == 5.0
    with deadline(None):
        assert clip(None) is None
        assert clip(5.0) == 5.0


@pytest.mark.parametrize(("passed", "timeout", "expected"), [(0, 5.0, 5.0), (0, 15.0, 10.0), (0, None, 10.0), (7, 5.0, 3.0), (7, None, 3.0)])  # fmt: skip
def test_a_timeout_is_no_longer_than_what_is_left(
    passed: float, timeout: float | None, expected: float, clock: Clock
) -> None:
    with deadline(10):
        clock.now += passed
        assert clip(timeout) == expected


@pytest.mark.parametrize("passed", [10, 11, 1e9])
def test_past_a_deadline_nothing_is_done(passed: float, clock: Clock) -> None:
    with deadline(10):
        clock.now += passed
        with pytest.raises(DeadlineExceededError):
            clip(5.0)
        with pytest.raises(TimeoutError):
            clip(None)


def test_a_deadline_ends_with_its_block_and_gives_way_to_the_one_around_it(clock: Clock) -> None:
    with deadline(10):
        with deadline(3):
            assert clip(None) == 3
        assert clip(None) == 10
        with pytest.raises(KeyError), deadline(1):
            raise KeyError
        assert clip(None) == 10
    assert clip(None) is None


class Recorder:
    """A network backend, and its stream, that notes the timeouts it is given."""

    def __init__(self) -> None:
        self.timeouts: list[tuple[str, float | None]] = []

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **_: Any) -> Recorder:
        self.timeouts.append((f"connect {host}:{port}", timeout))
        return self

    def connect_unix_socket(self, path: str, timeout: float | None = None, **_: Any) -> Recorder:
        self.timeouts.append((f"connect {path}", timeout))
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append((f"read {max_bytes}", timeout))
        return b"data"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.timeouts.append((f"write {len(buffer)}", timeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Recorder:
        self.timeouts.append((f"tls {server_hostname}", timeout))
        return self

    def get_extra_info(self, info: str) -> str:
        return info

    def close(self) -> None:
        self.timeouts.append(("close", None))


def test_every_operation_on_a_socket_gets_no_more_than_what_is_left(clock: Clock) -> None:
    recorder = Recorder()
    backend = _deadline.WatchedBackend(recorder)
    with deadline(10):
        stream = backend.connect_tcp("api.test", 443, timeout=5)
        clock.now += 6
        stream = stream.start_tls(None, "api.test", timeout=5)
        stream.write(b"four", timeout=5)
        clock.now += 1
        assert stream.read(9, timeout=None) == b"data"
        assert stream.get_extra_info("socket") == "socket"
        backend.connect_unix_socket("/run/api", timeout=1)
        clock.now += 5
        with pytest.raises(DeadlineExceededError):
            stream.read(9, timeout=5)
        stream.close()
    expected = [("connect api.test:443", 5), ("tls api.test", 4), ("write 4", 4), ("read 9", 3), ("connect /run/api", 1), ("close", None)]  # fmt: skip
    assert recorder.timeouts == expected


class Dripping(Pieces):
    """A body of which each piece takes a second, and which has no end."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.pieces = 0

    def __iter__(self) -> Any:
        while self.pieces < 1000:
            self.clock.now += 1
            self.pieces += 1
            yield b" "


def test_a_body_that_drips_ends_at_the_timeout(clock: Clock) -> None:
    body = Dripping(clock)
    shell = Shell("sync")
    failure = shell.failure(shell.client(lambda _: httpx.Response(200, stream=body), timeout=10).models.list)
    assert type(failure) is APITimeoutError
    assert body.pieces <= 11
    assert body.closed


def test_a_streamed_body_that_is_read_whole_ends_at_the_timeout_too(clock: Clock) -> None:
    body = Dripping(clock)
    client = Shell("sync").client(lambda _: httpx.Response(200, stream=body), timeout=10)
    with client.models.with_streaming_response.list() as response, pytest.raises(APITimeoutError):
        response.read()
    assert body.pieces <= 11


def test_a_timeout_of_phases_does_not_end_a_body_that_drips(clock: Clock) -> None:
    body = Dripping(clock)
    shell = Shell("sync")
    client = shell.client(lambda _: httpx.Response(200, stream=body), timeout=httpx.Timeout(10))
    assert "empty" in str(shell.failure(client.models.list))
    assert body.pieces == 1000


def test_each_attempt_has_the_whole_timeout(clock: Clock, short_waits: None) -> None:
    bodies = [Dripping(clock), Dripping(clock)]
    server = Server(*[lambda _, body=body: httpx.Response(200, stream=body) for body in bodies], answer([]))
    client = Shell("sync").client(server, timeout=10, max_retries=2)
    assert client.models.list().data == []
    assert [body.pieces >= 10 for body in bodies] == [True, True]
