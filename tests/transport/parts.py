"""An HTTP client of each kind in the same words, and the other end of its connections."""

from __future__ import annotations

import contextlib
import gc
import select
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from anyio.abc import TaskGroup

ENOUGH: Final = 20.0
OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def limits(connections: int | None = None, idle: int | None = None, expiry: float | None = None) -> httpx.Limits:
    """Return limits, by default none: on a slow machine, httpx's own would close connections in a test."""
    return httpx.Limits(max_connections=connections, max_keepalive_connections=idle, keepalive_expiry=expiry)


class Caller:
    """A default HTTP client; what the sync one does is done in a thread, so that a test can go on beside it.

    Args:
        kind: sync, asyncio or trio.
        **options: Those of `httpx.Client`.

    Attributes:
        http: The client.
    """

    def __init__(self, kind: str, **options: Any) -> None:
        options = {"trust_env": False, "timeout": ENOUGH, "limits": limits(), **options}
        self.is_async = kind != "sync"
        self.http: Any = DefaultAsyncHttpxClient(**options) if self.is_async else DefaultHttpxClient(**options)

    async def _do(self, method: Any, *args: Any, **options: Any) -> Any:
        if self.is_async:
            return await method(*args, **options)
        return await anyio.to_thread.run_sync(partial(method, *args, **options))

    async def open(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request, and return the response with its body unread."""
        request = self.http.build_request(method, url, **options)
        response: httpx.Response = await self._do(self.http.send, request, stream=True)
        return response

    async def get(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request, read the body, and give the connection back."""
        response: httpx.Response = await self._do(self.http.request, method, url, **options)
        return response

    async def read(self, response: httpx.Response) -> bytes:
        """Read a body; at its end the connection is given back."""
        data: bytes = await self._do(response.aread if self.is_async else response.read)
        return data

    async def leave(self, response: httpx.Response) -> None:
        """Close a response, read or not."""
        await self._do(response.aclose if self.is_async else response.close)

    async def close(self) -> None:
        """Close the client."""
        await self._do(self.http.aclose if self.is_async else self.http.close)

    async def retrieve(self, base_url: str, model: str, *, max_retries: int = 0) -> str:
        """Ask for a model through the facade, over this client."""
        options: dict[str, Any] = {"base_url": base_url, "api_key": "sk-x", "max_retries": max_retries}
        client: Any = (AsyncOpenAI if self.is_async else OpenAI)(**options, http_client=self.http)
        return str((await self._do(client.models.retrieve, model)).id)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def into(outcomes: list[Any], call: Awaitable[object]) -> None:
    """Put what a call gives into a list, or what a transport says of its failure."""
    try:
        outcomes.append(await call)
    except httpx.TransportError as error:
        outcomes.append(error)


def waiting(caller: Caller) -> list[object]:
    """Return the requests that wait for a connection: the one thing that neither a server nor a response tells."""
    return list(caller.http._transport._transports["own"]._pool._waiting)


async def queue(tasks: TaskGroup, outcomes: list[Any], caller: Caller, url: str, **options: Any) -> None:
    """Let a request wait for a connection; return once it does, or has."""
    before, over = waiting(caller), len(outcomes)
    tasks.start_soon(into, outcomes, caller.get(url, **options))
    with anyio.fail_after(ENOUGH):
        while len(outcomes) == over and all(each in before for each in waiting(caller)):
            await anyio.lowlevel.checkpoint()


async def collect_garbage() -> None:
    """Collect what was dropped, also what an idle thread had to do last."""
    await anyio.to_thread.run_sync(int)
    gc.collect()


class Listener:
    """A server of which each move is made by the test."""

    def __init__(self) -> None:
        self._sock = socket.create_server(("127.0.0.1", 0))
        self._sock.settimeout(ENOUGH)
        self._peers: list[Peer] = []

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._sock.getsockname()
        return host, port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}/"

    async def accept(self) -> Peer:
        """Return the other end of the next connection."""
        sock, _ = await anyio.to_thread.run_sync(self._sock.accept)
        sock.settimeout(ENOUGH)
        self._peers.append(Peer(sock))
        return self._peers[-1]

    async def open(self, caller: Caller, *pieces: bytes) -> tuple[httpx.Response, Peer]:
        """Answer a request on a new connection; return its response, unread, and the connection's other end."""
        responses: list[Any] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(into, responses, caller.open(self.url))
            peer = await self.accept()
            await peer.head()
            await peer.send(*pieces)
        return responses[0], peer  # pyright: ignore[reportPossiblyUnboundVariable]  # bound, or the group raises

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self._peers:
            peer.close()
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

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            await anyio.to_thread.run_sync(self.sock.sendall, piece)

    async def until_hung_up(self) -> None:
        """Return once the client has closed the connection."""
        with contextlib.suppress(ConnectionResetError):
            while await anyio.to_thread.run_sync(self.sock.recv, 65536):
                pass

    def reset(self) -> None:
        """Close the connection in a way that is an error at the other end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self) -> None:
        self.sock.close()


def socket_of(response: httpx.Response) -> socket.socket:
    sock = response.extensions["network_stream"].get_extra_info("socket")
    assert isinstance(sock, socket.socket)
    return sock


def until_something_came(sock: socket.socket) -> None:
    """Return once there is something to read, or the end."""
    assert select.select([sock], [], [], ENOUGH)[0]


@contextlib.contextmanager
def silent_address() -> Iterator[tuple[str, int]]:
    """Fill a listener's queue, so that the next to connect hears nothing."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


def refusing_address() -> tuple[str, int]:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        return host, port
