"""The network on asyncio alone, between real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

import httpcore
import pytest
from tests.hard.wire import TLS, WireServer

from openai_models import _asyncio_backend
from openai_models._asyncio_backend import AsyncioBackend, AsyncioStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

pytestmark = pytest.mark.anyio
MANY = 8 * 1024 * 1024


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@contextlib.asynccontextmanager
async def connected(handle: Handler) -> AsyncIterator[AsyncioStream]:
    """A stream to a server that does as it is told, then closes."""
    accepted: list[asyncio.Task[None] | None] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.append(asyncio.current_task())
        with contextlib.suppress(OSError):
            await handle(reader, writer)
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    stream = await AsyncioBackend().connect_tcp("127.0.0.1", server.sockets[0].getsockname()[1], timeout=5)
    try:
        yield stream
    finally:
        await stream.aclose()
        server.close()
        await asyncio.gather(*(task for task in accepted if task))


async def until_hung_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@pytest.fixture
def tls_server() -> Iterator[WireServer]:
    with WireServer(tls=True) as server:
        yield server


async def test_tls_begins_on_the_same_stream(tls_server: WireServer) -> None:
    trusting = ssl.create_default_context(cafile=str(TLS / "cert.pem"))
    stream = await AsyncioBackend().connect_tcp("127.0.0.1", tls_server.port, timeout=5)
    assert await stream.start_tls(trusting, "127.0.0.1", timeout=5) is stream
    assert stream.get_extra_info("ssl_object").version().startswith("TLS")
    await stream.write(b"GET /v1/models/a HTTP/1.1\r\n\r\n", timeout=5)
    assert (await stream.read(65536, timeout=5)).startswith(b"HTTP/1.1 200 OK")
    await stream.aclose()


async def test_a_certificate_that_nobody_vouches_for_is_a_connect_error(tls_server: WireServer) -> None:
    stream = await AsyncioBackend().connect_tcp("127.0.0.1", tls_server.port, timeout=5)
    with pytest.raises(httpcore.ConnectError, match="certificate"):
        await stream.start_tls(ssl.create_default_context(), "127.0.0.1", timeout=5)
    await stream.aclose()


async def test_what_is_written_arrives_and_what_comes_is_read() -> None:
    async with connected(echo) as stream:
        await stream.write(b"")
        await stream.write(b"one two", timeout=5)
        assert await stream.read(3, timeout=5) == b"one"
        assert await stream.read(100, timeout=5) == b" two"
        assert not stream.get_extra_info("is_readable")
        assert stream.get_extra_info("server_addr")[0] == stream.get_extra_info("client_addr")[0] == "127.0.0.1"


async def test_the_end_is_nothing_to_read_and_stays_so() -> None:
    async def farewell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")

    async with connected(farewell) as stream:
        assert await stream.read(100, timeout=5) == b"bye"
        assert [await stream.read(100, timeout=5) for _ in range(2)] == [b"", b""]
        assert stream.get_extra_info("is_readable")
        # asyncio closes its side of a connection that the other has closed.
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"anybody?", timeout=5)


@pytest.mark.parametrize("last", [b"", b"more"], ids=["the end", "more"])
async def test_what_came_while_the_loop_stood_still_is_seen(last: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = await AsyncioBackend().connect_tcp("127.0.0.1", listener.getsockname()[1], timeout=5)
        accepted, _ = listener.accept()
    with accepted:
        before = stream.get_extra_info("is_readable")
        accepted.sendall(last) if last else accepted.shutdown(socket.SHUT_WR)
        after = stream.get_extra_info("is_readable")
        await stream.aclose()
    assert (before, after) == (False, True)


async def test_a_connection_that_is_closed_in_its_handshake_has_failed_to_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def closed(*_: object, **__: object) -> None:
        """Give what asyncio gives then."""

    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = await AsyncioBackend().connect_tcp("127.0.0.1", listener.getsockname()[1], timeout=5)
        monkeypatch.setattr(asyncio.get_running_loop(), "start_tls", closed)
        with pytest.raises(httpcore.ConnectError, match="closed in the middle of its TLS handshake"):
            await stream.start_tls(ssl.create_default_context())
        await stream.aclose()


async def test_no_more_is_read_ahead_than_a_little() -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _turn in range(MANY // 65536):
            writer.write(b"x" * 65536)
            await writer.drain()

    async with connected(flood) as stream:
        taken = 0
        most = 0
        while data := await stream.read(65536, timeout=5):
            assert len(data) <= 65536
            taken += len(data)
            most = max(most, stream._protocol.size)
            await asyncio.sleep(0)  # so that what there is can come in
        assert taken == MANY
        # The selector's loop reads 256 KiB at a time.
        assert most <= _asyncio_backend._READ_AHEAD + 256 * 1024


async def test_who_writes_waits_for_who_reads() -> None:
    go = asyncio.Event()
    received: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def slow(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await go.wait()
        received.set_result(len(await reader.readexactly(MANY)))

    async with connected(slow) as stream:
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(b"x" * MANY, timeout=0.05)
        go.set()
        assert await received == MANY


async def test_a_read_that_gets_nothing_times_out_and_the_next_one_works() -> None:
    async with connected(echo) as stream:
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(100, timeout=0.01)
        await stream.write(b"late", timeout=5)
        assert await stream.read(100, timeout=5) == b"late"


async def test_a_reset_is_a_read_error() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    async with connected(reset) as stream:
        await stream.write(b"x" * 1000, timeout=5)
        with pytest.raises(httpcore.ReadError):
            while await stream.read(100, timeout=5):
                pass
            raise httpcore.ReadError  # on some systems, unread data is no reason for a reset


async def test_closing_ends_who_reads() -> None:
    async with connected(until_hung_up) as stream:
        reading = asyncio.ensure_future(stream.read(100))
        await asyncio.sleep(0)
        await stream.aclose()
        assert await reading == b""


async def test_nobody_there_is_a_connect_error() -> None:
    async with connected(until_hung_up) as stream:
        port = stream.get_extra_info("client_addr")[1]
    with pytest.raises(httpcore.ConnectError):
        await AsyncioBackend().connect_tcp("127.0.0.1", port, timeout=5)


async def test_an_unknown_host_is_a_connect_error() -> None:
    with pytest.raises(httpcore.ConnectError):
        await AsyncioBackend().connect_tcp("nobody.invalid", 80, timeout=20)


async def test_a_handshake_that_is_not_answered_times_out() -> None:
    async with connected(until_hung_up) as stream:
        with pytest.raises(httpcore.ConnectTimeout):
            await stream.start_tls(ssl.create_default_context(), "127.0.0.1", timeout=0.05)
