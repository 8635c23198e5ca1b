"""A connection: its socket, and the conversation on it."""

from __future__ import annotations

import math
import os
import select
import socket
import ssl
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import h11

from .._httpx import Request

if TYPE_CHECKING:
    from .exchange import Exchange, Kind

CLOSED: Final = "the client was closed"
# RFC 8305 §5: for how many seconds one address is tried before the next one is.
NEXT_ADDRESS_DELAY: Final = 0.25
# At least a TLS record, which has up to 16 KiB: so nothing stays in the TLS layer, which `poll` would not see.
_READ_SIZE: Final = 64 * 1024
_MAX_HEAD_SIZE: Final = 100 * 1024  # as httpcore's
_NEEDS: Final[dict[type, Kind]] = {ssl.SSLWantReadError: "read", ssl.SSLWantWriteError: "write"}


class HTTPConnection:
    """An HTTP/1.1 connection on a non-blocking socket."""

    sock: Any = None  # until it begins to connect
    is_closed = False  # or interrupted
    may_be_stale = False  # it was idle before the current request, and nothing has come since
    expires_at = math.inf  # idle until then, on the monotonic clock

    def __init__(self, origin: tuple[str, str, int]) -> None:
        self.origin, self._process = origin, os.getpid()
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_SIZE)

    async def connect(self, exchange: Exchange, ssl_context: Callable[[], ssl.SSLContext]) -> None:
        """Connect, TLS included, for an exchange, which waits for it."""
        scheme, host, port = self.origin
        if port > 65535:  # `getaddrinfo` would take another one for it
            raise OSError(f"{port} is not a port")
        try:  # an address needs no look-up, which in an event loop takes a thread
            addresses = socket.getaddrinfo(host.encode(), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except (socket.gaierror, UnicodeError):
            addresses = await exchange.look_up(host, port)
        await self._connect_to(list(addresses), exchange)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "https":
            self.sock = ssl_context().wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            weakref.finalize(self, self.sock.close)
            self._check_open()
            await self._when_ready("read", self.sock.do_handshake, exchange)
        self._check_open()

    async def _connect_to(self, addresses: list[Any], exchange: Exchange) -> None:
        """Connect to the first address that answers; one that says nothing is tried again after the others."""
        errors: dict[str, OSError] = {}
        delay = NEXT_ADDRESS_DELAY
        while addresses:
            info = addresses.pop(0)
            if self.sock is not None:  # of the address before
                self.sock.close()
            try:
                self.sock = socket.socket(*info[:3])
                # Not in a `__del__`: of an unreachable cycle, the socket may come first, and warn that nobody closed it.
                weakref.finalize(self, self.sock.close)
                self._check_open()
                self.sock.setblocking(False)
                with suppress(BlockingIOError):
                    self.sock.connect(info[4])
                await exchange.wait("write", self.sock, delay if addresses else None)
                code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    return
                words: dict[int, str] = getattr(socket, "errorTab", {})  # on Windows
                raise OSError(code, words.get(code) or os.strerror(code))  # noqa: TRY301 - handled as the others are
            except OSError as error:
                if isinstance(error, TimeoutError) and error.errno is None:
                    exchange.timeout()  # raises if there is no time for the next one
                    addresses.append(info)
                    delay *= 2
                else:
                    errors[str(error)] = error
        if len(errors) == 1:
            raise errors.popitem()[1]
        raise OSError("; ".join(errors) or f"{self.origin[1]} has no address")

    def _check_open(self) -> None:
        if self.is_closed:  # maybe by another thread
            raise ConnectionAbortedError(CLOSED)

    async def write(self, request: Request, exchange: Exchange) -> None:
        """Write a request, whose body is in memory."""
        send: Any = self._h11.send
        # A view, which shows no key in a traceback that shows variables; no variable holds the bytes.
        data = memoryview(
            send(h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw))
            + (send(h11.Data(data=request.content)) if request.content else b"")
            + send(h11.EndOfMessage())
        )
        try:
            while data:
                data = data[await self._when_ready("write", partial(self.sock.send, data), exchange) :]
        except TimeoutError:
            raise
        except OSError:  # the server may have answered before it hung up
            self._h11.send_failed()

    async def read_event(self, exchange: Exchange) -> Any:
        """Return h11's next event of the response. It has none of a stale connection before something comes."""
        while self.may_be_stale or (event := self._h11.next_event()) is h11.NEED_DATA:
            # Also where more has come: a server that sends without end must not keep a task from being cancelled.
            await exchange.wait("read", self.sock)
            data = await self._when_ready("read", partial(self.sock.recv, _READ_SIZE), exchange)
            if not data:
                self._check_open()  # an interrupt looks like the end of the connection
                if self._h11.their_state is h11.SEND_RESPONSE:
                    raise h11.RemoteProtocolError("Server disconnected without sending a response.")
            self.may_be_stale = False
            self._h11.receive_data(data)
        if event is h11.PAUSED:
            raise h11.RemoteProtocolError("Server went on in another protocol.")
        return event

    async def _when_ready(self, kind: Kind, operation: Callable[[], Any], exchange: Exchange) -> Any:
        """Do an operation on the socket as soon as it does not block."""
        while True:
            try:
                return operation()
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
                needs = _NEEDS.get(type(error), kind)
            await exchange.wait(needs, self.sock)

    def start_next_cycle(self) -> bool:
        """Get ready for another exchange, and return whether there can be one: not with bytes behind the response."""
        state = self._h11
        if self.is_closed or state.trailing_data[0] or not (state.our_state is state.their_state is h11.DONE):
            return False
        state.start_next_cycle()
        self.may_be_stale = True
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
        """End what is under way, from any thread, but not what is the parent's after a fork. Its user closes it."""
        self.is_closed = True
        if self.sock is not None and self._process == os.getpid():
            with suppress(OSError):  # it has ended already
                # Not `SSLSocket.shutdown`, which drops the TLS object under a reader in another thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket. Nothing may be waiting for it: `interrupt` ends a wait."""
        self.is_closed = True
        if self.sock is not None:
            self.sock.close()


def is_ready(sock: Any, kind: str, timeout: float | None) -> bool:
    """Wait until a socket is ready, for at most `timeout` seconds, and return whether it is."""
    if not hasattr(select, "poll"):  # Windows; elsewhere, `select` takes no descriptor above 1,023
        # There, a connection that failed is neither readable nor writable.
        wanted = ([sock], [], []) if kind == "read" else ([], [sock], [sock])
        return any(select.select(*wanted, timeout))
    poll = select.poll()
    poll.register(sock, select.POLLIN if kind == "read" else select.POLLOUT)
    return bool(poll.poll(None if timeout is None else timeout * 1000))
