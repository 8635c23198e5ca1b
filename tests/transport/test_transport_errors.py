"""What fails, in which phase: the exception of httpx that tells it, and its cause."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo
from tests.transport.listener import refusing_address
from tests.transport.parts import OK, Caller, beside, held, in_turn, limits, queue, timeout

from openai_models._transport.aio import AsyncExchange
from openai_models._transport.http11 import HTTPConnection
from openai_models._transport.pool import Pool
from openai_models._transport.sync import HTTP11Transport, SyncExchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.transport.listener import Listener

pytestmark = pytest.mark.anyio
BIG = bytes(32 << 20)


@pytest.fixture
async def caller(kind: str, server: WireServer) -> AsyncIterator[Caller]:
    async with Caller(kind, verify=False) as caller:
        yield caller


async def failure_of(caller: Caller, url: str, method: str = "GET", **options: Any) -> httpx.TransportError:
    """Send a request that fails, and return what httpx says of it."""
    with pytest.raises(httpx.TransportError) as caught:
        await caller.get(url, method, **options)
    assert caught.value.request.method == method
    return caught.value


async def test_where_nobody_listens_is_a_connect_error(caller: Caller) -> None:
    error = await failure_of(caller, "http://{}:{}/".format(*refusing_address()))
    assert type(error) is httpx.ConnectError
    assert isinstance(error.__cause__, OSError)
    assert "refused" in str(error)


async def test_a_host_that_nobody_knows_is_a_connect_error(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error = await failure_of(caller, "http://nobody.test/")
    assert type(error) is httpx.ConnectError
    assert isinstance(error.__cause__, socket.gaierror)
    assert "not known" in str(error)


async def test_a_port_that_is_none_is_not_taken_modulo_65536(caller: Caller) -> None:
    error = await failure_of(caller, "http://127.0.0.1:99999/")
    assert (type(error), str(error)) == (httpx.ConnectError, "99999 is not a port")


LATE = {
    "connect": httpx.ConnectTimeout,
    "handshake": httpx.ConnectTimeout,
    "write": httpx.WriteTimeout,
    "read": httpx.ReadTimeout,
}


@pytest.mark.parametrize("phase", LATE)
async def test_a_phase_that_takes_too_long_has_its_timeout(
    caller: Caller, server: WireServer, listener: Listener, silent: tuple[str, int], phase: str
) -> None:
    server.reply = held
    url = {"connect": "http://{}:{}/".format(*silent), "handshake": listener.https_url, "write": listener.url}
    bound = timeout(**{"connect" if phase == "handshake" else phase: 0.05})
    content = {"content": BIG} if phase == "write" else {}
    error = await failure_of(caller, url.get(phase, server.base_url), "POST", timeout=bound, **content)
    assert type(error) is LATE[phase]
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_body_that_stops_is_a_read_timeout(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    response = await caller.open(server.base_url, timeout=timeout(read=0.05))
    with pytest.raises(httpx.ReadTimeout) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert caught.value.request is response.request
    server.wait_for_open(0)


@in_turn("said", {"nothing": b"", "plain-HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n", "no-HTTP": b"hello"})
async def test_a_server_that_does_not_speak_tls_is_a_connect_error(
    caller: Caller, listener: Listener, said: bytes
) -> None:
    async def speak_plainly() -> None:
        peer = await listener.accept()
        await anyio.to_thread.run_sync(peer.sock.recv, 65536)
        await peer.send(said)
        peer.sock.close()

    error = await beside(speak_plainly, caller.get(listener.https_url))
    assert type(error) is httpx.ConnectError
    assert isinstance(error.__cause__, ssl.SSLError | ConnectionError)


async def ended_by(caller: Caller, listener: Listener, *, reset: bool, content: bytes = b"") -> Any:
    """Return what comes of a request on a connection that the server ends after the head."""

    async def end() -> None:
        peer = await listener.accept()
        await peer.head()
        (peer.reset if reset else peer.sock.close)()

    return await beside(end, caller.get(listener.url, "POST", content=content))


async def test_a_reset_is_a_read_error(caller: Caller, listener: Listener) -> None:
    error = await ended_by(caller, listener, reset=True)
    assert type(error) is httpx.ReadError
    assert isinstance(error.__cause__, ConnectionResetError)


async def test_hanging_up_without_an_answer_is_a_protocol_error(caller: Caller, listener: Listener) -> None:
    error = await ended_by(caller, listener, reset=False)
    assert type(error) is httpx.RemoteProtocolError
    assert str(error) == "Server disconnected without sending a response."


@in_turn("reset", {"closed": False, "reset": True})
async def test_a_server_that_hangs_up_in_the_middle_of_a_request_is_an_error_of_the_connection(
    caller: Caller, listener: Listener, *, reset: bool
) -> None:
    error = await ended_by(caller, listener, reset=reset, content=BIG)
    assert isinstance(error, httpx.WriteError | httpx.ReadError | httpx.RemoteProtocolError)


async def test_a_reset_in_the_middle_of_a_body_is_a_read_error(caller: Caller, listener: Listener) -> None:
    response, peer = await listener.open(caller, OK[:-1])
    peer.reset()
    with pytest.raises(httpx.ReadError) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, ConnectionResetError)


ODD = {
    "no-HTTP": b"no HTTP at all\r\n\r\n",
    "half-a-head": b"HTTP/1.1 200 OK\r\nname: val",
    "half-a-body": OK[:-1],
    "half-a-chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nok",
    "no-last-chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
    "a-chunk-of-no-size": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n",
    "two-lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
    "a-length-that-is-none": b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok",
    "a-header-without-a-name": b"HTTP/1.1 200 OK\r\n: value\r\n\r\n",
    "an-endless-head": b"HTTP/1.1 200 OK\r\nname: " + b"x" * 200_000,
    "another-protocol": b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n",
}


@in_turn("data", ODD)
async def test_what_is_no_answer_is_a_protocol_error(caller: Caller, server: WireServer, data: bytes) -> None:
    server.reply = lambda _: Reply((data,), close=True)
    assert type(await failure_of(caller, server.base_url)) is httpx.RemoteProtocolError
    server.wait_for_open(0)
    server.reply = echo
    await caller.ask(server)


def no_context() -> ssl.SSLContext:
    raise AssertionError


def test_a_server_that_goes_on_in_another_protocol_is_refused(server: WireServer) -> None:
    """Default clients send such requests with httpx's own transport."""
    server.reply = lambda _: Reply((ODD["another-protocol"],))
    request = httpx.Request("GET", server.base_url, headers={"connection": "upgrade", "upgrade": "other"})
    with pytest.raises(httpx.RemoteProtocolError, match="another protocol"):
        HTTP11Transport(limits(), no_context).handle_request(request)


FORBIDDEN: dict[str, dict[str, str]] = {
    "a-line-break": {"x-name": "a\nb"},
    "a-space": {"x name": "a"},
    "a-wrong-length": {"content-length": "1"},
}


@in_turn("headers", FORBIDDEN)
async def test_a_request_that_http_does_not_allow_is_a_local_error_and_is_not_sent(
    caller: Caller, server: WireServer, headers: dict[str, str]
) -> None:
    error = await failure_of(caller, server.base_url, "POST", headers=headers, content=b"two")
    assert type(error) is httpx.LocalProtocolError
    server.wait_for_open(0)
    assert server.heads == []


async def test_a_request_without_a_host_is_a_local_error(caller: Caller, server: WireServer) -> None:
    request = caller.http.build_request("GET", server.base_url)
    del request.headers["host"]
    with pytest.raises(httpx.LocalProtocolError):
        await caller.send(request)


async def test_hints_before_an_answer_are_passed_over(caller: Caller, server: WireServer) -> None:
    hints = (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 50)
    server.reply = lambda _: Reply((*hints, answer(b"ok", "201 Created")))
    response = await caller.get(server.base_url)
    assert (response.status_code, response.content, "link" in response.headers) == (201, b"ok", False)


@pytest.mark.parametrize("seconds", [1e7, None], ids=["months", "for ever"])
async def test_a_timeout_may_be_as_long_as_one_likes(kind: str, server: WireServer, seconds: float | None) -> None:
    outcomes: list[Any] = []
    async with Caller(kind, timeout=seconds, limits=limits(1)) as caller, anyio.create_task_group() as tasks:
        holding = await caller.open(server.base_url)
        await queue(tasks, outcomes, caller, server.base_url)
        await caller.read(holding)
    assert outcomes[0].is_success


# States that another thread seldom brings about.
REQUEST = httpx.Request("GET", "http://127.0.0.1:9/")


def test_a_connection_can_be_interrupted_before_it_has_a_socket() -> None:
    connection = HTTPConnection(("http", "127.0.0.1", 9))
    connection.interrupt()
    assert connection.is_closed


def test_a_response_that_another_thread_reads_is_interrupted_and_left_to_that_thread() -> None:
    pool = Pool(limits())
    exchange = SyncExchange(pool, REQUEST, no_context)
    assert pool.acquire(exchange)
    connection = exchange.connection
    assert connection is not None
    exchange.is_waiting = True
    pool.release(exchange)
    assert connection.is_closed
    assert exchange.connection is connection


def test_a_task_that_does_not_wait_yet_needs_no_waking() -> None:
    AsyncExchange(Pool(limits()), REQUEST, no_context).wake()
