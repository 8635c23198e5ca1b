"""What a response carries besides its body, and bodies of any size."""

from __future__ import annotations

import socket
import ssl
import threading
import tracemalloc
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import TLS, Reply, WireServer, answer
from tests.transport.parts import ENOUGH, OK, Caller, Listener, into

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transport.parts import Peer

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024
MANY = 8 * MIB


async def test_a_response_tells_its_version_and_its_reason(kind: str, server: WireServer) -> None:
    server.reply = lambda _: Reply((b"HTTP/1.0 218 This is fine\r\nX-Name: V\r\nx-name: w\r\n\r\nok",), close=True)
    async with Caller(kind) as caller:
        response = await caller.get(server.base_url)
    assert response.extensions["http_version"] == b"HTTP/1.0"
    assert response.extensions["reason_phrase"] == b"This is fine"
    assert (response.http_version, response.reason_phrase, response.content) == ("HTTP/1.0", "This is fine", b"ok")
    assert response.headers.raw == [(b"X-Name", b"V"), (b"x-name", b"w")]


async def test_a_response_tells_of_its_connection(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        response = await caller.open(server.base_url)
        info = response.extensions["network_stream"].get_extra_info
        sock = info("socket")
        assert isinstance(sock, socket.socket)
        assert info("server_addr") == sock.getpeername() == ("127.0.0.1", server.port)
        assert info("client_addr") == sock.getsockname()
        assert info("ssl_object") is None
        assert info("what nobody knows") is None
        await caller.leave(response)
        # Tools ask at any time.
        for name in ("server_addr", "client_addr", "socket", "ssl_object"):
            info(name)


async def test_a_response_tells_of_its_tls(kind: str, tls_server: WireServer) -> None:
    async with Caller(kind, verify=False) as caller:
        response = await caller.get(tls_server.base_url)
        info = response.extensions["network_stream"].get_extra_info
        assert info("ssl_object").version().startswith("TLS")
        assert info("ssl_object").context.verify_mode == ssl.CERT_NONE
        assert info("server_addr") == ("127.0.0.1", tls_server.port)


async def test_the_nodelay_option_is_set(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        response = await caller.open(server.base_url)
        sock = response.extensions["network_stream"].get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await caller.read(response)


@pytest.mark.parametrize("size", [0, 4 * MANY], ids=["after the head", "in the middle of the body"])
async def test_an_answer_counts_though_the_server_has_not_read_the_body(
    kind: str, listener: Listener, size: int
) -> None:
    refusal = answer(b"too large", "413 Content Too Large", "connection: close\r\n")
    outcomes: list[Any] = []
    async with Caller(kind) as caller, anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, caller.get(listener.url, "POST", content=bytes(size)))
        peer = await listener.accept()
        await peer.head()
        await peer.send(refusal)
        peer.sock.shutdown(socket.SHUT_WR)
        peer.close()
    assert (outcomes[0].status_code, outcomes[0].content) == (413, b"too large")


@pytest.fixture(params=[False, True], ids=["http", "https"])
def context(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    """A server's TLS, or none."""
    if not request.param:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    return context


async def secured(peer: Peer, context: ssl.SSLContext | None) -> None:
    if context is not None:
        peer.sock = await anyio.to_thread.run_sync(lambda: context.wrap_socket(peer.sock, server_side=True))


def url_of(listener: Listener, context: ssl.SSLContext | None) -> str:
    return listener.url if context is None else listener.url.replace("http", "https")


async def test_a_large_body_goes_and_comes_as_it_is(
    kind: str, listener: Listener, context: ssl.SSLContext | None
) -> None:
    body = bytes(range(256)) * (MANY // 256)
    outcomes: list[Any] = []
    async with Caller(kind, verify=False) as caller, anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, caller.get(url_of(listener, context), "POST", content=body))
        peer = await listener.accept()
        await secured(peer, context)
        head = await peer.head()
        assert f"content-length: {MANY}".encode() in head.lower()
        received = await peer.body(MANY)
        await peer.send(answer(received))
    assert received == body  # pyright: ignore[reportPossiblyUnboundVariable]  # bound, or the group raises
    assert outcomes[0].content == body


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def test_of_a_body_that_is_read_slowly_little_is_kept(
    kind: str, listener: Listener, context: ssl.SSLContext | None, traced: None
) -> None:
    size = 2 * MANY
    responses: list[Any] = []
    async with Caller(kind, verify=False) as caller:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(into, responses, caller.open(url_of(listener, context)))
            peer = await listener.accept()
            await secured(peer, context)
            await peer.head()
            await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        sendall = peer.sock.sendall  # pyright: ignore[reportPossiblyUnboundVariable]  # bound, or the group raises
        flood = threading.Thread(target=sendall, args=(bytes(size),))
        flood.start()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        taken = 0
        if caller.is_async:
            async for data in responses[0].aiter_raw():
                taken += len(data)
                for _ in range(5):  # so that what there is could come in
                    await anyio.lowlevel.checkpoint()
        else:
            taken = sum(map(len, responses[0].iter_raw()))
        _, most = tracemalloc.get_traced_memory()
        await anyio.to_thread.run_sync(flood.join, ENOUGH)
    assert taken == size
    assert most - before < MIB


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_ends_with_its_head(kind: str, server: WireServer, status: int) -> None:
    server.reply = lambda _: Reply((b"HTTP/1.1 %d X\r\n\r\n" % status,))
    async with Caller(kind) as caller:
        for _ in range(2):
            assert (await caller.get(server.base_url)).status_code == status
    assert server.connections == 1


async def test_the_answer_to_a_head_request_has_no_body(kind: str, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-2],))
    async with Caller(kind) as caller:
        for _ in range(2):
            response = await caller.get(server.base_url, "HEAD")
            assert (response.content, response.headers["content-length"]) == (b"", "2")
    assert server.connections == 1


async def test_a_body_comes_in_the_pieces_in_which_it_was_sent(kind: str, server: WireServer) -> None:
    chunks = (b"2\r\nab\r\n", b"3;x=y\r\ncde\r\n", b"0\r\ntrailer: x\r\n\r\n")
    server.reply = lambda _: Reply((b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", *chunks))
    async with Caller(kind) as caller:
        for _ in range(2):
            assert (await caller.get(server.base_url)).content == b"abcde"
    assert server.connections == 1


async def test_redirects_are_followed_with_their_bodies(kind: str, listener: Listener) -> None:
    outcomes: list[Any] = []
    async with Caller(kind) as caller, anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, caller.get(listener.url, "POST", content=b"body"))
        peer = await listener.accept()
        for reply in (answer(b"", "307 Temporary Redirect", "location: /moved\r\n"), OK):
            head = await peer.head()
            assert await peer.body(4) == b"body"
            await peer.send(reply)
    assert isinstance(outcomes[0], httpx.Response)
    first_line = head.partition(b"\r\n")[0]  # pyright: ignore[reportPossiblyUnboundVariable]  # bound, or the group raises
    assert (outcomes[0].content, first_line) == (b"ok", b"POST /moved HTTP/1.1")
