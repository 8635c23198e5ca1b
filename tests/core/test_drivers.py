"""What the drivers do with the steps of a flow; `test_flow` has the rules."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APIStatusError, APITimeoutError
from openai_models.testing import no_retry_delays

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("short_waits")


@pytest.fixture(params=["sync", "asyncio", "trio"])
def shell(request: pytest.FixtureRequest) -> Shell:
    return Shell(request.param)


def test_a_success_after_failures_is_a_success(shell: Shell) -> None:
    server = Server(answer(status=500), httpx.ConnectError("refused"), answer([{"id": "a"}]))
    page = shell.call(shell.client(server, max_retries=2).models.list)
    assert [model.id for model in page.data] == ["a"]
    assert len(server.requests) == 3


def test_without_retry_delays_a_client_retries_at_once_and_as_often(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the waits are as long as ever
    server = Server(answer(status=429, headers={"retry-after": "100"}))
    with no_retry_delays():
        shell.failure(shell.client(server, max_retries=2).models.list)
    assert len(server.requests) == 3


@pytest.mark.parametrize("location", ["http:////91[9tp", "http://[::1", "file:///etc/passwd"])
def test_a_response_whose_redirect_is_refused_gives_its_connection_back(location: str, shell: Shell) -> None:
    body = Pieces(b"moved")
    server = Server(lambda _: httpx.Response(302, headers={"location": location}, stream=body))
    shell.failure(shell.client(server).models.list)
    assert body.closed


@pytest.mark.parametrize("stream", [False, True], ids=["read", "streamed"])
def test_a_response_that_redirects_gives_its_connection_back(stream: bool, shell: Shell) -> None:  # noqa: FBT001 - a table's column
    body = Pieces(b"moved")
    server = Server(lambda _: httpx.Response(302, headers={"location": "/2"}, stream=body), answer(status=404))
    models = shell.client(server).models
    if stream and not shell.is_async:
        with pytest.raises(APIStatusError), models.with_streaming_response.list():
            pass
    else:
        shell.failure(models.list)
    assert body.closed


def test_each_driver_performs_each_step(shell: Shell) -> None:
    """A key is asked for, a redirect is closed and followed, a failure is waited for, a body is read."""
    server = Server(answer(status=307, headers={"location": "/2"}), answer(status=500), answer({"id": "a"}))
    client = shell.client(server, api_key=lambda: "sk-asked", max_retries=1)
    assert shell.call(client.models.retrieve, "a").id == "a"
    assert [request.url.path for request in server.requests] == ["/v1/models/a", "/2", "/v1/models/a"]
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-asked"}


@pytest.mark.parametrize("place", [1, 2], ids=["first attempt", "second attempt"])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interruption_is_neither_retried_nor_swallowed(kind: type[BaseException], place: int) -> None:
    server = Server(*[answer(status=500)] * (place - 1), kind())
    with pytest.raises(kind):
        Shell("sync").client(server, max_retries=3).models.list()
    assert len(server.requests) == place


@pytest.mark.anyio
@pytest.mark.parametrize("place", [1, 2], ids=["first attempt", "second attempt"])
async def test_a_cancellation_is_neither_retried_nor_swallowed(place: int, anyio_backend: str) -> None:
    calls = 0
    waiting = anyio.Event()

    async def handle(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls == place:
            waiting.set()
            await anyio.sleep_forever()
        return httpx.Response(500)

    client: Any = Shell(anyio_backend).client(handle, max_retries=3)  # type: ignore[arg-type]  # may be a coroutine function
    async with anyio.create_task_group() as group:
        group.start_soon(client.models.retrieve, "a")
        await waiting.wait()
        group.cancel_scope.cancel()
    assert group.cancel_scope.cancelled_caught
    assert calls == place


@pytest.mark.anyio
async def test_a_callers_own_timeout_stays_a_timeout_of_the_caller(anyio_backend: str) -> None:
    async def handle(_: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    client: Any = Shell(anyio_backend).client(handle, max_retries=3)  # type: ignore[arg-type]  # may be a coroutine function
    with anyio.move_on_after(0.01) as scope:
        await client.models.retrieve("a")
    assert scope.cancelled_caught


@pytest.mark.anyio
async def test_a_float_timeout_ends_an_async_attempt(anyio_backend: str) -> None:
    async def handle(_: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    client: Any = Shell(anyio_backend).client(handle, max_retries=1, timeout=0.01)  # type: ignore[arg-type]  # may be a coroutine function
    with pytest.raises(APITimeoutError):
        await client.models.retrieve("a")


SAME_ERROR = """
import sys, anyio, httpx
from openai_models import APIConnectionError
from openai_models.testing import no_retry_delays
from tests.parts import Shell

error = httpx.ConnectError("refused")

def refuse(request):
    raise error

shell = Shell(sys.argv[1])
with no_retry_delays():
    print(type(shell.failure(shell.client(refuse, max_retries=2).models.list).__cause__).__name__)
"""


def test_a_transport_that_raises_one_and_the_same_error_each_time_does_not_hang_the_call(
    shell: Shell, run_python: Callable[..., str]
) -> None:
    """As mocks with a `side_effect` do, and connections that keep the error they broke with."""
    assert run_python(SAME_ERROR, shell.name) == "ConnectError\n"


def test_retrying_logs_nothing_above_info(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    """A warning of a library goes to the stderr of programs that set up no logging."""
    caplog.set_level(logging.DEBUG)
    shell.failure(shell.client(Server(answer(status=500)), max_retries=1).models.list)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert any(record.name == "openai_models" and "Retrying" in record.message for record in caplog.records)


def test_a_closed_client_says_so(shell: Shell) -> None:
    server = Server(answer([]))
    client = shell.client(server)
    shell.call(client.close)
    with pytest.raises(Exception, match="closed") as caught:
        shell.call(client.models.list)
    assert type(caught.value).__name__ == "OpenAIError"
    assert not server.requests
