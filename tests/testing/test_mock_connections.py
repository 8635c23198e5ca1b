"""Faults of the connection: closed, delayed and slow responses.

Retries of a dropped request, and the timeouts of a dripping response, are examples in `docs/testing.md`.
"""

import asyncio
import time

import httpx
import pytest
from tests.testing.parts import FINE_TUNED, LONG, ids

from openai_models import APIConnectionError, APITimeoutError, AsyncOpenAI, DefaultAioHttpClient, OpenAI
from openai_models.resources import Models
from openai_models.testing import MockServer


def test_a_dropped_connection_is_a_connection_error_and_the_operation_is_not_performed(
    mock: MockServer, models: Models
) -> None:
    mock.drop_next()
    with pytest.raises(APIConnectionError) as caught:
        models.delete(FINE_TUNED)
    assert not isinstance(caught.value, APITimeoutError)
    assert FINE_TUNED in ids(mock)
    assert len(mock.requests) == 1


@pytest.mark.parametrize("after_bytes", [0, 1, 40, 10**9])
def test_drop_after_bytes_sends_the_head_and_a_part_of_the_body(
    after_bytes: int, client: httpx.Client, mock: MockServer
) -> None:
    complete = client.get("/models").content
    mock.drop_next(after_bytes=after_bytes)
    received = b""
    with client.stream("GET", "/models") as response:
        assert response.status_code == 200
        assert response.headers["content-length"] == str(len(complete))
        with pytest.raises(httpx.RemoteProtocolError):
            for piece in response.iter_raw():
                received += piece
    assert received == complete[: min(after_bytes, len(complete) - 1)]


def test_a_response_without_a_body_is_dropped_completely_and_does_not_drip(client: httpx.Client) -> None:
    with MockServer(profile="anthropic") as mock:
        mock.drop_next(after_bytes=5)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.delete(f"{mock.base_url}/models")
        mock.drip_next(LONG)
        assert client.delete(f"{mock.base_url}/models").status_code == 405


def test_a_delay_longer_than_the_timeout_is_a_timeout_error_and_the_operation_is_never_performed() -> None:
    with MockServer() as mock:
        mock.delay_next(LONG)
        started = time.perf_counter()
        with pytest.raises(APITimeoutError):
            mock.client(max_retries=0, timeout=0.05).models.delete(FINE_TUNED)
    assert time.perf_counter() - started < LONG / 2
    assert FINE_TUNED in ids(mock)


def test_a_delay_shorter_than_the_timeout_delays_the_response(mock: MockServer, models: Models) -> None:
    mock.delay_next(0.05)
    started = time.perf_counter()
    assert models.delete(FINE_TUNED).deleted
    assert time.perf_counter() - started >= 0.05
    assert FINE_TUNED not in ids(mock)


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_a_dripping_response_is_complete(chunk: int, client: httpx.Client, mock: MockServer) -> None:
    complete = client.get("/models/gpt-4o").content
    mock.drip_next(0.0, chunk=chunk)
    assert client.get("/models/gpt-4o").content == complete
    assert mock.pending_faults == []


def test_faults_are_not_logged(mock: MockServer, client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    mock.drop_next()
    mock.drop_next(after_bytes=3)
    mock.delay_next(LONG)
    mock.drip_next(LONG)
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/models")
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            client.get("/models", timeout=0.05)
    assert client.get("/models").status_code == 200
    assert [record for record in caplog.records if record.name.startswith(("uvicorn", "asyncio"))] == []


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(("own_client", "requests_per_drop"), [(False, 2), (True, 1)], ids=["default", "httpx.Client"])
@pytest.mark.parametrize("retries", [0, 1])
def test_a_drop_on_a_kept_alive_connection_is_one_failed_attempt(
    retries: int, requests_per_drop: int, mock: MockServer, *, own_client: bool
) -> None:
    http_client = httpx.Client() if own_client else None
    with OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=retries, http_client=http_client) as client:
        client.models.list()
        mock.drop_next()
        if retries:
            assert client.models.list().object == "list"
        else:
            with pytest.raises(APIConnectionError):
                client.models.list()
        assert len(mock.requests) == 1 + requests_per_drop + retries
        assert client.models.list().object == "list"
    assert not mock.pending_faults


@pytest.mark.parametrize("method", ["list", "delete"])
def test_with_aiohttp_one_failed_attempt_is_two_drops(method: str, mock: MockServer) -> None:
    async def call() -> None:
        http_client = DefaultAioHttpClient(trust_env=False)
        async with AsyncOpenAI(
            base_url=mock.base_url, api_key=mock.api_key, max_retries=0, http_client=http_client
        ) as client:
            await client.models.list()
            mock.drop_next(times=2)
            await (client.models.list() if method == "list" else client.models.delete(FINE_TUNED))

    with pytest.raises(APIConnectionError):
        asyncio.run(call())
    assert len(mock.requests) == 3


@pytest.mark.parametrize(("after_bytes", "method"), [(0, "GET"), (5, "GET"), (None, "DELETE")])
def test_a_response_that_has_begun_and_a_deletion_are_not_resent(
    after_bytes: int | None, method: str, mock: MockServer, models: Models
) -> None:
    models.list()
    mock.drop_next(after_bytes=after_bytes)
    with pytest.raises(APIConnectionError):
        models.list() if method == "GET" else models.delete(FINE_TUNED)
    assert [request.method for request in mock.requests] == ["GET", method]
