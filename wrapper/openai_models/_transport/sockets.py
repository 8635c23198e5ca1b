"""What flows do with sockets, and what they wait for.

A flow is a generator that does all there is to do on non-blocking sockets, and yields a `Step` where it has
to wait. A driver waits, and sends back the result or throws an `OSError`; `TimeoutError` if it took too long.
"""

from __future__ import annotations

import math
import os
import select
import socket
import ssl
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .http11 import HTTPConnection

T = TypeVar("T")
Kind = Literal["read", "write", "resolve", "turn"]
Timeout: TypeAlias = Callable[[], float | None]  # the seconds for the next wait; raises TimeoutError if none are left

# RFC 8305 §5: for how many seconds one address is tried before the next one is tried beside it.
NEXT_ADDRESS_DELAY: Final = 0.25
_LONGEST_POLL: Final = 2_000_000.0  # seconds; C's int has no room for more


class Step(NamedTuple):
    """A wait for a socket ("read", "write"), for the addresses of a host, or for a turn in the pool."""

    kind: Kind
    timeout: float | None
    sock: Any = None
    host: tuple[str, int] = ("", 0)  # with the port; the addresses are the result


Flow: TypeAlias = Generator[Step, Any, T]


def when_ready(sock: Any, kind: Kind, timeout: Timeout, operation: Callable[[], T]) -> Flow[T]:
    """Flow: do an operation on a socket as soon as it does not block."""
    while True:
        try:
            return operation()
        except BlockingIOError:
            needed = kind
        except ssl.SSLWantReadError:
            needed = "read"
        except ssl.SSLWantWriteError:
            needed = "write"
        yield Step(needed, timeout(), sock)


def is_ready(sock: Any, kind: Kind, timeout: float | None) -> bool:
    """Wait until a socket is ready, for at most `timeout` seconds, and return whether it is."""
    if not hasattr(select, "poll"):  # Windows; elsewhere, `select` takes no descriptor above 1,023
        wanted = ([sock], [], []) if kind == "read" else ([], [sock], [sock])
        return any(select.select(*wanted, timeout))
    poll = select.poll()
    poll.register(sock, select.POLLIN if kind == "read" else select.POLLOUT)
    return bool(poll.poll(None if timeout is None else min(max(timeout, 0.0), _LONGEST_POLL) * 1000))


def connect(connection: HTTPConnection, host: str, port: int, timeout: Timeout) -> Flow[None]:
    """Flow: give a connection a socket that is connected to a host, whose addresses are tried in turn.

    In the first round each gets the time after which happy eyeballs try another one beside it (RFC 8305 §5), in
    each further round twice as much as in the one before. The only address gets all the time there is.
    """
    if port > 65535:  # `getaddrinfo` would take another one for it
        raise OSError(f"{port} is not a port")
    try:  # an address needs no look-up, which in an event loop takes a thread
        addresses: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        addresses = yield Step("resolve", timeout(), host=(host, port))
    failures: list[OSError] = []
    delay = NEXT_ADDRESS_DELAY
    while addresses:
        for info in list(addresses):
            try:
                return (yield from _try(connection, info, timeout, delay if len(addresses) > 1 else math.inf))
            except OSError as error:
                if isinstance(error, TimeoutError) and error.errno is None:
                    timeout()  # raises if there is no time for the next one
                    continue
                failures.append(error)
                addresses.remove(info)
        delay *= 2
    if len(failures) == 1:
        raise failures[0]
    raise OSError("; ".join(dict.fromkeys(map(str, failures))) or f"{host} has no address")


def _try(connection: HTTPConnection, info: Any, timeout: Timeout, delay: float) -> Flow[None]:
    family, kind, protocol, _, address = info
    connection.replace_socket(lambda: socket.socket(family, kind, protocol))
    connection.sock.setblocking(False)
    try:
        connection.sock.connect(address)
    except BlockingIOError:
        seconds = timeout()
        yield Step("write", delay if seconds is None else min(seconds, delay), connection.sock)
        code = connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code)) from None
