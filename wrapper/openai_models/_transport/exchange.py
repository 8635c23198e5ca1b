"""One request on its way. Nothing here waits: see `sockets`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import h11

from .. import _httpx as httpx
from .._attempt import ATTEMPT, Deadline
from .sockets import Step

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from .._attempt import Attempt
    from .http11 import HTTPConnection, Origin
    from .pool import Pool
    from .sockets import Flow, Timeout

_PORTS: Final = {"http": 80, "https": 443}


class _MapErrors:
    """Context manager that turns the errors of sockets and of h11 into httpx's."""

    def __init__(self, timeout: type[Exception], error: type[Exception]) -> None:
        self._timeout = timeout
        self._error = error

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, TimeoutError):
            raise self._timeout(str(error)) from error
        if isinstance(error, OSError):
            raise self._error(str(error)) from error
        if isinstance(error, h11.RemoteProtocolError):
            raise httpx.RemoteProtocolError(str(error)) from error


_CONNECTING: Final = _MapErrors(httpx.ConnectTimeout, httpx.ConnectError)
_WRITING: Final = _MapErrors(httpx.WriteTimeout, httpx.WriteError)
_READING: Final = _MapErrors(httpx.ReadTimeout, httpx.ReadError)


class Exchange:
    """One request and its response; a subclass is the response's stream as well, and waits.

    Whatever ends an exchange ends its hold on the connection: `Pool.release` after the response, `abort`
    after an exception, `__del__` when a response that was dropped unread is collected.

    Attributes:
        connection: The connection that it holds.
        is_queued: Whether it is in the pool's queue.
        is_waiting: Whether its driver waits, for a socket or for its turn.
        needs_new: Whether it takes a new connection only.
        waker: Ends the wait for a turn; None until it has to wait.
    """

    connection: HTTPConnection | None = None
    is_queued = False
    is_waiting = False
    needs_new = False
    waker: Callable[[], object] | None = None

    def __init__(self, pool: Pool, request: httpx.Request, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        self._pool = pool
        self._request = request
        self._ssl_context = ssl_context
        url = request.url
        self.origin: Origin = (url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme])

    def make_waker(self) -> Callable[[], object]:
        """Return what ends the wait for a turn; from any thread, and from the garbage collector."""
        raise NotImplementedError

    def wake(self) -> None:
        """Let the exchange ask the pool again."""
        if self.waker is not None:
            self.waker()

    def send(self) -> Flow[httpx.Response]:
        """Flow: send the request, and return the response as soon as its head has come."""
        while True:
            connection = yield from self._acquire()
            try:
                if connection.sock is None:
                    with _CONNECTING:
                        yield from connection.connect(self._ssl_context, self._timer("connect"))
                with suppress(httpx.WriteError), _WRITING:  # the server may have answered before it hung up
                    yield from connection.write(self._request, partial(self._timeout, "write"))
                head = yield from self._read_event(connection)
                while not isinstance(head, h11.Response):  # 1xx
                    head = yield from self._read_event(connection)
                return self._build_response(head)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if not self._may_resend(connection):
                    raise
            self.abort()
            self.needs_new = True

    def _acquire(self) -> Flow[HTTPConnection]:
        left = self._timer("pool")
        while not self._pool.acquire(self):
            try:
                if self.waker is not None:
                    yield Step("turn", left())
                else:
                    # Then ask once more: there was nothing to wake before.
                    self.waker = self.make_waker()
            except TimeoutError:
                raise httpx.PoolTimeout("all the connections that the client may have are in use") from None
        assert self.connection is not None
        return self.connection

    def read_data(self) -> Flow[bytes]:
        """Flow: return the next piece of the response's body; nothing at its end."""
        if self.connection is None:
            raise httpx.ReadError("the response was closed")
        event = yield from self._read_event(self.connection)
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def _read_event(self, connection: HTTPConnection) -> Flow[object]:
        with _READING:
            return (yield from connection.read_event(partial(self._timeout, "read")))

    def _timeout(self, phase: str) -> float | None:
        return self._clip(self._request.extensions.get("timeout", {}).get(phase))

    def _timer(self, phase: str) -> Timeout:
        return Deadline(self._timeout(phase)).clip

    def _clip(self, seconds: float | None) -> float | None:
        attempt: Attempt | None = self._request.extensions.get(ATTEMPT)
        return seconds if attempt is None else attempt.clip(seconds)

    def _may_resend(self, connection: HTTPConnection) -> bool:
        """Return whether the failed request is sent again at once, on a new connection.

        It is where the server closed a kept-alive connection before it answered (RFC 9112 §9.3.1): a GET
        without a body, and nothing else. A new connection does not qualify, so this happens once.
        """
        was_dropped = connection.is_reused and not connection.has_answered and not self._pool.is_closed
        return was_dropped and self._request.method == "GET" and not self._request.content

    def _build_response(self, head: h11.Response) -> httpx.Response:
        version = b"HTTP/" + head.http_version
        extensions = {"http_version": version, "reason_phrase": head.reason, "network_stream": self.connection}
        stream: Any = self
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=stream, extensions=extensions)

    def abort(self) -> None:
        """Close the connection, or leave the queue for one."""
        self._pool.withdraw(self)

    def __del__(self) -> None:
        if self.connection is not None:
            self.abort()
