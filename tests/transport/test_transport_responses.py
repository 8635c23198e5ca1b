"""What a response carries besides its body, and bodies of any size."""

import socket
import threading
import tracemalloc
from collections.abc import Iterator

import anyio.lowlevel
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer
from tests.transport.listener import Listener
from tests.transport.parts import ENOUGH, OK, Caller, beside, server_context, socket_of

pytestmark = pytest.mark.anyio
MANY = 4 << 20


async def test_a_response_tells_its_version_and_its_reason(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((b"HTTP/1.0 218 This is fine\r\nX-Name: V\r\nx-name: w\r\n\r\nok",), close=True)
    response = await caller.get(server.base_url)
    assert response.extensions["http_version"] == b"HTTP/1.0"
    assert response.extensions["reason_phrase"] == b"This is fine"
    assert (response.http_version, response.reason_phrase, response.content) == ("HTTP/1.0", "This is fine", b"ok")
    assert response.headers.raw == [(b"X-Name", b"V"), (b"x-name", b"w")]


async def test_a_response_tells_of_its_connection(caller: Caller, server: WireServer) -> None:
    response = await caller.open(server.base_url)
    info = response.extensions["network_stream"].get_extra_info
    sock = socket_of(response)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
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
        assert info("server_addr") == ("127.0.0.1", tls_server.port)


@pytest.mark.parametrize("size", [0, 8 * MANY], ids=["after the head", "in the middle of the body"])
async def test_an_answer_counts_though_the_server_has_not_read_the_body(
    caller: Caller, listener: Listener, size: int
) -> None:
    async def refuse() -> None:
        peer = await listener.accept()
        await peer.head()
        await peer.send(answer(b"too large", "413 Content Too Large", "connection: close\r\n"))
        peer.sock.shutdown(socket.SHUT_WR)
        peer.sock.close()

    response = await beside(refuse, caller.get(listener.url, "POST", content=bytes(size)))
    assert (response.status_code, response.content) == (413, b"too large")


@pytest.fixture(params=[False, True], ids=["http", "https"])
def tls(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_a_large_body_goes_and_comes_as_it_is(caller: Caller, listener: Listener, *, tls: bool) -> None:
    body = bytes(range(256)) * (MANY // 256)

    async def send_back() -> None:
        peer = await listener.accept(server_context() if tls else None)
        assert f"content-length: {MANY}".encode() in (await peer.head()).lower()
        await peer.send(answer(await peer.body(MANY)))

    url = listener.https_url if tls else listener.url
    assert (await beside(send_back, caller.get(url, "POST", content=body))).content == body


@pytest.fixture
def _traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def length_of(response: httpx.Response, *, is_async: bool) -> int:
    """Read a body piece by piece, so slowly that more could come in."""
    if not is_async:
        return sum(map(len, response.iter_raw()))
    taken = 0
    async for data in response.aiter_raw():
        taken += len(data)
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
    return taken


@pytest.mark.usefixtures("_traced")
async def test_of_a_body_that_is_read_slowly_little_is_kept(caller: Caller, listener: Listener, *, tls: bool) -> None:
    response, peer = await listener.open(caller, b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % MANY, tls=tls)
    flood = threading.Thread(target=peer.sock.sendall, args=(bytes(MANY),))
    flood.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    taken = await length_of(response, is_async=caller.is_async)
    _, most = tracemalloc.get_traced_memory()
    await anyio.to_thread.run_sync(flood.join, ENOUGH)
    assert taken == MANY
    assert most - before < 1 << 20


async def test_redirects_are_followed_with_their_bodies(caller: Caller, listener: Listener) -> None:
    heads: list[bytes] = []

    async def redirect() -> None:
        peer = await listener.accept()
        for reply in (answer(b"", "307 Temporary Redirect", "location: /moved\r\n"), OK):
            heads.append(await peer.head())
            assert await peer.body(4) == b"body"
            await peer.send(reply)

    response = await beside(redirect, caller.get(listener.url, "POST", content=b"body"))
    assert (response.content, heads[1].partition(b"\r\n")[0]) == (b"ok", b"POST /moved HTTP/1.1")
