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
from tests.transport.parts import OK, Caller, Listener, into, limits, queue, refusing_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio
BIG = 32 * 1024 * 1024


@pytest.fixture
async def caller(kind: str, server: WireServer) -> AsyncIterator[Caller]:
    async with Caller(kind) as caller:
        yield caller


async def failure_of(caller: Caller, url: str, method: str = "GET", **options: Any) -> httpx.TransportError:
    """Send a request that fails, and return what httpx says of it."""
    with pytest.raises(httpx.TransportError) as caught:
        await caller.get(url, method, **options)
    assert caught.value.request.method == method
    return caught.value


async def failure_with(
    caller: Caller, listener: Listener, *, reset: bool, reply: bytes = b"", **options: Any
) -> httpx.TransportError:
    """Send a request on a connection that the server ends, and return what httpx says of it."""
    outcomes: list[Any] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, caller.get(listener.url, **options))
        peer = await listener.accept()
        await peer.head()
        await peer.send(reply)
        (peer.reset if reset else peer.close)()
    assert isinstance(outcomes[0], httpx.TransportError)
    return outcomes[0]


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


async def test_a_host_that_does_not_answer_is_a_connect_timeout(caller: Caller, silent: tuple[str, int]) -> None:
    error = await failure_of(caller, "http://{}:{}/".format(*silent), timeout=httpx.Timeout(20, connect=0.05))
    assert type(error) is httpx.ConnectTimeout
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_handshake_that_is_not_answered_is_a_connect_timeout(kind: str, listener: Listener) -> None:
    async with Caller(kind, verify=False) as caller:
        error = await failure_of(caller, listener.url.replace("http", "https"), timeout=httpx.Timeout(20, connect=0.05))
    assert type(error) is httpx.ConnectTimeout
    assert isinstance(error.__cause__, TimeoutError)


@pytest.mark.parametrize("answered", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["nothing", "plain HTTP"])
async def test_a_server_that_does_not_speak_tls_is_a_connect_error(
    kind: str, listener: Listener, answered: bytes
) -> None:
    outcomes: list[Any] = []
    async with Caller(kind, verify=False) as caller, anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, caller.get(listener.url.replace("http", "https")))
        peer = await listener.accept()
        await anyio.to_thread.run_sync(peer.sock.recv, 65536)
        await peer.send(answered)
        peer.close()
    assert type(outcomes[0]) is httpx.ConnectError
    assert isinstance(outcomes[0].__cause__, ssl.SSLError | ConnectionError)


async def test_a_server_that_does_not_read_is_a_write_timeout(caller: Caller, listener: Listener) -> None:
    error = await failure_of(caller, listener.url, "POST", content=bytes(BIG), timeout=httpx.Timeout(20, write=0.05))
    assert type(error) is httpx.WriteTimeout
    assert isinstance(error.__cause__, TimeoutError)


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
async def test_a_server_that_hangs_up_in_the_middle_of_a_body_is_an_error_of_the_connection(
    caller: Caller, listener: Listener, *, reset: bool
) -> None:
    error = await failure_with(caller, listener, reset=reset, method="POST", content=bytes(BIG))
    assert isinstance(error, httpx.WriteError | httpx.ReadError | httpx.RemoteProtocolError)


async def test_an_answer_that_does_not_come_is_a_read_timeout(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK,), held=0)
    error = await failure_of(caller, server.base_url, timeout=httpx.Timeout(20, read=0.05))
    assert type(error) is httpx.ReadTimeout
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_body_that_stops_is_a_read_timeout(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    response = await caller.open(server.base_url, timeout=httpx.Timeout(20, read=0.05))
    with pytest.raises(httpx.ReadTimeout) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert caught.value.request is response.request
    server.wait_for_open(0)


async def test_a_reset_is_a_read_error(caller: Caller, listener: Listener) -> None:
    error = await failure_with(caller, listener, reset=True)
    assert type(error) is httpx.ReadError
    assert isinstance(error.__cause__, ConnectionResetError)


async def test_a_reset_in_the_middle_of_a_body_is_a_read_error(caller: Caller, listener: Listener) -> None:
    response, peer = await listener.open(caller, OK[:-1])
    peer.reset()
    with pytest.raises(httpx.ReadError) as caught:
        await caller.read(response)
    assert isinstance(caught.value.__cause__, ConnectionResetError)


async def test_hanging_up_without_an_answer_is_a_protocol_error(caller: Caller, listener: Listener) -> None:
    error = await failure_with(caller, listener, reset=False)
    assert type(error) is httpx.RemoteProtocolError
    assert str(error) == "Server disconnected without sending a response."


ODD = {
    "no HTTP": b"no HTTP at all\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nname: val",
    "half a body": OK[:-1],
    "half a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nok",
    "no last chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
    "a chunk of no size": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
    "a length that is none": b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok",
    "a header without a name": b"HTTP/1.1 200 OK\r\n: value\r\n\r\n",
    "an endless head": b"HTTP/1.1 200 OK\r\nname: " + b"x" * 200_000,
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n",
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
async def test_what_is_no_answer_is_a_protocol_error(caller: Caller, server: WireServer, data: bytes) -> None:
    server.reply = lambda _: Reply((data,), close=True)
    assert type(await failure_of(caller, server.base_url)) is httpx.RemoteProtocolError
    server.wait_for_open(0)
    server.reply = echo
    assert (await caller.get(server.base_url)).is_success


@pytest.mark.parametrize("headers", [{"x-name": "a\nb"}, {"x name": "a"}, {"host": ""}, {"content-length": "1"}])
async def test_a_request_that_http_does_not_allow_is_a_local_error_and_is_not_sent(
    caller: Caller, server: WireServer, headers: dict[str, str]
) -> None:
    content = {"content": b"two"} if "content-length" in headers else {}
    if "host" in headers:
        request = caller.http.build_request("GET", server.base_url)
        del request.headers["host"]
        with pytest.raises(httpx.LocalProtocolError):
            await caller._do(caller.http.send, request)
    else:
        error = await failure_of(caller, server.base_url, "POST", headers=headers, **content)
        assert type(error) is httpx.LocalProtocolError
    server.wait_for_open(0)
    assert server.heads == []


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
