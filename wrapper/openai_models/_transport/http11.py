"""One request on its way, and the conversation on a connection. Nothing here waits: see `sockets`."""

from __future__ import annotations

import math
import socket
import time
import weakref
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import h11

from .. import _httpx as httpx
from .._attempt import ATTEMPT, Attempt
from .sockets import Step, connect, is_ready, when_ready

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .pool import Pool
    from .sockets import Flow, Timeout

Origin = tuple[str, str, int]  # scheme, host, port
CLOSED: Final = "the client was closed"
_READ_SIZE: Final = 64 * 1024
_MAX_HEAD_SIZE: Final = 100 * 1024  # as httpcore's
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


class HTTPConnection:
    """An HTTP/1.1 connection on a non-blocking socket."""

    sock: Any = None  # from the moment that it connects
    is_closed = False  # and nothing is sent on it any more
    is_reused = False  # has it carried another exchange before?
    is_sent = False  # has all of the current exchange's request gone out?
    has_answered = False  # has a byte of its response come?
    expires_at = math.inf  # idle for too long then, on the monotonic clock

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_SIZE)

    def connect(self, ssl_context: Callable[[], ssl.SSLContext], timeout: Timeout) -> Flow[None]:
        """Flow: connect, TLS included."""
        scheme, host, port = self.origin
        yield from connect(self, host, port, timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "https":
            wrap = partial(ssl_context().wrap_socket, server_hostname=host, do_handshake_on_connect=False)
            self.replace_socket(lambda: wrap(self.sock))
            yield from when_ready(self.sock, "read", timeout, self.sock.do_handshake)
        self.check_open()

    def replace_socket(self, make: Callable[[], Any]) -> None:
        """Put a socket into the place of the one before, which it wraps or which is closed."""
        self.check_open()
        before = self.sock
        self.sock = make()
        # Not in a `__del__`: of an unreachable cycle, the socket may come first, and warn that nobody closed it.
        weakref.finalize(self, self.sock.close)
        if before is not None:
            before.close()

    def check_open(self) -> None:
        """Raise an error if the connection was closed, maybe by another thread."""
        if self.is_closed:
            raise ConnectionAbortedError(CLOSED)

    def write(self, request: httpx.Request, timeout: Timeout) -> Flow[None]:
        """Flow: write a request, whose body is in memory."""
        self.is_sent = False
        try:
            # A view, which shows no key in a traceback that shows variables; no variable holds the bytes.
            data = memoryview(b"".join(filter(None, map(self._h11.send, _events_of(request)))))
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        while data:
            sent = yield from when_ready(self.sock, "write", timeout, partial(self.sock.send, data))
            data = data[sent:]
        self.is_sent = True

    def read_event(self, timeout: Timeout) -> Flow[object]:
        """Flow: return h11's next event of the response."""
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            self.check_open()
            # Also where more has come: a server that sends without end must not keep a task from being cancelled.
            if self.origin[0] == "http" or not self.sock.pending():
                yield Step("read", timeout(), self.sock)
            data = yield from when_ready(self.sock, "read", timeout, partial(self.sock.recv, _READ_SIZE))
            self.check_open()  # its end may be our own doing
            if not data and self._h11.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            self.has_answered = True
            self._h11.receive_data(data)
        if event is h11.PAUSED:
            raise httpx.RemoteProtocolError("Server went on in another protocol.")
        return event

    def start_next_cycle(self) -> bool:
        """Get ready for another exchange, and return whether there can be one: not with bytes behind the response."""
        state = self._h11
        is_done = state.our_state is h11.DONE and state.their_state is h11.DONE
        if self.is_closed or not self.is_sent or not is_done or state.trailing_data[0]:
            return False
        state.start_next_cycle()
        self.is_reused, self.has_answered = True, False
        return True

    def is_usable(self) -> bool:
        """Return whether an idle connection can carry a request: it is open, and nothing has come on it."""
        return not self.is_closed and time.monotonic() < self.expires_at and not is_ready(self.sock, "read", 0)

    def get_extra_info(self, info: str) -> Any:
        """Return what tools ask httpcore's network streams: `socket`, `ssl_object`, `client_addr`, `server_addr`."""
        if info in {"client_addr", "server_addr"} and not self.is_closed:
            return self.sock.getsockname() if info == "client_addr" else self.sock.getpeername()
        return self.sock if info == "socket" or (info == "ssl_object" and self.origin[0] == "https") else None

    def interrupt(self) -> None:
        """End what is under way, from any thread; whoever uses the connection closes it."""
        self.is_closed = True
        if self.sock is not None:
            with suppress(OSError):  # it has ended already
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # not that of ssl, which forgets its TLS

    def close(self) -> None:
        """Close the connection, from any thread, unless an exchange is using it there."""
        self.is_closed = True
        if self.sock is not None:
            self.sock.close()


def _events_of(request: httpx.Request) -> Iterator[h11.Event]:
    yield h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
    if request.content:
        yield h11.Data(data=request.content)
    yield h11.EndOfMessage()


class Exchange:
    """One request and its response; a subclass is the response's stream as well, and waits.

    Whatever ends an exchange ends its hold on the connection: `Pool.release` after the response, `abort`
    after an exception, `__del__` if the response is dropped unread.
    """

    connection: HTTPConnection | None = None
    is_queued = False  # does it wait for a connection?
    is_waiting = False  # for a socket, or for its turn?
    needs_new = False  # will no idle connection do?
    waker: Callable[[], object] | None = None  # once it has to wait

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
                    self.waker = self.make_waker()  # and ask once more: being woken before was in vain
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
        return partial(Attempt(self._timeout(phase)).clip, None)

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
