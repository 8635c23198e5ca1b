"""The conversation on a connection. Nothing here waits: see `sockets`."""

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
from .sockets import Step, connect, is_ready, when_ready

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .sockets import Flow, Timeout

Origin = tuple[str, str, int]  # scheme, host, port
CLOSED: Final = "the client was closed"
_READ_SIZE: Final = 64 * 1024
_MAX_HEAD_SIZE: Final = 100 * 1024  # as httpcore's


class HTTPConnection:
    """An HTTP/1.1 connection on a non-blocking socket.

    Attributes:
        origin: Where it leads.
        sock: The socket; None until it begins to connect.
        is_closed: Whether it was closed or interrupted.
        is_reused: Whether it has carried an exchange before the current one.
        is_sent: Whether all of the current exchange's request was written.
        has_answered: Whether a byte of the current exchange's response was read.
        expires_at: Until when it may be idle, on the monotonic clock.
    """

    sock: Any = None
    is_closed = False
    is_reused = False
    is_sent = False
    has_answered = False
    expires_at = math.inf

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
            self.check_open()  # an interrupt looks like the end of the connection
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
                # Not `SSLSocket.shutdown`, which drops the TLS object under a reader in another thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket. Nothing may be waiting for it: `interrupt` ends a wait."""
        self.is_closed = True
        if self.sock is not None:
            self.sock.close()


def _events_of(request: httpx.Request) -> Iterator[h11.Event]:
    yield h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
    if request.content:
        yield h11.Data(data=request.content)
    yield h11.EndOfMessage()
