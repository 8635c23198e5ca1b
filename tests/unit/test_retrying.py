"""What both shells do with the rules of retrying."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
import stamina
from tests.unit.parts import Pieces, Server, Shell, answer

from openai_models import (
    APIConnectionError,
    APITimeoutError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)
from openai_models._core import flow

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("short_waits")

SOON = {"retry-after-ms": "1"}


def cut(_: httpx.Request) -> httpx.Response:
    """Begin a body, and break the connection."""
    error = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
    return httpx.Response(200, stream=Pieces(b'{"data": [', error))


FAILURES: dict[str, tuple[Callable[[httpx.Request], httpx.Response] | BaseException, type[Exception]]] = {
    "429": (answer(status=429, headers=SOON), RateLimitError),
    "500": (answer(status=500), InternalServerError),
    "told to": (answer(status=404, headers={**SOON, "x-should-retry": "true"}), NotFoundError),
    "refused": (httpx.ConnectError("refused"), APIConnectionError),
    "late": (httpx.ReadTimeout("late"), APITimeoutError),
    "cut": (cut, APIConnectionError),
}


@pytest.mark.parametrize("max_retries", [0, 1, 3])
@pytest.mark.parametrize(("failing", "kind"), FAILURES.values(), ids=FAILURES)
def test_there_are_as_many_attempts_as_retries_and_one(
    failing: Callable[[httpx.Request], httpx.Response] | BaseException,
    kind: type[Exception],
    max_retries: int,
    shell: Shell,
) -> None:
    server = Server(failing)
    failure = shell.failure(shell.client(server, max_retries=max_retries).models.list)
    assert type(failure) is kind
    assert len(server.requests) == max_retries + 1


@pytest.mark.parametrize("attempts", [1, 10])
def test_what_a_program_tells_stamina_for_its_own_tests_gives_no_further_attempts(attempts: int, shell: Shell) -> None:
    server = Server(answer(status=500, headers=SOON))
    with stamina.set_testing(True, attempts=attempts):
        shell.failure(shell.client(server, max_retries=2).models.list)
    assert len(server.requests) <= 3


def test_each_attempt_tells_how_many_went_before(shell: Shell) -> None:
    server = Server(answer(status=500))
    shell.failure(shell.client(server, max_retries=2).models.list)
    assert [request.headers["x-stainless-retry-count"] for request in server.requests] == ["0", "1", "2"]


@pytest.mark.parametrize(("failing", "_"), FAILURES.values(), ids=FAILURES)
def test_a_success_after_failures_is_a_success(
    failing: Callable[[httpx.Request], httpx.Response] | BaseException, _: object, shell: Shell
) -> None:
    server = Server(failing, failing, answer([{"id": "a"}]))
    page = shell.call(shell.client(server, max_retries=2).models.list)
    assert [model.id for model in page.data] == ["a"]
    assert len(server.requests) == 3


def test_the_waits_between_attempts_are_those_of_the_rules(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def delay(_: BaseException, *, retries_taken: int) -> float:
        taken.append(retries_taken)
        return 0.001

    monkeypatch.setattr(flow, "delay_before_retry", delay)
    shell.failure(shell.client(Server(answer(status=500)), max_retries=3).models.list)
    assert taken[:3] == [0, 1, 2]
    assert len(taken) <= 4


@pytest.mark.parametrize("seconds", ["121", "3600"])
def test_a_wait_of_more_than_two_minutes_is_an_error_at_once(seconds: str, shell: Shell) -> None:
    server = Server(answer(status=429, headers={"retry-after": seconds}))
    shell.failure(shell.client(server, max_retries=5).models.list)
    assert len(server.requests) == 1


def test_the_error_is_that_of_the_last_attempt(shell: Shell) -> None:
    server = Server(answer(status=500), answer(status=503), answer({"error": {"message": "last"}}, status=404))
    assert str(shell.failure(shell.client(server, max_retries=5).models.list)) == "Error code: 404 - last"


DELETION: dict[str, Callable[[httpx.Request], httpx.Response] | BaseException] = {
    "no answer": httpx.ReadError("reset"),
    "half an answer": cut,
    "late": httpx.ReadTimeout("late"),
    "a failure": answer(status=502),
}


@pytest.mark.parametrize("first", DELETION.values(), ids=DELETION)
def test_a_404_after_a_delete_that_may_have_worked_is_explained(
    first: Callable[[httpx.Request], httpx.Response] | BaseException, shell: Shell
) -> None:
    server = Server(first, answer({"error": {"message": "gone"}}, status=404))
    failure = shell.failure(shell.client(server, max_retries=2).models.delete, "a")
    assert isinstance(failure, NotFoundError)
    assert any("earlier attempt" in note for note in failure.__notes__)
    assert len(server.requests) == 2


def test_the_explanation_does_not_deny_an_answer_that_came(shell: Shell) -> None:
    server = Server(answer(status=502), answer(status=404))
    failure = shell.failure(shell.client(server, max_retries=1).models.delete, "a")
    assert "got no answer" not in "".join(failure.__notes__)


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
def test_a_404_at_once_or_of_another_operation_is_not_explained(operation: str, shell: Shell) -> None:
    answers = [answer(status=404)] if operation == "delete" else [answer(status=500), answer(status=404)]
    failure = shell.failure(getattr(shell.client(Server(*answers), max_retries=2).models, operation), "a")
    assert not getattr(failure, "__notes__", [])


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
from openai_models._core import retries
from tests.unit.parts import Shell

retries._FIRST_BACKOFF = 0.001
error = httpx.ConnectError("refused")

def refuse(request):
    raise error

shell = Shell(sys.argv[1])
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
