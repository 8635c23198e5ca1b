"""An attempt bounds what a thread does on its sockets, and ends what it leaves."""

from __future__ import annotations

import contextlib
import time
import types
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.parts import Pieces, Server, Shell, answer
from tests.transport.parts import ENOUGH, OK, held, limits

from openai_models import APITimeoutError, DefaultHttpxClient, _attempt
from openai_models._attempt import ATTEMPT, Attempt, DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transport.listener import Listener


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_attempt, "time", types.SimpleNamespace(monotonic=clock.monotonic))
    return clock


CLIPPED = [
    (None, 0, None, None),
    (None, 0, 5.0, 5.0),
    (10, 0, 5.0, 5.0),
    (10, 0, 15.0, 10.0),
    (10, 7, 5.0, 3.0),
    (10, 7, None, 3.0),
    (10, 10, 5.0, "late"),
    (10, 11, None, "late"),
]


@pytest.mark.parametrize(("seconds", "passed", "timeout", "expected"), CLIPPED)
def test_a_timeout_is_no_longer_than_what_is_left_until_the_end_of_the_block(
    *, seconds: float | None, passed: float, timeout: float | None, expected: float | str | None, clock: Clock
) -> None:
    with Attempt(seconds) as attempt:
        clock.now += passed
        try:
            assert attempt.clip(timeout) == expected
        except DeadlineExceededError:
            assert expected == "late"
    assert attempt.clip(timeout) == timeout


@pytest.mark.parametrize("kind", [KeyError, KeyboardInterrupt, None])
def test_where_it_fails_it_undoes_what_was_done(kind: type[BaseException] | None) -> None:
    done: list[str] = []
    with contextlib.suppress(KeyError, KeyboardInterrupt), Attempt(None) as attempt:
        attempt.callbacks += [lambda: done.append("first"), lambda: done.append("second")]
        if kind is not None:
            raise kind
    assert sorted(done) == ([] if kind is None else ["first", "second"])


class Dripping(Pieces):
    """A body of which each piece takes a second, and which has no end."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.pieces = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.pieces < 1000:
            self.clock.now += 1
            self.pieces += 1
            yield b" "


def test_a_body_that_drips_ends_at_the_timeout_and_each_attempt_has_the_whole(clock: Clock) -> None:
    bodies = [Dripping(clock), Dripping(clock)]
    server = Server(*[lambda _, body=body: httpx.Response(200, stream=body) for body in bodies], answer([]))
    assert Shell("sync").client(server, timeout=10, max_retries=2).models.list().data == []
    assert [body.closed and 10 <= body.pieces <= 11 for body in bodies] == [True, True]


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


@pytest.mark.parametrize("phase", ["connect", "write", "read", "pool"])
def test_it_bounds_each_phase(phase: str, server: WireServer, listener: Listener, silent: tuple[str, int]) -> None:
    urls = {"connect": "http://{}:{}".format(*silent), "write": listener.url}
    content = bytes(32 << 20) if phase == "write" else b""
    with DefaultHttpxClient(trust_env=False, timeout=ENOUGH, limits=limits(1)) as http:
        response = http.send(http.build_request("GET", server.base_url), stream=True)
        if phase != "pool":
            response.read()  # which gives the only connection back
        server.reply = held
        began = time.monotonic()
        # On a slow machine, the time may be up before the phase begins.
        with pytest.raises((httpx.TimeoutException, DeadlineExceededError)), Attempt(0.1) as attempt:
            http.post(urls.get(phase, server.base_url), content=content, extensions={ATTEMPT: attempt})
        assert time.monotonic() - began < ENOUGH / 2  # far less than the timeout of the client
        response.close()


def test_a_request_of_an_attempt_that_is_over_is_not_sent(server: WireServer) -> None:
    with DefaultHttpxClient(trust_env=False) as http, pytest.raises(TimeoutError), Attempt(0) as attempt:
        http.get(server.base_url, extensions={ATTEMPT: attempt})
    assert server.connections == 0


def test_a_body_that_is_read_later_has_the_attempt_that_the_request_names_then(server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    with DefaultHttpxClient(trust_env=False, timeout=ENOUGH) as http, http.stream("GET", server.base_url) as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"o"
        began = time.monotonic()
        with Attempt(0.05) as attempt:
            response.request.extensions[ATTEMPT] = attempt
            with pytest.raises(httpx.ReadTimeout):
                next(pieces)
        assert time.monotonic() - began < ENOUGH / 2  # far less than the timeout of the client
