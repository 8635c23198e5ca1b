"""Hooks of a caller's `http_client`: what they raise and what they read."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.parts import Server, Shell, answer

from openai_models import (
    APIConnectionError,
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

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "x"}
NOT_FOUND = answer({"error": {"message": "no", "code": "c"}}, status=404, headers={"x-request-id": "req-1"})


def raise_for_status(response: httpx.Response) -> None:
    response.raise_for_status()


@pytest.mark.parametrize(("operation", "method"), [("retrieve", "GET"), ("delete", "DELETE")])
def test_raise_for_status_is_the_error_of_the_status_after_one_request(
    operation: str, method: str, shell: Shell
) -> None:
    server = Server(NOT_FOUND)
    client = shell.client(server, http=shell.hooks(raise_for_status), max_retries=2)
    failure = shell.failure(getattr(client.models, operation), "a")
    assert (type(failure), failure.status_code, failure.request_id) == (NotFoundError, 404, "req-1")
    assert server.methods == [method]
    # httpx closes a response whose hook raises, so that nobody can read its body.
    assert (str(failure), failure.body) == ("Error code: 404", "")


def test_a_body_that_is_read_before_raise_for_status_is_kept(shell: Shell) -> None:
    given = shell.hooks(raise_for_status)
    given["event_hooks"]["response"].insert(0, httpx.Response.aread if shell.is_async else httpx.Response.read)
    failure = shell.failure(shell.client(Server(NOT_FOUND), http=given).models.retrieve, "a")
    assert (type(failure), str(failure), failure.code) == (NotFoundError, "Error code: 404 - no", "c")


def test_raise_for_status_is_retried_where_the_status_is(shell: Shell) -> None:
    server = Server(answer(status=503, headers={"retry-after-ms": "1"}), answer(MODEL), answer(status=503))
    client = shell.client(server, http=shell.hooks(raise_for_status), max_retries=1)
    assert shell.call(client.models.retrieve, "a").id == "a"
    assert type(shell.failure(client.copy(max_retries=0).models.list)) is InternalServerError


@pytest.mark.parametrize("follows", [True, False])
def test_raise_for_status_does_not_end_a_redirect(shell: Shell, *, follows: bool) -> None:
    """`raise_for_status` objects to a redirect, too, before httpx follows it."""
    server = Server(answer(status=307, headers={"location": "/v1/models/b"}), answer(MODEL))
    client = shell.client(server, http={**shell.hooks(raise_for_status), "follow_redirects": follows})
    if follows:
        assert shell.call(client.models.retrieve, "a").id == "a"
    else:
        assert type(shell.failure(client.models.list)) is APIStatusError


def refuse(response: httpx.Response) -> None:
    raise httpx.HTTPStatusError("I object", request=response.request, response=response)


def ask_elsewhere(_: object) -> None:
    httpx.Response(401, request=httpx.Request("POST", "http://auth.test/token")).raise_for_status()


@pytest.mark.parametrize(
    ("hook", "event"), [(refuse, "response"), (ask_elsewhere, "request"), (ask_elsewhere, "response")]
)
def test_a_hook_that_refuses_a_success_or_another_request_is_a_failed_connection(
    hook: Callable[[Any], object], event: str, shell: Shell
) -> None:
    failure = shell.failure(shell.client(Server(answer(MODEL)), http=shell.hooks(hook, event)).models.retrieve, "a")
    assert type(failure) is APIConnectionError
    assert isinstance(failure.__cause__, httpx.HTTPStatusError)


def test_a_hook_that_throws_the_body_away_leaves_an_error_of_the_package(shell: Shell) -> None:
    async def drain(response: httpx.Response) -> None:
        async for _ in response.aiter_raw():
            pass

    hook = drain if shell.is_async else lambda response: list(response.iter_raw())
    client = shell.client(Server(answer(MODEL)), http={"event_hooks": {"response": [hook]}})
    assert isinstance(shell.failure(client.models.list), APIConnectionError)


@pytest.mark.parametrize("kind", [httpx.Client, DefaultHttpxClient])
def test_hooks_work_over_sockets_with_every_sync_client(kind: type[httpx.Client], mock: MockServer) -> None:
    http = kind(event_hooks={"response": [httpx.Response.read, raise_for_status]})
    with OpenAI(api_key=mock.api_key, base_url=mock.base_url, http_client=http, max_retries=2) as client:
        with client.models.with_streaming_response.list() as response:
            assert response.parse().data
        with pytest.raises(NotFoundError, match="does not exist"):
            client.models.delete("no-such-model")
    assert len(mock.requests) == 2


@pytest.mark.parametrize("kind", [httpx.AsyncClient, DefaultAsyncHttpxClient, DefaultAioHttpClient])
def test_hooks_work_over_sockets_with_every_async_client(kind: type[httpx.AsyncClient], mock: MockServer) -> None:
    async def raise_async(response: httpx.Response) -> None:
        response.raise_for_status()

    async def run(mock: MockServer) -> None:
        http = kind(event_hooks={"response": [httpx.Response.aread, raise_async]})
        async with AsyncOpenAI(api_key=mock.api_key, base_url=mock.base_url, http_client=http) as client:
            async with client.models.with_streaming_response.list() as response:
                assert (await response.parse()).data
            with pytest.raises(NotFoundError, match="does not exist"):
                await client.models.retrieve("no-such-model")

    Shell("asyncio").call(run, mock)
    assert len(mock.requests) == 2
