"""What fails, in which phase: the exception of httpx that tells it, and its cause; no frame shows the key."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.transport.listener import Listener
from tests.transport.parts import CUT_OFF, OK, Caller, beside, held, in_turn, limits, timeout

from openai_models import DefaultAioHttpClient
from openai_models._http.tls import load_context
from openai_models._transport.http11 import HTTPConnection
from openai_models._transport.pool import Pool
from openai_models._transport.sync import HTTP11Transport, SyncExchange

if TYPE_CHECKING:
    import ssl

pytestmark = pytest.mark.anyio
BIG: Final = bytes(32 << 20)


async def test_a_port_that_is_none_is_not_taken_modulo_65536(caller: Caller) -> None:
    error = await caller.fail("http://127.0.0.1:99999/")
    assert (type(error), str(error)) == (httpx.ConnectError, "99999 is not a port")


LATE: Final = {
    "connect": httpx.ConnectTimeout,
    "handshake": httpx.ConnectTimeout,
    "write": httpx.WriteTimeout,
    "read": httpx.ReadTimeout,
}


@pytest.mark.parametrize("code", [errno.EPIPE, errno.EPROTOTYPE, errno.ENOBUFS])
async def test_an_answer_that_came_before_the_request_was_sent_is_read(
    caller: Caller, listener: Listener, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    original = socket.socket.send

    def refused(sock: socket.socket, data: bytes) -> int:
        if sock.family == socket.AF_INET and sock.getpeername()[1] == listener.port:
            raise OSError(code, "not sent")  # EPROTOTYPE: macOS, as the server hangs up
        return original(sock, data)

    async def answer() -> None:
        peer = await listener.accept()
        await peer.send(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    monkeypatch.setattr(socket.socket, "send", refused)
    assert (await beside(answer, caller.get(listener.url))).status_code == 403


@pytest.mark.parametrize("phase", LATE)
async def test_a_phase_that_takes_too_long_has_its_timeout(
    caller: Caller, server: WireServer, listener: Listener, silent: tuple[str, int], phase: str
) -> None:
    server.reply = held
    urls = {"connect": "http://{}:{}/".format(*silent), "handshake": listener.https_url, "write": listener.url}
    bound = timeout(**{"connect" if phase == "handshake" else phase: 0.05})
    content = BIG if phase == "write" else None
    error = await caller.fail(urls.get(phase, server.base_url), "POST", timeout=bound, content=content)
    assert type(error) is LATE[phase]
    assert error.request.method == "POST"
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_body_that_stops_is_a_read_timeout(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    response = await caller.open(server.base_url, timeout=timeout(read=0.05))
    with pytest.raises(httpx.ReadTimeout) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert caught.value.request is response.request
    server.wait_for_open(0)


# How the server ends the connection, how much it has not read, and what the client says.
ENDS: Final = {
    "reset": (True, b"", (httpx.ReadError,)),
    "closed": (False, b"", (httpx.RemoteProtocolError,)),
    "reset-early": (True, BIG, (httpx.WriteError, *CUT_OFF)),
    "closed-early": (False, BIG, (httpx.WriteError, *CUT_OFF)),
}


@pytest.mark.parametrize("end", ENDS)
async def test_a_connection_that_ends_without_an_answer_is_an_error(
    caller: Caller, listener: Listener, end: str
) -> None:
    is_reset, content, expected = ENDS[end]

    async def hang_up() -> None:
        peer = await listener.accept()
        await peer.head()
        (peer.reset if is_reset else peer.sock.close)()

    error = await beside(hang_up, caller.fail(listener.url, "POST", content=content))
    assert isinstance(error, expected)
    assert end != "reset" or isinstance(error.__cause__, ConnectionResetError)
    assert end != "closed" or str(error) == "Server disconnected without sending a response."


async def test_a_reset_in_the_middle_of_a_body_is_a_read_error(caller: Caller, listener: Listener) -> None:
    response, peer = await listener.open(caller, OK[:-1])
    peer.reset()
    with pytest.raises(httpx.ReadError) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, ConnectionResetError)


FORBIDDEN: Final = {
    "a-line-break": {"x-name": "a\nb"},
    "a-space": {"x name": "a"},
    "a-wrong-length": {"content-length": "1"},
    "a-key": {"authorization": "Bearer sk-PLANTED\n"},
}


@in_turn("headers", FORBIDDEN)
async def test_a_request_that_http_does_not_allow_is_a_local_error_and_is_not_sent(
    caller: Caller, server: WireServer, headers: dict[str, str]
) -> None:
    error = await caller.fail(server.base_url, "POST", headers=headers, content=b"two")
    assert type(error) is httpx.LocalProtocolError
    server.wait_for_open(0)
    assert server.heads == []


@pytest.mark.parametrize("seconds", [1e7, None], ids=["months", "for ever"])
async def test_a_timeout_may_be_as_long_as_one_likes(one: Caller, server: WireServer, seconds: float | None) -> None:
    outcomes: list[Any] = []
    one.http.timeout = seconds
    async with anyio.create_task_group() as tasks:
        holding = await one.open(server.base_url)
        await one.queue(tasks, outcomes, server.base_url)
        await one.read(holding)
    assert outcomes[0].is_success


# What default clients do not do, and states that another thread seldom brings about.
def no_context() -> ssl.SSLContext:
    raise AssertionError


def test_a_server_that_goes_on_in_another_protocol_is_refused(server: WireServer) -> None:
    upgrade = {"connection": "upgrade", "upgrade": "other"}
    server.reply = lambda _: Reply((b"HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n",))
    with pytest.raises(httpx.RemoteProtocolError, match="another protocol"):
        HTTP11Transport(limits(), no_context).handle_request(httpx.Request("GET", server.base_url, headers=upgrade))


def test_a_connection_can_be_interrupted_before_it_has_a_socket() -> None:
    connection = HTTPConnection(("http", "127.0.0.1", 9))
    connection.interrupt()
    assert connection.is_closed


def test_a_response_that_another_thread_reads_is_interrupted_and_left_to_that_thread() -> None:
    pool = Pool(limits(), no_context)
    exchange = SyncExchange(pool, httpx.Request("GET", "http://127.0.0.1:9/"))
    assert pool.acquire(exchange)
    connection = exchange.connection
    assert connection is not None
    exchange.is_waiting = True
    pool.release(exchange)
    assert connection.is_closed
    assert exchange.connection is connection


def test_a_response_that_was_closed_is_not_read_on() -> None:
    exchange = SyncExchange(Pool(limits(), no_context), httpx.Request("GET", "http://127.0.0.1:9/"))
    with pytest.raises(httpx.ReadError, match="the response was closed"):
        exchange.read().send(None)


async def test_aiohttp_cannot_use_a_socks_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setattr("openai_models._http.proxies.find_spec", lambda _: object())  # as if socksio were installed
    async with DefaultAioHttpClient() as client:
        with pytest.raises(ValueError, match="aiohttp cannot use the SOCKS proxy"):
            await client.get("http://api.test")


def test_certificates_of_certifi_that_cannot_be_read_are_an_error_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def create_ssl_context(**_: object) -> ssl.SSLContext:
        raise FileNotFoundError(2, "No such file or directory", "cacert.pem")

    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setattr("openai_models._http.tls.create_ssl_context", create_ssl_context)
    with pytest.raises(FileNotFoundError, match=r"cacert\.pem"):
        load_context(trust_env=True, is_shared=False)
