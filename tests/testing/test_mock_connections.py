"""Faults of the connection: closed, delayed and slow responses."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openai_models import APIConnectionError, APITimeoutError, NotFoundError
from openai_models import Timeout as PhaseTimeout
from openai_models.testing import MockServer, _fault_injection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.testing.conftest import Call

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
# Seconds that no test would wait for.
LONG = 60.0


def ids(mock: MockServer) -> list[object]:
    return [model["id"] for model in mock.models]


def test_a_dropped_connection_is_a_connection_error_and_the_operation_is_not_performed(
    mock: MockServer, call: Call
) -> None:
    mock.drop_next()
    with pytest.raises(APIConnectionError) as caught:
        call(mock, "delete", FINE_TUNED)
    assert not isinstance(caught.value, APITimeoutError)
    assert FINE_TUNED in ids(mock)
    assert len(mock.requests) == 1


@pytest.mark.usefixtures("without_waiting")
def test_a_client_with_retries_survives_dropped_connections(mock: MockServer, call: Call) -> None:
    mock.drop_next()
    mock.drop_next(after_bytes=10)
    assert call(mock, "retrieve", "gpt-4o", max_retries=2).id == "gpt-4o"
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


@pytest.mark.usefixtures("without_waiting")
def test_drop_after_bytes_performs_the_operation_and_the_retry_reports_it(mock: MockServer, call: Call) -> None:
    mock.drop_next(after_bytes=0)
    with pytest.raises(NotFoundError) as caught:
        call(mock, "delete", FINE_TUNED, max_retries=1)
    assert FINE_TUNED not in ids(mock)
    assert "An earlier attempt of this call may be the one that deleted the model" in caught.value.__notes__[0]


def test_a_response_without_a_body_is_dropped_completely(client: httpx.Client) -> None:
    with MockServer(profile="anthropic") as mock:
        mock.drop_next(after_bytes=5)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.delete(f"{mock.base_url}/models")


def test_a_delay_longer_than_the_timeout_is_a_timeout_error(mock: MockServer, call: Call) -> None:
    mock.delay_next(LONG)
    started = time.perf_counter()
    with pytest.raises(APITimeoutError):
        call(mock, "delete", FINE_TUNED, timeout=0.05)
    assert time.perf_counter() - started < LONG / 2
    assert FINE_TUNED in ids(mock)


def test_a_delay_shorter_than_the_timeout_delays_the_response(mock: MockServer, call: Call) -> None:
    mock.delay_next(0.05)
    started = time.perf_counter()
    assert call(mock, "delete", FINE_TUNED, timeout=LONG).deleted
    assert time.perf_counter() - started >= 0.05
    assert FINE_TUNED not in ids(mock)


@pytest.mark.usefixtures("without_waiting")
def test_a_timeout_is_retried(mock: MockServer, call: Call) -> None:
    mock.delay_next(LONG)
    assert call(mock, "retrieve", "gpt-4o", timeout=0.5, max_retries=1).id == "gpt-4o"
    assert len(mock.requests) == 2


def test_a_delayed_operation_is_not_performed_once_its_client_has_disconnected(
    mock: MockServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    results: list[bool] = []
    ended = threading.Event()
    original = _fault_injection.wait_or_disconnect

    async def observed(receive: Any, seconds: float) -> bool:
        results.append(await original(receive, seconds))
        ended.set()
        return results[-1]

    monkeypatch.setattr("openai_models.testing._middleware.wait_or_disconnect", observed)
    mock.delay_next(LONG)
    with pytest.raises(httpx.ReadTimeout):
        client.delete(f"/models/{FINE_TUNED}", timeout=0.05)
    assert ended.wait(5)
    assert results == [True]
    assert FINE_TUNED in ids(mock)


@pytest.mark.parametrize(
    "queue_fault",
    [
        pytest.param(lambda mock: mock.delay_next(LONG), id="delay"),
        pytest.param(lambda mock: mock.drip_next(LONG), id="drip"),
        pytest.param(lambda mock: mock.fail_next(delay=LONG), id="delayed failure"),
        pytest.param(lambda mock: mock.drop_next(delay=LONG), id="delayed drop"),
    ],
)
def test_the_block_ends_while_a_response_is_delayed(
    queue_fault: Callable[[MockServer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()
    original = _fault_injection.wait_or_disconnect

    async def observed(receive: Any, seconds: float) -> bool:
        if seconds:
            waiting.set()
        return await original(receive, seconds)

    monkeypatch.setattr("openai_models.testing._middleware.wait_or_disconnect", observed)
    monkeypatch.setattr("openai_models.testing._fault_injection.wait_or_disconnect", observed)
    errors: list[Exception] = []

    def send(url: str) -> None:
        try:
            httpx.get(url, timeout=LONG, trust_env=False)
        except httpx.HTTPError as error:
            errors.append(error)

    with MockServer(profile="ollama") as mock:
        queue_fault(mock)
        sender = threading.Thread(target=send, args=[f"{mock.base_url}/models"])
        sender.start()
        assert waiting.wait(5)
        started = time.perf_counter()
    assert time.perf_counter() - started < LONG / 2
    sender.join(5)
    assert not sender.is_alive()
    assert len(errors) == 1


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_a_dripping_response_is_complete(chunk: int, client: httpx.Client, mock: MockServer) -> None:
    complete = client.get("/models/gpt-4o").content
    mock.drip_next(0.0, chunk=chunk)
    assert client.get("/models/gpt-4o").content == complete
    assert mock.pending_faults == []


def test_a_dripping_response_exceeds_a_total_timeout_and_not_a_phase_timeout(mock: MockServer, call: Call) -> None:
    mock.drip_next(0.02)
    with pytest.raises(APITimeoutError):
        call(mock, "list", timeout=0.2)
    mock.drip_next(0.01, chunk=30)
    assert call(mock, "retrieve", "gpt-4o", timeout=PhaseTimeout(5)).id == "gpt-4o"
    assert mock.pending_faults == []


def test_a_response_without_a_body_does_not_drip(client: httpx.Client) -> None:
    with MockServer(profile="anthropic") as mock:
        mock.drip_next(LONG)
        assert client.delete(f"{mock.base_url}/models").status_code == 405


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
