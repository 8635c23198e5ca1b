"""The life of a server: it starts, it stops, it leaves nothing behind, and it disturbs nobody."""

from __future__ import annotations

import asyncio
import http.client
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
import trio

from openai_models.testing import MockServer, _app
from openai_models.testing._state import State

if TYPE_CHECKING:
    from collections.abc import Callable


def mock_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("openai-models")]


def connect(mock: MockServer) -> socket.socket:
    url = urlsplit(mock.base_url)
    assert url.hostname is not None
    return socket.create_connection((url.hostname, url.port or 0), timeout=5)


def is_cut(connection: socket.socket) -> bool:
    """Whether the connection ends, whatever was sent before; a `TimeoutError` when it doesn't."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return True
    return True


def test_the_server_listens_on_the_loopback_only() -> None:
    with MockServer() as mock:
        assert urlsplit(mock.base_url).hostname == "127.0.0.1"


def test_a_chosen_port_is_taken_and_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(3):
        with MockServer(port=port) as mock:
            assert mock.base_url == f"http://127.0.0.1:{port}/v1"
            assert httpx.get(mock.base_url, trust_env=False).status_code == 404


def test_servers_run_side_by_side() -> None:
    with MockServer() as one, MockServer() as other:
        headers = {"Authorization": f"Bearer {one.api_key}"}
        httpx.delete(f"{one.base_url}/models/ft:gpt-4o-mini:acemeco:suffix:abc123", headers=headers, trust_env=False)
        assert len(one.models) == len(other.models) - 1
        assert other.requests == []


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /v1/mod",
        b"GET /v1/models HTTP/1.1\r\nHost: mock\r\n\r\n",
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["nothing sent", "half a head", "kept alive", "half a body", "body held back"],
)
def test_the_block_ends_at_once_though_connections_are_open(sent: bytes) -> None:
    with ExitStack() as connections:
        with MockServer() as mock:
            for _ in range(5):
                connections.enter_context(connect(mock)).sendall(sent)
            httpx.get(mock.base_url, trust_env=False)
            last = connections.enter_context(connect(mock))
            last.sendall(sent)
            started = time.perf_counter()
        assert time.perf_counter() - started < 1
        assert mock_threads() == []
        assert is_cut(last)


def test_the_block_ends_at_once_though_a_client_does_not_read_its_answers() -> None:
    seeds = [{"id": f"model-{number}", "padding": "x" * 1000} for number in range(5000)]
    with ExitStack() as connections:
        with MockServer(models=seeds) as mock:
            connection = connections.enter_context(connect(mock))
            # More than fits into the buffers of both sockets.
            connection.sendall(
                b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer %s\r\n\r\n" % mock.api_key.encode()
            )
            assert connection.recv(1)
            started = time.perf_counter()
        assert time.perf_counter() - started < 1
        assert is_cut(connection)
    assert mock_threads() == []


def test_an_answer_on_a_used_connection_does_not_wait_for_an_acknowledgement(mock: MockServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(mock.base_url).netloc, timeout=5)
    started = time.perf_counter()
    for _ in range(50):
        connection.request("GET", "/v1/models")
        connection.getresponse().read()
    connection.close()
    # 40 ms each when Nagle's algorithm meets delayed acknowledgements.
    assert time.perf_counter() - started < 1


def test_nothing_is_left_after_an_exception() -> None:
    def use(mock: MockServer) -> None:
        addresses.append(mock.base_url)
        raise ZeroDivisionError

    addresses: list[str] = []
    with pytest.raises(ZeroDivisionError), MockServer() as mock:
        use(mock)
    assert mock_threads() == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(addresses[0], trust_env=False)


def test_a_taken_port_is_an_error_in_the_callers_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(OSError, match=rf"can't listen on 127\.0\.0\.1, port {port}: ") as caught,
            MockServer(port=port),
        ):
            pass
        assert caught.value.errno is not None
    assert mock_threads() == []


def test_a_failure_in_the_thread_is_an_error_in_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.startup", fail)
    with pytest.raises(ZeroDivisionError), MockServer():
        pass
    assert mock_threads() == []


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda mock: mock.base_url, "not running: it has a base_url only within its `with` block"),
        (lambda mock: mock.__exit__(None, None, None), "not running"),
    ],
)
def test_a_server_that_is_not_running_says_so(use: Callable[[MockServer], object], message: str) -> None:
    fresh, ended = MockServer(), MockServer()
    with ended:
        pass
    for mock in (fresh, ended):
        with pytest.raises(RuntimeError, match=message):
            use(mock)


def test_a_server_serves_for_one_block() -> None:
    with MockServer() as mock, pytest.raises(RuntimeError, match="make a new one for each `with` block"), mock:
        pass
    with pytest.raises(RuntimeError, match="make a new one for each `with` block"), mock:
        pass


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_can_not_be_one_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match=f"port must be from 0 to 65535: {port}"):
        MockServer(port=port)


@pytest.mark.parametrize("key", ["", " ", " sk-secret", "sk-secret\n", "sk-sécret"])
def test_a_key_that_can_not_be_sent_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ValueError, match="api_key must be visible ASCII characters") as caught:
        MockServer(api_key=key)
    assert "cret" not in str(caught.value)


def test_it_runs_inside_a_running_asyncio_loop() -> None:
    async def main() -> int:
        with MockServer() as mock:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{mock.base_url}/models")).status_code

    assert asyncio.run(main()) == 401


def test_it_runs_inside_trio() -> None:
    async def main() -> int:
        with MockServer() as mock:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{mock.base_url}/models")).status_code

    assert trio.run(main) == 401


def test_the_host_process_keeps_its_signals_and_its_logging(capfd: pytest.CaptureFixture[str]) -> None:
    def settings() -> list[object]:
        loggers = [logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access")]
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        return [*handlers, *((list(log.handlers), log.level, log.propagate, log.disabled) for log in loggers)]

    before = settings()
    with MockServer() as mock:
        httpx.get(mock.base_url, trust_env=False)
        assert settings() == before
    assert settings() == before
    assert capfd.readouterr() == ("", "")


def test_requests_are_not_logged_even_where_the_host_logs_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "uvicorn.access")
    with MockServer() as mock:
        httpx.get(mock.base_url, trust_env=False)
    assert [record for record in caplog.records if record.name == "uvicorn.access"] == []


def fail(*_: object) -> bytes:
    raise ZeroDivisionError


def test_a_fault_of_the_mock_is_500_in_the_envelope_and_is_logged(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(State, "page", fail)
    with MockServer() as mock:
        response = client.get(f"{mock.base_url}/models")
        assert response.status_code == 500
        assert response.json()["error"]["type"] == "server_error"
        assert len(response.headers.get_list("x-request-id")) == 1
        assert client.get(f"{mock.base_url}/models/gpt-4o").status_code == 200
    # It is logged after it is sent: by the end of the block at the latest.
    assert "ZeroDivisionError" in caplog.text


def test_a_client_that_leaves_in_the_middle_of_its_request_is_no_fault(
    mock: MockServer, client: httpx.Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = threading.Event()
    whole_body = _app.whole_body

    async def noticing(receive: object) -> bytes | None:
        body = await whole_body(receive)  # type: ignore[arg-type]  # passed on
        if body is None:
            left.set()
        return body

    monkeypatch.setattr(_app, "whole_body", noticing)
    with connect(mock) as connection:
        connection.sendall(b"PUT /v1/models HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\nhalf")
    assert left.wait(5)
    assert client.get("/models").status_code == 200
    assert [request.method for request in mock.requests] == ["GET"]
    assert caplog.text == ""


CYCLES = """
import gc, http.client
from openai_models.testing import MockServer

for _ in range(20):
    with MockServer() as mock:
        connection = http.client.HTTPConnection(mock.base_url[7:-3])
        connection.connect()
        connection.close()
    gc.collect()
"""


def test_nothing_is_warned_about_in_development_mode() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", CYCLES], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


WITHOUT_EXTRA = """
import sys
sys.modules["{module}"] = None  # as if it were not installed
from openai_models.testing import MockServer
MockServer()
"""


@pytest.mark.parametrize("module", ["starlette", "uvicorn"])
def test_without_the_extra_the_error_says_what_to_install(module: str) -> None:
    code = WITHOUT_EXTRA.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == 'ImportError: the mock server needs an extra: pip install "openai-models[mock]"'
