"""Start and stop of the server: nothing is left behind, and the host process is not affected."""

import asyncio
import http.client
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import trio
from tests.testing.parts import LONG, connect, received

from openai_models.testing import MockServer
from openai_models.testing._state import State

REQUEST = b"GET /v1/models HTTP/1.1\r\nHost: mock\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert [name for name in left if name.startswith("openai-models")] == []


def fail(*_: object) -> bytes:
    raise ZeroDivisionError


def test_a_chosen_port_is_used_and_freed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(3):
        with MockServer(port=port) as mock:
            assert mock.base_url == f"http://127.0.0.1:{port}/v1"
            assert httpx.get(mock.base_url, trust_env=False).status_code == 404


def test_servers_are_independent(mock: MockServer) -> None:
    with MockServer() as other:
        assert mock.client().models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123").deleted
        assert len(mock.models) == len(other.models) - 1
        assert other.requests == []


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /v1/mod",
        REQUEST,
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["idle", "incomplete head", "kept alive", "incomplete body", "body held back"],
)
def test_the_block_ends_while_connections_are_open(sent: bytes) -> None:
    with ExitStack() as connections:
        with MockServer() as mock:
            for _ in range(5):
                connections.enter_context(connect(mock)).sendall(sent)
            httpx.get(mock.base_url, trust_env=False)
            last = connections.enter_context(connect(mock))
            last.sendall(sent)
            started = time.perf_counter()
        assert time.perf_counter() - started < 5
        received(last)


@pytest.mark.parametrize(
    "queue_fault",
    [
        pytest.param(lambda mock: mock.delay_next(LONG), id="delay"),
        pytest.param(lambda mock: mock.drip_next(LONG), id="drip"),
        pytest.param(lambda mock: mock.fail_next(delay=LONG), id="delayed failure"),
        pytest.param(lambda mock: mock.drop_next(delay=LONG), id="delayed drop"),
    ],
)
def test_the_block_ends_while_a_response_is_delayed(queue_fault: Callable[[MockServer], None]) -> None:
    with ExitStack() as connections:
        with MockServer(profile="ollama") as mock:
            queue_fault(mock)
            connection = connections.enter_context(connect(mock))
            connection.sendall(REQUEST)
            mock.assert_all_met()
            started = time.perf_counter()
        assert time.perf_counter() - started < LONG / 2
        assert not received(connection).endswith(b"}")


def test_the_block_ends_while_a_client_does_not_read() -> None:
    models = [{"id": f"model-{number}", "padding": "x" * 1000} for number in range(5000)]
    with ExitStack() as connections:
        # The response exceeds the buffers of both sockets.
        with MockServer(profile="ollama", models=models) as mock:
            connection = connections.enter_context(connect(mock))
            connection.sendall(REQUEST)
            assert connection.recv(1)
            started = time.perf_counter()
        assert time.perf_counter() - started < 5
        received(connection)


def test_a_response_on_a_reused_connection_is_not_delayed_by_nagle(mock: MockServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(mock.base_url).netloc, timeout=5)
    started = time.perf_counter()
    for _ in range(200):
        connection.request("GET", "/v1/models")
        connection.getresponse().read()
    connection.close()
    # Nagle's algorithm and delayed acknowledgements take 40 ms a response, 8 s in total.
    assert time.perf_counter() - started < 4


def test_an_exception_in_the_block_stops_the_server() -> None:
    mock = MockServer()
    addresses: list[str] = []
    with pytest.raises(ZeroDivisionError), mock:
        addresses.append(mock.base_url)
        fail()
    with pytest.raises(httpx.ConnectError):
        httpx.get(addresses[0], trust_env=False)


def test_a_port_in_use_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        mock = MockServer(port=port)
        with pytest.raises(OSError, match=rf"can't listen on 127\.0\.0\.1, port {port}: ") as caught, mock:
            pass
    assert caught.value.errno is not None


def test_a_failure_in_the_thread_is_raised_in_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.startup", fail)
    with pytest.raises(ZeroDivisionError), MockServer():
        pass


@pytest.mark.parametrize(
    "use", [lambda mock: mock.base_url, lambda mock: mock.client(), lambda mock: mock.__exit__(None, None, None)]
)
def test_a_server_that_is_not_running_has_no_url_and_no_clients_and_can_not_be_left(
    use: Callable[[MockServer], object],
) -> None:
    fresh, ended = MockServer(), MockServer()
    with ended:
        pass
    for mock in (fresh, ended):
        with pytest.raises(RuntimeError, match="this MockServer is not running"):
            use(mock)


def test_a_server_serves_for_one_block() -> None:
    with MockServer() as mock, pytest.raises(RuntimeError, match="create a new one for each `with` block"), mock:
        pass
    with pytest.raises(RuntimeError, match="create a new one for each `with` block"), mock:
        pass


@pytest.mark.parametrize("run", [lambda main: asyncio.run(main()), trio.run], ids=["asyncio", "trio"])
def test_the_server_runs_within_an_event_loop(run: Callable[[Any], int]) -> None:
    async def main() -> int:
        with MockServer() as mock:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{mock.base_url}/models")).status_code

    assert run(main) == 401


def test_signal_handlers_and_logging_of_the_host_process_are_unchanged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def state() -> list[object]:
        loggers = [logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access")]
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        return [*handlers, *((list(log.handlers), log.level, log.propagate, log.disabled) for log in loggers)]

    caplog.set_level(logging.DEBUG, "uvicorn.access")
    before = state()
    with MockServer() as mock:
        httpx.get(mock.base_url, trust_env=False)
        assert state() == before
    assert state() == before
    assert capfd.readouterr() == ("", "")
    # Requests are not logged, whatever the level.
    assert [record for record in caplog.records if record.name == "uvicorn.access"] == []


def test_a_bug_in_the_mock_is_500_and_logged(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(State, "list_body", fail)
    with MockServer() as mock:
        response = client.get(f"{mock.base_url}/models")
        assert response.status_code == 500
        assert response.json()["error"]["type"] == "server_error"
        assert len(response.headers.get_list("x-request-id")) == 1
        assert client.get(f"{mock.base_url}/models/gpt-4o").status_code == 200
    # uvicorn logs it after the response, but before the block ends.
    assert "ZeroDivisionError" in caplog.text


def test_a_client_may_disconnect_while_it_sends(caplog: pytest.LogCaptureFixture) -> None:
    with MockServer() as mock:
        with connect(mock) as connection:
            connection.sendall(b"PUT /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\nhalf")
        assert mock.client().models.list().data
    assert [request.method for request in mock.requests] == ["GET"]
    assert caplog.text == ""
