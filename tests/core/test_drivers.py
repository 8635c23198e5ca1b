"""What the drivers do with the steps of a flow; `test_flow` has the rules."""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APITimeoutError
from openai_models.testing import no_retry_delays

pytestmark = pytest.mark.usefixtures("short_waits")
VARIABLE = "OPENAI_MODELS_NO_RETRY_DELAYS"


@pytest.fixture(params=["sync", "asyncio", "trio"])
def shell(request: pytest.FixtureRequest) -> Shell:
    return Shell(request.param)


def test_each_driver_performs_each_step(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    """A key is asked for, a redirect is closed and followed, failures are waited for, a body is read."""
    caplog.set_level(logging.DEBUG)
    moved = Pieces(b"moved")
    server = Server(
        lambda _: httpx.Response(307, headers={"location": "/2"}, stream=moved),
        answer(status=500),
        httpx.ConnectError("refused"),
        answer({"id": "a"}),
    )
    client = shell.client(server, api_key=lambda: "sk-asked", max_retries=2)
    assert shell.call(client.models.retrieve, "a").id == "a"
    assert [request.url.path for request in server.requests] == ["/v1/models/a", "/2", "/v1/models/a", "/v1/models/a"]
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-asked"}
    assert moved.closed
    # A warning of a library goes to the stderr of programs that set up no logging.
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert any(record.name == "openai_models" and "Retrying" in record.message for record in caplog.records)


def test_without_retry_delays_a_client_retries_at_once_and_as_often(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the waits are as long as ever
    server = Server(answer(status=429, headers={"retry-after": "100"}))
    with no_retry_delays():
        shell.failure(shell.client(server, max_retries=2).models.list)
    assert len(server.requests) == 3


@pytest.mark.parametrize("before", [None, "1"])
def test_no_retry_delays_holds_for_processes_that_are_started_in_it_and_is_taken_back(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    if before is not None:
        monkeypatch.setenv(VARIABLE, before)
    other = ExitStack()  # a block of another thread, which ends first
    other.enter_context(no_retry_delays())
    with pytest.raises(LookupError), no_retry_delays():
        other.close()
        assert os.environ[VARIABLE] == "1"
        raise LookupError
    assert os.environ.get(VARIABLE) == before


@pytest.mark.parametrize("location", ["http://[::1", "file:///etc/passwd"])
def test_a_response_whose_redirect_is_refused_gives_its_connection_back(location: str, shell: Shell) -> None:
    body = Pieces(b"moved")
    server = Server(lambda _: httpx.Response(302, headers={"location": location}, stream=body))
    shell.failure(shell.client(server).models.list)
    assert body.closed


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("place", ["first attempt", "second attempt", "body"])
def test_an_interruption_is_neither_retried_nor_swallowed(place: str, kind: type[BaseException]) -> None:
    body = Pieces(b"{", kind())
    server = Server(answer(status=500), kind()) if place == "second attempt" else Server(kind())
    if place == "body":
        server = Server(lambda _: httpx.Response(200, stream=body))
    with pytest.raises(kind):
        Shell("sync").client(server, max_retries=3).models.list()
    assert len(server.requests) == (2 if place == "second attempt" else 1)
    assert body.closed is (place == "body")


class Stalling:
    """Answers with status 500 until the attempt that never ends."""

    def __init__(self, attempt: int = 1) -> None:
        self.calls = 0
        self.is_waiting = anyio.Event()
        self._attempt = attempt

    async def __call__(self, _: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.calls >= self._attempt:
            self.is_waiting.set()
            await anyio.sleep_forever()
        return httpx.Response(500)


class StallingBody(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        await anyio.sleep_forever()
        yield b""


@pytest.mark.anyio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_a_cancellation_is_neither_retried_nor_swallowed(attempt: int, anyio_backend: str) -> None:
    server: Any = Stalling(attempt)
    client = Shell(anyio_backend).client(server, max_retries=3)
    async with anyio.create_task_group() as group:
        group.start_soon(client.models.retrieve, "a")
        await server.is_waiting.wait()
        group.cancel_scope.cancel()
    assert group.cancel_scope.cancelled_caught
    assert server.calls == attempt


@pytest.mark.anyio
async def test_a_callers_own_timeout_stays_a_timeout_of_the_caller(anyio_backend: str) -> None:
    server: Any = Stalling()
    with anyio.move_on_after(0.01) as scope:
        await Shell(anyio_backend).client(server, max_retries=3).models.retrieve("a")
    assert scope.cancelled_caught


@pytest.mark.anyio
@pytest.mark.parametrize("server", [Stalling(), lambda _: httpx.Response(200, stream=StallingBody())])
async def test_a_float_timeout_ends_an_async_attempt(server: Any, anyio_backend: str) -> None:
    with pytest.raises(APITimeoutError):
        await Shell(anyio_backend).client(server, max_retries=1, timeout=0.01).models.retrieve("a")


@pytest.mark.anyio
async def test_an_attempt_that_fails_as_its_time_ends_is_followed_by_another(anyio_backend: str) -> None:
    async def fail_late(_: httpx.Request) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            raise httpx.ReadError("late")

    late: Any = fail_late
    client = Shell(anyio_backend).client(Server(late, answer({"id": "a"})), max_retries=1, timeout=0.01)
    assert (await client.models.retrieve("a")).id == "a"


@pytest.mark.anyio
async def test_a_function_that_gives_the_key_may_open_a_task_group_of_the_program(anyio_backend: str) -> None:
    async with AsyncExitStack() as program:

        async def key() -> str:
            group = await program.enter_async_context(anyio.create_task_group())
            group.start_soon(anyio.lowlevel.checkpoint)
            return "sk-asked"

        client = Shell(anyio_backend).client(Server(answer({"id": "a"})), api_key=key)
        assert (await client.models.retrieve("a")).id == "a"


class Iterated(httpx.AsyncByteStream):
    """A body whose iterator is no generator, and has no `aclose`."""

    def __aiter__(self) -> Any:
        return self.Iterator()

    class Iterator:
        given = False

        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> bytes:
            if self.given:
                raise StopAsyncIteration
            self.given = True
            return b'{"id": "a"}'


@pytest.mark.anyio
async def test_a_hook_may_replace_a_body_by_one_that_is_no_generator(anyio_backend: str) -> None:
    async def replace(response: httpx.Response) -> None:
        response.stream = Iterated()

    client = Shell(anyio_backend).client(Server(answer({"id": "b"})), http={"event_hooks": {"response": [replace]}})
    assert (await client.models.retrieve("a")).id == "a"


@pytest.mark.parametrize("first", [answer({"id": "a"}), answer(status=307, headers={"location": "/2"})])
def test_after_a_hook_has_used_up_the_time_no_body_is_taken_and_no_redirect_followed(first: Any, shell: Shell) -> None:
    def use_up(_: httpx.Response) -> None:
        end = time.monotonic() + 0.05
        while time.monotonic() < end:
            pass

    server = Server(first, answer({"id": "a"}))
    client = shell.client(server, timeout=0.05, http=shell.hooks(use_up))
    assert isinstance(shell.failure(client.models.retrieve, "a"), APITimeoutError)
    assert len(server.requests) == 1


def test_a_body_that_breaks_off_behind_a_redirect_names_the_server_it_came_from(shell: Shell) -> None:
    broken = Pieces(b"{", httpx.ReadError("gone"))
    server = Server(
        lambda _: httpx.Response(307, headers={"location": "http://other.test/v1/models/a"}),
        lambda _: httpx.Response(200, stream=broken),
    )
    failure = shell.failure(shell.client(server).models.retrieve, "a")
    assert "http://other.test" in str(failure)
    assert str(failure.__cause__.request.url) == "http://other.test/v1/models/a"


def test_nobody_else_reads_a_body_that_is_being_read(shell: Shell) -> None:
    seen: list[bool] = []

    class Body(Pieces):
        def __iter__(self) -> Iterator[bytes]:
            seen.append(response.is_stream_consumed)
            yield b'{"id": "a"}'

    response = httpx.Response(200, stream=Body())
    assert shell.call(shell.client(lambda _: response).models.retrieve, "a").id == "a"
    assert seen == [True]


# What would hang is run in a process of its own. One and the same error each time is what mocks with a `side_effect`
# raise, and connections that keep the error they broke with.
HANGS = """
import sys, httpx
from openai_models.testing import no_retry_delays
from tests.parts import Shell

same = httpx.ConnectError("refused")
first, second = OSError("first"), OSError("second")
first.__cause__, second.__cause__ = second, first

def fail(request):
    raise same if request.url.path.endswith("same") else first

models = Shell(sys.argv[1]).client(fail, max_retries=2).models
with no_retry_delays():
    for name in ("same", "circle"):
        print(type(Shell(sys.argv[1]).failure(models.retrieve, name).__cause__).__name__)
"""


@pytest.mark.parametrize("driver", ["sync", "asyncio"])
def test_neither_one_error_each_time_nor_causes_in_a_circle_hang_the_call(
    driver: str, run_python: Callable[..., str]
) -> None:
    assert run_python(HANGS, driver) == "ConnectError\nOSError\n"
