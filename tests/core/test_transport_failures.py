"""Whatever a transport raises, the caller meets an `APIError`, and finds the cause."""

import inspect
import ssl

import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APIConnectionError, APIError, APITimeoutError, OpenAIError

WITHOUT_MESSAGE = {"StreamConsumed", "StreamClosed", "ResponseNotRead", "RequestNotRead"}
OF_HTTPX = [
    kind() if name in WITHOUT_MESSAGE else kind("what happened")
    for name, kind in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(kind, Exception) and kind is not httpx.HTTPStatusError
]
OTHERS: list[Exception] = [
    OSError(111, "refused"),
    ConnectionResetError("reset"),
    TimeoutError("late"),
    ssl.SSLError(1, "certificate verify failed"),
    ssl.SSLCertVerificationError("self-signed"),
    ValueError("bad"),
    KeyError("missing"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    RecursionError("deep"),
    MemoryError(),
    StopIteration(),
    EOFError(),
    ExceptionGroup("several", [OSError("one"), OSError("two")]),
]


@pytest.mark.parametrize("place", ["sending", "body"])
@pytest.mark.parametrize(
    ("driver", "cause"),
    [*(("sync", cause) for cause in OF_HTTPX + OTHERS), *(("trio", cause) for cause in OTHERS)],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_failure_of_a_transport_is_a_connection_error_or_a_timeout(driver: str, cause: Exception, place: str) -> None:
    body = Pieces(b'{"data": [', cause)

    def handle(_: httpx.Request) -> httpx.Response:
        if place == "sending":
            raise cause
        return httpx.Response(200, stream=body)

    shell = Shell(driver)
    failure = shell.failure(shell.client(handle).models.list)
    expected = APITimeoutError if isinstance(cause, httpx.TimeoutException | TimeoutError) else APIConnectionError
    assert type(failure) is expected
    assert body.closed is (place == "body")
    chain: list[BaseException] = [failure]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    assert any(type(link) is type(cause) for link in chain)
    assert str(cause) in "".join(getattr(failure, "__notes__", []))


class JobTimeoutError(Exception):
    """What a job queue's signal handler raises in the middle of a call."""


@pytest.mark.parametrize("place", ["sending", "body"])
def test_what_a_signal_handler_raises_ends_the_call_at_once(shell: Shell, place: str) -> None:
    error = JobTimeoutError("over")
    server = Server(error if place == "sending" else lambda _: httpx.Response(200, stream=Pieces(error)))
    failure = shell.failure(shell.client(server, max_retries=2).models.delete, "m")
    assert (type(failure), type(failure.__cause__)) == (APIConnectionError, JobTimeoutError)
    assert len(server.requests) == 1


def test_a_hook_with_a_mistake_is_not_tried_again(shell: Shell) -> None:
    def stumble(_: object) -> None:
        raise ValueError("a mistake")

    server = Server(answer({"id": "m", "deleted": True}))
    failure = shell.failure(shell.client(server, max_retries=2, http=shell.hooks(stumble)).models.delete, "m")
    assert (type(failure), len(server.requests)) == (APIConnectionError, 1)
    assert isinstance(failure.__cause__, ValueError)


def test_an_error_of_the_package_itself_passes_through(shell: Shell) -> None:
    server = Server(OpenAIError("of a transport that knows the package"))
    with pytest.raises(OpenAIError, match="knows the package") as caught:
        shell.call(shell.client(server).models.list)
    assert not isinstance(caught.value, APIError)


def test_a_response_of_a_cache_with_its_content_at_hand_is_read(shell: Shell) -> None:
    page = shell.call(shell.client(lambda _: httpx.Response(200, json=[{"id": "a"}])).models.list)
    assert [model.id for model in page.data] == ["a"]
