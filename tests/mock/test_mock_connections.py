"""Connections that break, wait or drip on demand, over the wire and through the facade."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openai_models import APIConnectionError, APITimeoutError, NotFoundError
from openai_models import Timeout as PhaseTimeout
from openai_models.testing import MockServer, _inject, no_retry_delays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mock.conftest import Call

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
# Long enough for a test that waited for it to fail.
LONG = 60.0


@pytest.fixture
def without_waiting() -> Iterator[None]:
    """The client's own waits between attempts are none."""
    with no_retry_delays():
        yield


def ids(mock: MockServer) -> list[object]:
    return [model["id"] for model in mock.models]


def test_a_dropped_connection_is_a_connection_error_and_nothing_was_done(mock: MockServer, call: Call) -> None:
    mock.drop_next()
    with pytest.raises(APIConnectionError) as caught:
        call(mock, "delete", FINE_TUNED)
    assert not isinstance(caught.value, APITimeoutError)
    assert FINE_TUNED in ids(mock)
    assert len(mock.requests) == 1


@pytest.mark.usefixtures("without_waiting")
def test_a_client_that_retries_survives_dropped_connections(mock: MockServer, call: Call) -> None:
    mock.drop_next()
    mock.drop_next(after_bytes=10)
    assert call(mock, "retrieve", "gpt-4o", max_retries=2).id == "gpt-4o"
    assert len(mock.requests) == 3


@pytest.mark.parametrize("after_bytes", [0, 1, 40, 10**9])
def test_a_connection_dropped_in_the_answer_has_its_head_and_a_part_of_its_body(
    after_bytes: int, client: httpx.Client, mock: MockServer
) -> None:
    whole = client.get("/models").content
    mock.drop_next(after_bytes=after_bytes)
    received = b""
    with client.stream("GET", "/models") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-length"] == str(len(whole))
        with pytest.raises(httpx.RemoteProtocolError):
            for piece in answer.iter_raw():
                received += piece
    assert received == whole[: min(after_bytes, len(whole) - 1)]


@pytest.mark.usefixtures("without_waiting")
def test_a_deletion_whose_answer_got_lost_is_done_and_the_retry_says_so(mock: MockServer, call: Call) -> None:
    mock.drop_next(after_bytes=0)
    with pytest.raises(NotFoundError) as caught:
        call(mock, "delete", FINE_TUNED, max_retries=1)
    assert FINE_TUNED not in ids(mock)
    assert "An earlier attempt of this call may be the one that deleted the model" in caught.value.__notes__[0]


def test_an_answer_without_a_body_is_dropped_as_a_whole(client: httpx.Client, mock: MockServer) -> None:
    with MockServer(profile="anthropic") as other:
        other.drop_next(after_bytes=5)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.delete(f"{other.base_url}/models")


def test_a_delay_beyond_the_timeout_is_a_timeout_and_nothing_was_done(mock: MockServer, call: Call) -> None:
    mock.delay_next(LONG)
    started = time.perf_counter()
    with pytest.raises(APITimeoutError):
        call(mock, "delete", FINE_TUNED, timeout=0.05)
    assert time.perf_counter() - started < LONG / 2
    assert FINE_TUNED in ids(mock)


def test_a_delay_within_the_timeout_is_waited_for(mock: MockServer, call: Call) -> None:
    mock.delay_next(0.05)
    started = time.perf_counter()
    assert call(mock, "delete", FINE_TUNED, timeout=LONG).deleted
    assert time.perf_counter() - started >= 0.05
    assert FINE_TUNED not in ids(mock)


@pytest.mark.usefixtures("without_waiting")
def test_a_timeout_is_tried_again(mock: MockServer, call: Call) -> None:
    mock.delay_next(LONG)
    assert call(mock, "retrieve", "gpt-4o", timeout=0.5, max_retries=1).id == "gpt-4o"
    assert len(mock.requests) == 2


def test_a_delayed_request_is_given_up_once_its_client_has_left(
    mock: MockServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    ended = threading.Event()
    waited = _inject.left_within

    async def noticing(receive: Any, seconds: float) -> bool:
        left.append(await waited(receive, seconds))
        ended.set()
        return left[-1]

    monkeypatch.setattr("openai_models.testing._app.left_within", noticing)
    mock.delay_next(LONG)
    with pytest.raises(httpx.ReadTimeout):
        client.delete(f"/models/{FINE_TUNED}", timeout=0.05)
    assert ended.wait(5)
    assert left == [True]
    assert FINE_TUNED in ids(mock)


@pytest.mark.parametrize("fault", ["delay", "drip", "slow failure", "slow drop"])
def test_the_block_ends_at_once_though_an_answer_waits(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = threading.Event()
    waited = _inject.left_within

    async def noticing(receive: Any, seconds: float) -> bool:
        if seconds:
            waits.set()
        return await waited(receive, seconds)

    monkeypatch.setattr("openai_models.testing._app.left_within", noticing)
    monkeypatch.setattr("openai_models.testing._inject.left_within", noticing)
    errors: list[Exception] = []

    def ask(url: str) -> None:
        try:
            httpx.get(url, timeout=LONG, trust_env=False)
        except httpx.HTTPError as error:
            errors.append(error)

    with MockServer(profile="ollama") as mock:
        if fault == "delay":
            mock.delay_next(LONG)
        elif fault == "drip":
            mock.drip_next(LONG)
        elif fault == "slow failure":
            mock.fail_next(delay=LONG)
        else:
            mock.drop_next(delay=LONG)
        asking = threading.Thread(target=ask, args=[f"{mock.base_url}/models"])
        asking.start()
        assert waits.wait(5)
        started = time.perf_counter()
    assert time.perf_counter() - started < 1
    asking.join(5)
    assert not asking.is_alive()
    assert len(errors) == 1


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_a_dripping_answer_is_the_same_in_pieces(chunk: int, client: httpx.Client, mock: MockServer) -> None:
    whole = client.get("/models/gpt-4o").content
    mock.drip_next(0.0, chunk=chunk)
    assert client.get("/models/gpt-4o").content == whole
    assert client.get("/models/gpt-4o").content == whole


def test_a_drip_never_stops_a_phase_and_always_a_deadline(mock: MockServer, call: Call) -> None:
    mock.drip_next(0.02)
    with pytest.raises(APITimeoutError):
        call(mock, "list", timeout=0.2)
    mock.drip_next(0.01, chunk=30)
    assert call(mock, "retrieve", "gpt-4o", timeout=PhaseTimeout(5)).id == "gpt-4o"
    assert mock.pending_faults == []


def test_an_empty_answer_drips_nothing(client: httpx.Client) -> None:
    with MockServer(profile="anthropic") as mock:
        mock.drip_next(LONG)
        assert client.delete(f"{mock.base_url}/models").status_code == 405


def test_nothing_is_logged_of_faults(mock: MockServer, client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
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
