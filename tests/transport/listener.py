"""The server's end of a connection, of which each move is made by the test, and an address where nobody listens."""

from __future__ import annotations

import contextlib
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
import httpx
from tests.transport.parts import ENOUGH, Caller, beside, server_context

if TYPE_CHECKING:
    import ssl


class Listener:
    """A server of which each move is made by the test."""

    def __init__(self) -> None:
        self._sock = socket.create_server(("127.0.0.1", 0))
        self._sock.settimeout(ENOUGH)
        self._peers: list[Peer] = []
        self.port: int = self._sock.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.https_url = f"https://127.0.0.1:{self.port}/"

    async def accept(self, context: ssl.SSLContext | None = None) -> Peer:
        """Return the other end of the next connection, after the handshake if there is a context for one."""
        sock, _ = await anyio.to_thread.run_sync(self._sock.accept)
        sock.settimeout(ENOUGH)
        if context is not None:
            sock = await anyio.to_thread.run_sync(partial(context.wrap_socket, sock, server_side=True))
        self._peers.append(Peer(sock))
        return self._peers[-1]

    async def open(self, caller: Caller, data: bytes, *, tls: bool = False) -> tuple[httpx.Response, Peer]:
        """Answer a request on a new connection; return its response, unread, and the connection's other end."""

        async def answer() -> None:
            peer = await self.accept(server_context() if tls else None)
            await peer.head()
            await peer.send(data)

        response = await beside(answer, caller.open(self.https_url if tls else self.url))
        return response, self._peers[-1]

    def close(self) -> None:
        for peer in self._peers:
            peer.sock.close()
        self._sock.close()


class Peer:
    """The server's end of a connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._read = b""

    async def head(self) -> bytes:
        """Read a request up to the end of its head."""
        while b"\r\n\r\n" not in self._read:
            data = await anyio.to_thread.run_sync(self.sock.recv, 65536)
            assert data, self._read
            self._read += data
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        return head

    async def body(self, size: int) -> bytes:
        """Read a request's body."""
        read = bytearray(self._read)
        while len(read) < size:
            data = await anyio.to_thread.run_sync(self.sock.recv, 1 << 20)
            assert data, len(read)
            read += data
        self._read = bytes(read[size:])
        return bytes(read[:size])

    async def send(self, data: bytes) -> None:
        await anyio.to_thread.run_sync(self.sock.sendall, data)

    async def until_hung_up(self) -> None:
        """Return once the client has closed the connection."""
        with contextlib.suppress(ConnectionResetError):
            while await anyio.to_thread.run_sync(self.sock.recv, 65536):
                pass

    def reset(self) -> None:
        """Close the connection in a way that is an error at the other end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def refusing_address() -> tuple[str, int]:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        return host, port
