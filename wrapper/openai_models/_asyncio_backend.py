"""httpcore's network on asyncio alone, without anyio's layers.

httpcore reads and writes through anyio, which opens a cancel scope for each operation,
gives way to the loop in each, and tells the selector to stop and to go on reading: half
of what a retrieve costs. Here an operation is a method call, or one future.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpcore
from httpcore._utils import is_socket_readable  # as its own backends use it

from ._addresses import first_to_connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

# What is read ahead of the reader at most, give or take a piece: as much as asyncio's own streams.
_READ_AHEAD: Final = 128 * 1024


class _Protocol(asyncio.Protocol):
    """What has come and is not read yet, and who waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.transport: Any = None
        self.pieces: deque[bytes] = deque()
        self.size = 0
        self.has_ended = False
        self.error: Exception | None = None
        self.is_full = False  # of what is to be written
        self._waiting: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pieces.append(data)
        self.size += len(data)
        if self.size > _READ_AHEAD:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.has_ended = True
        self.error = exc
        self._wake()

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._wake()

    def take(self, most: int) -> bytes:
        """Give what came first."""
        piece = self.pieces.popleft()
        if len(piece) > most:
            self.pieces.appendleft(piece[most:])
            piece = piece[:most]
        was_ahead = self.size > _READ_AHEAD
        self.size -= len(piece)
        if was_ahead and self.size <= _READ_AHEAD and not self.has_ended:
            self.transport.resume_reading()
        return piece

    async def change(self, timeout: float | None) -> None:
        """Wait until something is different.

        Raises:
            TimeoutError: Nothing was, in time.
        """
        waiter = self._loop.create_future()
        self._waiting.add(waiter)
        timer = None if timeout is None else self._loop.call_later(timeout, _expire, waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


class AsyncioStream(httpcore.AsyncNetworkStream):
    """A connection of asyncio."""

    def __init__(self, protocol: _Protocol) -> None:
        self._protocol = protocol

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Give what has come, or wait for it; nothing at the end."""
        protocol = self._protocol
        while not protocol.pieces and not protocol.has_ended:
            with _errors(httpcore.ReadTimeout, httpcore.ReadError):
                await protocol.change(timeout)
        if protocol.pieces:
            return protocol.take(max_bytes)
        if protocol.error is not None:
            raise httpcore.ReadError(str(protocol.error)) from protocol.error
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, and wait while too much is on its way."""
        protocol = self._protocol
        if not buffer:
            return
        if protocol.transport.is_closing():
            raise httpcore.WriteError(str(protocol.error or "the connection is closed"))
        protocol.transport.write(buffer)
        while protocol.is_full and not protocol.has_ended:
            with _errors(httpcore.WriteTimeout, httpcore.WriteError):
                await protocol.change(timeout)

    async def aclose(self) -> None:
        """Close at once; nothing is waited for."""
        self._protocol.transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncioStream:
        """Speak TLS from here on."""
        loop = asyncio.get_running_loop()
        protocol = self._protocol
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            async with asyncio.timeout(timeout):
                secured = await loop.start_tls(
                    protocol.transport, protocol, ssl_context, server_hostname=server_hostname
                )
        if secured is None:
            msg = "the connection was closed in the middle of its TLS handshake"
            raise httpcore.ConnectError(msg)
        protocol.transport = secured
        return self

    def get_extra_info(self, info: str) -> Any:
        """Give what httpcore asks of a stream."""
        protocol = self._protocol
        if info == "is_readable":
            if protocol.pieces or protocol.has_ended or protocol.transport.is_closing():
                return True
            # What came while the loop was kept from looking: the program did something else.
            return is_socket_readable(protocol.transport.get_extra_info("socket"))
        name = {"client_addr": "sockname", "server_addr": "peername"}.get(info, info)
        return protocol.transport.get_extra_info(name)


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Makes connections by asyncio."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncioStream:
        """Connect to whichever of the host's addresses answers first."""
        loop = asyncio.get_running_loop()
        with _errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            async with asyncio.timeout(timeout):
                where: dict[str, Any] = {"host": host, "port": port}
                if local_address is not None:
                    where["local_addr"] = (local_address, 0)
                elif not _is_address(host):
                    where = {"sock": await first_to_connect(host, port)}
                transport, protocol = await loop.create_connection(lambda: _Protocol(loop), **where)
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
        return AsyncioStream(protocol)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


@contextmanager
def _errors(late: type[Exception], failed: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise failed(str(error)) from error
