"""An attempt bounds what a thread does on its sockets, and ends what it leaves."""

import contextlib
import time
import types
from collections.abc import AsyncIterator, Iterator

import anyio
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.parts import Pieces, Server, Shell, answer
from tests.transport.listener import Listener
from tests.transport.parts import ENOUGH, OK, held, limits

from openai_models import (
    APIResponseValidationError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    _attempt,
)
from openai_models._attempt import ATTEMPT, Attempt, DeadlineExceededError


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


def test_after_its_block_it_bounds_nothing(clock: Clock) -> None:
    with Attempt(10) as attempt:
        assert attempt.clip(None) == 10
    clock.now += 11
    assert attempt.clip(5.0) == 5.0


@pytest.mark.parametrize("kind", [KeyError, KeyboardInterrupt, None])
def test_where_it_fails_it_undoes_what_was_done(kind: type[BaseException] | None) -> None:
    done: list[str] = []
    with contextlib.suppress(KeyError, KeyboardInterrupt), Attempt(None) as attempt:
        attempt.callbacks += [lambda: done.append("first"), lambda: done.append("second")]
        if kind is not None:
            raise kind
    assert sorted(done) == ([] if kind is None else ["first", "second"])


class Dripping(Pieces):
    """A body of 1,000 pieces, of which each takes a second."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(*[b" "] * 1000)
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for piece in super().__iter__():
            self._clock.now += 1
            yield piece


def test_a_body_that_drips_ends_at_the_timeout_and_each_attempt_has_the_whole(clock: Clock) -> None:
    bodies = [Dripping(clock), Dripping(clock)]
    server = Server(*[lambda _, body=body: httpx.Response(200, stream=body) for body in bodies], answer([]))
    assert Shell("sync").client(server, timeout=10, max_retries=2).models.list().data == []
    assert 1020 <= clock.now <= 1022
    assert all(body.closed for body in bodies)


def test_a_streamed_body_that_is_read_whole_ends_at_the_timeout_too(clock: Clock) -> None:
    client = Shell("sync").client(lambda _: httpx.Response(200, stream=Dripping(clock)), timeout=10)
    with client.models.with_streaming_response.list() as response, pytest.raises(APITimeoutError):
        response.read()
    assert clock.now <= 1011


def test_a_timeout_of_phases_does_not_end_a_body_that_drips(clock: Clock) -> None:
    client = Shell("sync").client(lambda _: httpx.Response(200, stream=Dripping(clock)), timeout=httpx.Timeout(10))
    with pytest.raises(APIResponseValidationError, match="empty"):
        client.models.list()
    assert clock.now == 2000


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


@pytest.mark.anyio
async def test_a_phase_ends_in_time_also_within_a_scope_whose_end_is_moved(
    anyio_backend: str, listener: Listener
) -> None:
    http = DefaultAsyncHttpxClient(trust_env=False)
    timeout = httpx.Timeout(1.0)
    client = AsyncOpenAI(api_key="k", base_url=f"{listener.url}v1", timeout=timeout, max_retries=0, http_client=http)

    async def keep_alive(scope: anyio.CancelScope) -> None:
        while True:
            scope.deadline = anyio.current_time() + 0.5
            await anyio.sleep(0.1)

    with anyio.fail_after(ENOUGH), anyio.CancelScope(deadline=anyio.current_time() + 0.5) as outer:
        async with client, anyio.create_task_group() as tasks:
            tasks.start_soon(keep_alive, outer)
            with pytest.raises(APITimeoutError, match=r"no data from .* within 1 second \(read\)"):
                await client.models.list()
            tasks.cancel_scope.cancel()


class Endless(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    """Responds, and sends no body for ever."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=self, request=request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await anyio.sleep_forever()
        yield b""


@pytest.mark.anyio
@pytest.mark.parametrize("begins", ["at once", "with a redirect of the package's own transport"])
async def test_a_body_that_another_transport_waits_for_ends_at_the_timeout(
    anyio_backend: str, server: WireServer, begins: str
) -> None:
    other = "http://api.test/v1/"
    location = f"HTTP/1.1 307 Moved\r\nlocation: {other}models\r\ncontent-length: 0\r\n\r\n"
    server.reply = lambda _: Reply((location.encode(),))
    http = DefaultAsyncHttpxClient(trust_env=False, mounts={"http://api.test": Endless()})
    base_url = other if begins == "at once" else server.base_url
    client = AsyncOpenAI(api_key="k", base_url=base_url, timeout=1, max_retries=0, http_client=http)
    with anyio.fail_after(ENOUGH):
        async with client:
            with pytest.raises(APITimeoutError):
                await client.models.list()
