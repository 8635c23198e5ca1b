"""One request on its way, written once for threads and for tasks.

Its coroutines wait in `wait_for` and `look_up` alone. In threads these block, so that a coroutine is never suspended.
"""

import socket
from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeVar

import h11

from .. import _httpx as httpx
from .._attempt import ATTEMPT, Deadline
from .http11 import HTTPConnection
from .pool import Pool

T = TypeVar("T")
Kind = Literal["read", "write", "turn"]


class Exchange:
    """One request and its response; a subclass is the response's stream as well, and waits.

    Whatever ends an exchange ends its hold on the connection: `Pool.release` after the response, `Pool.withdraw`
    after an exception, and when a response that was dropped unread is collected.
    """

    connection: HTTPConnection | None = None
    is_waiting = False
    needs_new = False  # takes no idle connection
    _turns: Any  # what a wait for a turn waits for
    # Ends that wait, from any thread or the garbage collector; set by the first wait. Raises RuntimeError without a loop.
    wake: Callable[[], object] | None = None
    _phase = "pool"
    _deadline: Deadline | None = None  # of "pool" and "connect"; in "write" and "read", each wait has the timeout

    def __init__(self, pool: Pool, request: httpx.Request) -> None:
        self._pool = pool
        self._request = request
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        self.origin = (url.scheme, url.raw_host.decode("ascii"), port)
        self._timeouts: dict[str, float | None] = request.extensions.get("timeout", {})

    async def wait_for(self, kind: Kind, sock: Any, timeout: float | None) -> None:
        """Wait for a socket, or for a turn in the pool, which `wake` ends. Raises TimeoutError after the timeout."""
        raise NotImplementedError

    async def look_up(self, host: str, port: int) -> list[Any]:
        """Return the addresses of a host."""
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)

    async def perform(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Perform `send` or `read`; `send` again if `_may_resend` says so. Raises an `httpx.TransportError`."""
        while True:
            try:
                return await work()
            except BaseException as error:
                may_resend = self._may_resend(error)
                self._pool.withdraw(self)
                if not isinstance(error, OSError | UnicodeError | h11.ProtocolError):
                    raise
                if not may_resend:
                    raise self._map(error) from error
            self.needs_new = True

    async def send(self) -> httpx.Response:
        """Send the request, and return the response as soon as its head has come."""
        while not self._pool.acquire(self):
            if self._deadline is None:
                self._phase, self._deadline = "pool", Deadline(self._timeouts.get("pool"))
            await self.wait("turn")
        connection: Any = self.connection
        if connection.sock is None:
            self._phase, self._deadline = "connect", Deadline(self._timeouts.get("connect"))
            await connection.connect(self, self._pool.ssl_context)
        self._phase, self._deadline = "write", None
        await connection.write(self._request, self)
        self._phase = "read"
        while not isinstance(head := await connection.read_event(self), h11.Response):  # 1xx
            pass
        version = b"HTTP/" + head.http_version
        extensions = {"http_version": version, "reason_phrase": head.reason, "network_stream": connection}
        stream: Any = self
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=stream, extensions=extensions)

    async def read(self) -> bytes:
        """Return the next piece of the response's body; nothing at its end."""
        if self.connection is None:
            raise httpx.ReadError("the response was closed")
        event = await self.connection.read_event(self)
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def timeout(self, longest: float | None = None) -> float | None:
        """Return the seconds for the next wait, at most `longest` in a phase with a deadline. Raises TimeoutError."""
        timeout = self._deadline.clip(longest) if self._deadline else self._timeouts.get(self._phase)
        # Looked up each time, since the body of a streamed response has an attempt of its own.
        attempt: Deadline | None = self._request.extensions.get(ATTEMPT)
        return attempt.clip(timeout) if attempt else timeout

    async def wait(self, kind: Kind, sock: Any = None, longest: float | None = None) -> None:
        """Wait as `wait_for` does, for as long as `timeout` says."""
        self.is_waiting = True
        try:
            await self.wait_for(kind, sock, self.timeout(longest))
        finally:
            self.is_waiting = False

    def _map(self, error: Exception) -> Exception:
        name = type(error).__name__  # httpx uses the names of h11: LocalProtocolError, RemoteProtocolError
        if not isinstance(error, h11.ProtocolError):
            name = self._phase.capitalize() + ("Timeout" if isinstance(error, TimeoutError) else "Error")
        text = str(error) or ("timed out" if isinstance(error, TimeoutError) else "")
        if self._phase == "pool":
            text = "all the connections that the client may have are in use"
        mapped: type[Exception] = getattr(httpx, name)  # ConnectError, ReadTimeout, PoolTimeout ...
        return mapped(text)

    def _may_resend(self, error: BaseException) -> bool:
        """Return whether the failed request is sent again at once, on a new connection.

        It is where the server closed a kept-alive connection before it answered (RFC 9112 §9.3.1): a GET
        without a body, and nothing else. A new connection does not qualify, so this happens once.
        """
        if self.connection is None or isinstance(error, TimeoutError | h11.LocalProtocolError):
            return False
        was_dropped = self.connection.may_be_stale and not self._pool.is_closed
        return was_dropped and self._request.method == "GET" and not self._request.content

    def __del__(self) -> None:
        if self.connection is not None:
            self._pool.withdraw(self)
