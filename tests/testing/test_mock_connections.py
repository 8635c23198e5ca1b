"""Faults of the connection: closed, delayed and slow responses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.testing.parts import FINE_TUNED, LONG, ids

from openai_models import APIConnectionError, APITimeoutError, NotFoundError
from openai_models import Timeout as PhaseTimeout
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from openai_models.resources import Models


def test_a_dropped_connection_is_a_connection_error_and_the_operation_is_not_performed(
    mock: MockServer, models: Models
) -> None:
    mock.drop_next()
    with pytest.raises(APIConnectionError) as caught:
        models.delete(FINE_TUNED)
    assert not isinstance(caught.value, APITimeoutError)
    assert FINE_TUNED in ids(mock)
    assert len(mock.requests) == 1


@pytest.mark.usefixtures("short_waits")
def test_a_client_with_retries_survives_dropped_connections(mock: MockServer) -> None:
    mock.drop_next()
    mock.drop_next(after_bytes=10)
    assert mock.client(max_retries=2).models.retrieve("gpt-4o").id == "gpt-4o"
    assert len(mock.requests) == 3


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


@pytest.mark.usefixtures("short_waits")
def test_drop_after_bytes_performs_the_operation_and_the_retry_reports_it(mock: MockServer) -> None:
    mock.drop_next(after_bytes=0)
    with pytest.raises(NotFoundError) as caught:
        mock.client(max_retries=1).models.delete(FINE_TUNED)
    assert FINE_TUNED not in ids(mock)
    assert "An earlier attempt of this call may be the one that deleted the model" in caught.value.__notes__[0]


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


@pytest.mark.usefixtures("short_waits")
def test_a_timeout_is_retried(mock: MockServer) -> None:
    mock.delay_next(LONG)
    assert mock.client(timeout=1, max_retries=1).models.retrieve("gpt-4o").id == "gpt-4o"
    assert len(mock.requests) == 2


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_a_dripping_response_is_complete(chunk: int, client: httpx.Client, mock: MockServer) -> None:
    complete = client.get("/models/gpt-4o").content
    mock.drip_next(0.0, chunk=chunk)
    assert client.get("/models/gpt-4o").content == complete
    assert mock.pending_faults == []


def test_a_dripping_response_exceeds_a_total_timeout_and_not_a_phase_timeout(mock: MockServer) -> None:
    client = mock.client(max_retries=0)
    mock.drip_next(0.02)
    with pytest.raises(APITimeoutError):
        client.models.list(timeout=0.2)
    mock.drip_next(0.01, chunk=30)
    assert client.models.retrieve("gpt-4o", timeout=PhaseTimeout(5)).id == "gpt-4o"
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
