"""An attempt bounds what a thread does on its sockets, and ends what it leaves."""

from __future__ import annotations

import time
import types
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.parts import Pieces, Server, Shell, answer
from tests.transport.parts import ENOUGH, OK, Listener, limits

from openai_models import APITimeoutError, DefaultHttpxClient, OpenAI, _attempt
from openai_models._attempt import ATTEMPT, Attempt, DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_attempt, "time", types.SimpleNamespace(monotonic=clock.monotonic))
    return clock


def test_without_a_bound_timeouts_are_as_they_were() -> None:
    attempt = Attempt(None)
    assert attempt.clip(None) is None
    assert attempt.clip(5.0) == 5.0


@pytest.mark.parametrize(("passed", "timeout", "expected"), [(0, 5.0, 5.0), (0, 15.0, 10.0), (0, None, 10.0), (7, 5.0, 3.0), (7, None, 3.0)])  # fmt: skip
def test_a_timeout_is_no_longer_than_what_is_left(
    passed: float, timeout: float | None, expected: float, clock: Clock
) -> None:
    with Attempt(10) as attempt:
        clock.now += passed
        assert attempt.clip(timeout) == expected


@pytest.mark.parametrize("passed", [10, 11, 1e9])
def test_past_its_end_nothing_is_done(passed: float, clock: Clock) -> None:
    with Attempt(10) as attempt:
        clock.now += passed
        with pytest.raises(DeadlineExceededError):
            attempt.clip(5.0)
        with pytest.raises(TimeoutError):
            attempt.clip(None)


def test_after_its_block_it_bounds_nothing(clock: Clock) -> None:
    with Attempt(10) as attempt:
        pass
    clock.now += 11
    assert attempt.clip(5.0) == 5.0


@pytest.mark.parametrize("kind", [KeyError, KeyboardInterrupt, TimeoutError])
def test_where_it_fails_it_undoes_what_was_done(kind: type[BaseException]) -> None:
    done: list[str] = []
    with pytest.raises(kind), Attempt(None) as attempt:
        attempt.callbacks += [lambda: done.append("first"), lambda: done.append("second")]
        raise kind
    assert sorted(done) == ["first", "second"]


def test_where_it_succeeds_it_leaves_things_as_they_are() -> None:
    done: list[str] = []
    with Attempt(None) as attempt:
        attempt.callbacks.append(lambda: done.append("called"))
    assert done == []


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


def test_each_attempt_has_the_whole_timeout(clock: Clock) -> None:
    bodies = [Dripping(clock), Dripping(clock)]
    server = Server(*[lambda _, body=body: httpx.Response(200, stream=body) for body in bodies], answer([]))
    client = Shell("sync").client(server, timeout=10, max_retries=2)
    assert client.models.list().data == []
    assert [body.pieces >= 10 for body in bodies] == [True, True]


def call(seconds: float, base_url: str, http: httpx.Client) -> None:
    OpenAI(base_url=base_url, api_key="k", timeout=seconds, max_retries=0, http_client=http).models.list()


def test_it_bounds_the_wait_for_an_answer(server: WireServer) -> None:
    server.reply = lambda _: Reply((OK,), held=0)
    with DefaultHttpxClient(trust_env=False) as http, pytest.raises(APITimeoutError):
        call(0.1, server.base_url, http)


def test_it_bounds_the_wait_for_a_connection(server: WireServer) -> None:
    with DefaultHttpxClient(trust_env=False, limits=limits(1)) as http:
        with http.stream("GET", server.base_url), pytest.raises(APITimeoutError):
            call(0.1, server.base_url, http)
        assert http.get(server.base_url).is_success


def test_it_bounds_the_connecting(silent: tuple[str, int]) -> None:
    with DefaultHttpxClient(trust_env=False) as http, pytest.raises(APITimeoutError):
        call(0.1, "http://{}:{}".format(*silent), http)


def test_it_bounds_the_writing(listener: Listener) -> None:
    with (
        DefaultHttpxClient(trust_env=False, timeout=ENOUGH) as http,
        pytest.raises(httpx.WriteTimeout),
        Attempt(0.1) as attempt,
    ):
        http.post(listener.url, extensions={ATTEMPT: attempt}, content=bytes(32 << 20))


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
