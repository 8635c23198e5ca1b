"""Hooks of a caller's `http_client`: what they raise and what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.parts import KEY, Pieces, Server, Shell, answer

from openai_models import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    InternalServerError,
    NotFoundError,
    OpenAI,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "x"}


def hooks(shell: Shell, function: Callable[[Any], object], event: str = "response") -> dict[str, Any]:
    async def asynchronous(given: Any) -> None:
        function(given)

    return {"event_hooks": {event: [asynchronous if shell.is_async else function]}}


def reading(shell: Shell) -> dict[str, Any]:
    async def read(response: httpx.Response) -> None:
        await response.aread()

    return {"event_hooks": {"response": [read if shell.is_async else lambda response: response.read()]}}


def raise_for_status(response: httpx.Response) -> None:
    response.raise_for_status()


@pytest.mark.parametrize(("operation", "method"), [("retrieve", "GET"), ("delete", "DELETE")])
def test_raise_for_status_is_the_error_of_the_status_after_one_request(
    operation: str, method: str, shell: Shell
) -> None:
    server = Server(answer({"error": {"message": "no"}}, status=404, headers={"x-request-id": "req-1"}))
    client = shell.client(server, http=hooks(shell, raise_for_status), max_retries=2)
    failure = shell.failure(getattr(client.models, operation), "a")
    assert (type(failure), failure.status_code, failure.request_id) == (NotFoundError, 404, "req-1")
    assert server.methods == [method]
    # httpx closes a response whose hook raises, so that nobody can read its body.
    assert (str(failure), failure.body) == ("Error code: 404", "")


def test_a_body_that_is_read_before_raise_for_status_is_kept(shell: Shell) -> None:
    async def read_and_raise(response: httpx.Response) -> None:
        await response.aread()
        response.raise_for_status()

    given = hooks(shell, lambda response: (response.read(), response.raise_for_status()))
    if shell.is_async:
        given = {"event_hooks": {"response": [read_and_raise]}}
    server = Server(answer({"error": {"message": "no such model", "code": "c"}}, status=404))
    failure = shell.failure(shell.client(server, http=given).models.retrieve, "a")
    assert (type(failure), str(failure), failure.code) == (NotFoundError, "Error code: 404 - no such model", "c")


def test_raise_for_status_is_retried_where_the_status_is(shell: Shell) -> None:
    server = Server(answer(status=503, headers={"retry-after-ms": "1"}), answer(MODEL))
    client = shell.client(server, http=hooks(shell, raise_for_status), max_retries=2)
    assert shell.call(client.models.retrieve, "a").id == "a"
    failure = shell.failure(shell.client(Server(answer(status=503)), http=hooks(shell, raise_for_status)).models.list)
    assert type(failure) is InternalServerError
    assert len(server.requests) == 2


def test_raise_for_status_does_not_end_a_redirect(shell: Shell) -> None:
    """`raise_for_status` objects to a redirect, too, before httpx follows it."""
    server = Server(answer(status=307, headers={"location": "/v1/models/b"}), answer(MODEL))
    client = shell.client(server, http=hooks(shell, raise_for_status))
    assert shell.call(client.models.retrieve, "a").id == "a"
    refusing = shell.client(
        Server(answer(status=307, headers={"location": "/b"})),
        http={**hooks(shell, raise_for_status), "follow_redirects": False},
    )
    assert type(shell.failure(refusing.models.list)) is APIStatusError


def test_a_hook_that_refuses_a_success_or_another_request_is_a_failed_connection(shell: Shell) -> None:
    def refuse(response: httpx.Response) -> None:
        raise httpx.HTTPStatusError("I object", request=response.request, response=response)

    def ask_elsewhere(_: object) -> None:
        request = httpx.Request("POST", "http://auth.test/token")
        httpx.Response(401, request=request).raise_for_status()

    for given in (hooks(shell, refuse), hooks(shell, ask_elsewhere, "request")):
        failure = shell.failure(shell.client(Server(answer(MODEL)), http=given).models.retrieve, "a")
        assert type(failure) is APIConnectionError
        assert isinstance(failure.__cause__, httpx.HTTPStatusError)


STEPS = ["read", "parse", "text", "json", "iter_bytes", "iter_text", "iter_lines"]


async def use_async(response: Any, step: str) -> Any:
    result = getattr(response, step)()
    return [piece async for piece in result] if step.startswith("iter") else await result


def use(response: Any, step: str) -> Any:
    result = getattr(response, step)()
    return list(result) if step.startswith("iter") else result


@pytest.mark.parametrize("second", ["parse", "iter_bytes"])
@pytest.mark.parametrize("first", STEPS)
def test_a_streamed_response_whose_body_a_hook_read_is_read_in_every_way(first: str, second: str, shell: Shell) -> None:
    client = shell.client(Server(answer(MODEL)), http=reading(shell))
    opening = client.models.with_streaming_response.retrieve("a")

    def run() -> Any:
        with opening as response:
            return [use(response, first), use(response, second)]

    async def run_async() -> Any:
        async with opening as response:
            return [await use_async(response, first), await use_async(response, second)]

    for step, result in zip((first, second), shell.call(run_async if shell.is_async else run), strict=True):
        assert result.id == "a" if step == "parse" else result


def test_a_hook_that_throws_the_body_away_leaves_an_error_of_the_package(shell: Shell) -> None:
    async def drain(response: httpx.Response) -> None:
        async for _ in response.aiter_raw():
            pass

    given = hooks(shell, lambda response: list(response.iter_raw()))
    if shell.is_async:
        given = {"event_hooks": {"response": [drain]}}
    assert isinstance(shell.failure(shell.client(Server(answer(MODEL)), http=given).models.list), APIConnectionError)


@pytest.mark.parametrize("kind", [httpx.Client, DefaultHttpxClient])
def test_hooks_work_over_sockets_with_every_sync_client(kind: type[httpx.Client]) -> None:
    with MockServer() as mock:
        http = kind(event_hooks={"response": [lambda response: response.read(), raise_for_status]})
        with OpenAI(api_key=mock.api_key, base_url=mock.base_url, http_client=http, max_retries=2) as client:
            with client.models.with_streaming_response.list() as response:
                assert response.parse().data
            with pytest.raises(NotFoundError, match="does not exist"):
                client.models.retrieve("no-such-model")
            with pytest.raises(NotFoundError):
                client.models.delete("no-such-model")
        assert len(mock.requests) == 3


@pytest.mark.parametrize("kind", [httpx.AsyncClient, DefaultAsyncHttpxClient, DefaultAioHttpClient])
def test_hooks_work_over_sockets_with_every_async_client(kind: type[httpx.AsyncClient]) -> None:
    async def read(response: httpx.Response) -> None:
        await response.aread()
        response.raise_for_status()

    async def run(mock: MockServer) -> None:
        http = kind(event_hooks={"response": [read]})
        async with AsyncOpenAI(api_key=mock.api_key, base_url=mock.base_url, http_client=http) as client:
            async with client.models.with_streaming_response.list() as response:
                assert (await response.parse()).data
            with pytest.raises(NotFoundError, match="does not exist"):
                await client.models.retrieve("no-such-model")

    with MockServer() as mock:
        Shell("asyncio").call(run, mock)
        assert len(mock.requests) == 2


@pytest.mark.parametrize("step", ["read", "parse", "text", "json"])
@pytest.mark.parametrize("problem", ["larger than", "cut off", "cannot decode"])
def test_no_streamed_body_is_given_that_was_not_read_whole(step: str, problem: str, shell: Shell) -> None:
    """It raises again when asked again, and in pieces too: what was read is not given as if it were all."""
    reply = {
        "larger than": lambda _: httpx.Response(200, stream=Pieces(b'{"id": "a"', b" " * 2000, b"}")),
        "cut off": answer(content=b"\x1f\x8b\x08", headers={"content-encoding": "gzip"}),
        "cannot decode": answer(content=b"{}", headers={"content-encoding": "rot13"}),
    }[problem]
    opening = shell.client(reply, max_response_bytes=1000).models.with_streaming_response.retrieve("a")

    def run() -> None:
        with opening as response:
            for again in (step, "read", "iter_bytes"):
                with pytest.raises(APIResponseValidationError, match=problem):
                    use(response, again)

    async def run_async() -> None:
        async with opening as response:
            for again in (step, "read", "iter_bytes"):
                with pytest.raises(APIResponseValidationError, match=problem):
                    await use_async(response, again)

    shell.call(run_async if shell.is_async else run)


def test_no_raw_body_is_given_that_was_not_read_whole(shell: Shell) -> None:
    body = Pieces(b'{"id": "a"', b" " * 2000, b"}")
    client = shell.client(lambda _: httpx.Response(200, stream=body), max_response_bytes=1000)
    response = shell.call(client.models.with_raw_response.retrieve, "a")
    assert response.status_code == 200
    for use_it in (lambda: response.content, lambda: response.text, response.json, response.read, response.parse):
        with pytest.raises(APIResponseValidationError, match="larger than 1,000 bytes") as caught:
            use_it()
        assert KEY not in str(caught.value)
