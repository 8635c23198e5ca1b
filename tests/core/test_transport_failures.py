"""Whatever a transport raises, the caller meets an `APIError`, and finds the cause."""

from __future__ import annotations

import inspect
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APIConnectionError, APIError, APITimeoutError, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Callable

OF_HTTPX = [
    kind
    for _, kind in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(kind, Exception) and kind is not httpx.HTTPStatusError
]
WITHOUT_MESSAGE = {"StreamConsumed", "StreamClosed", "ResponseNotRead", "RequestNotRead"}
OTHERS: list[BaseException] = [
    OSError(111, "refused"),
    ConnectionResetError("reset"),
    BrokenPipeError("broken"),
    TimeoutError("late"),
    ssl.SSLError(1, "certificate verify failed"),
    ssl.SSLCertVerificationError("self-signed"),
    RuntimeError("a transport of one's own"),
    ValueError("bad"),
    KeyError("missing"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    RecursionError("deep"),
    MemoryError(),
    StopIteration(),
    EOFError(),
    ExceptionGroup("several", [OSError("one"), OSError("two")]),
]


@pytest.fixture(params=["sync", "asyncio", "trio"])
def shell(request: pytest.FixtureRequest) -> Shell:
    return Shell(request.param)


def made(kind: type[Exception]) -> Exception:
    return kind() if kind.__name__ in WITHOUT_MESSAGE else kind("what happened")


CAUSES = [*map(made, OF_HTTPX), *OTHERS]


@pytest.mark.parametrize("place", ["sending", "body"])
@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: type(cause).__name__)
def test_a_failure_of_a_transport_is_a_connection_error_or_a_timeout(
    cause: Exception, place: str, shell: Shell
) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        if place == "sending":
            raise cause
        return httpx.Response(200, stream=Pieces(b'{"data": [', cause))

    failure = shell.failure(shell.client(handle).models.list)
    expected = APITimeoutError if isinstance(cause, httpx.TimeoutException | TimeoutError) else APIConnectionError
    assert type(failure) is expected
    chain: list[BaseException] = [failure]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    assert any(type(link) is type(cause) for link in chain)
    if str(cause) and not isinstance(cause, StopIteration):
        assert str(cause) in "".join(failure.__notes__)


@pytest.mark.parametrize("status", [200, 500])
def test_a_body_that_breaks_off_is_a_connection_error_whatever_the_status(status: int, shell: Shell) -> None:
    body = Pieces(b"{", httpx.ReadError("reset"))
    failure = shell.failure(shell.client(lambda _: httpx.Response(status, stream=body)).models.list)
    assert type(failure) is APIConnectionError
    assert body.closed


def test_an_error_of_the_package_itself_passes_through(shell: Shell) -> None:
    server = Server(OpenAIError("of a transport that knows the package"))
    with pytest.raises(OpenAIError, match="knows the package") as caught:
        shell.call(shell.client(server).models.list)
    assert not isinstance(caught.value, APIError)


def hook_of(shell: Shell) -> Callable[..., object]:
    def refuse(_: object) -> None:
        raise httpx.HTTPStatusError("hooked", request=httpx.Request("GET", "http://x"), response=httpx.Response(400))

    async def refuse_async(_: object) -> None:
        refuse(_)

    return refuse_async if shell.is_async else refuse


@pytest.mark.parametrize("event", ["request", "response"])
def test_an_error_of_a_hook_is_a_connection_error_with_its_cause(event: str, shell: Shell) -> None:
    client = shell.client(Server(answer([])), http={"event_hooks": {event: [hook_of(shell)]}})
    failure = shell.failure(client.models.list)
    assert isinstance(failure, APIConnectionError)
    assert isinstance(failure.__cause__, httpx.HTTPStatusError)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interruption_in_the_middle_of_a_body_passes_and_closes_it(kind: type[BaseException]) -> None:
    body = Pieces(b"{", kind())
    client = Shell("sync").client(lambda _: httpx.Response(200, stream=body), max_retries=2)
    with pytest.raises(kind):
        client.models.list()
    assert body.closed


def test_a_response_of_a_cache_with_its_content_at_hand_is_read(shell: Shell) -> None:
    page = shell.call(shell.client(lambda _: httpx.Response(200, json=[{"id": "a"}])).models.list)
    assert [model.id for model in page.data] == ["a"]


CYCLE = """
import httpx, sys
from tests.parts import Shell

def fail(request):
    first, second = OSError("first"), OSError("second")
    first.__cause__, second.__cause__ = second, first
    raise first

shell = Shell(sys.argv[1])
shell.failure(shell.client(fail).models.list)
print("done")
"""


@pytest.mark.parametrize("driver", ["sync", "asyncio"])
def test_causes_in_a_circle_do_not_hang_the_call(driver: str, run_python: Callable[..., str]) -> None:
    assert run_python(CYCLE, driver) == "done\n"
