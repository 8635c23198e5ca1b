"""What flows do with sockets, and what they wait for.

A flow is a generator that does all there is to do on non-blocking sockets, and yields a `Step` where it has
to wait. A driver waits, and sends back the result or throws an `OSError`; `TimeoutError` if it took too long.
"""

from __future__ import annotations

import errno
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
_UNDER_WAY: Final = {0, errno.EINPROGRESS, errno.EWOULDBLOCK}


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
    return bool(poll.poll(None if timeout is None else timeout * 1000))


def connect(connection: HTTPConnection, host: str, port: int, timeout: Timeout) -> Flow[None]:
    """Flow: give a connection a socket that is connected to a host, whose addresses are tried one by one.

    Each gets the time after which happy eyeballs try another one beside it (RFC 8305 §5); if none has
    answered by then, each gets all the time that is left.
    """
    try:  # an address needs no look-up, which in an event loop takes a thread
        addresses: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        addresses = yield Step("resolve", timeout(), host=(host, port))
    failures: list[OSError] = []
    for is_hasty in (True, False):
        for info in list(addresses):
            try:
                return (yield from _try(connection, info, timeout, is_hasty=is_hasty and len(addresses) > 1))
            except TimeoutError:
                timeout()  # raises if there is no time for the next one
            except OSError as error:
                failures.append(error)
                addresses.remove(info)
    if not failures:
        raise TimeoutError("timed out")
    raise OSError("; ".join(dict.fromkeys(map(str, failures)))) from failures[0]


def _try(connection: HTTPConnection, info: Any, timeout: Timeout, *, is_hasty: bool) -> Flow[None]:
    family, kind, protocol, _, address = info
    if connection.sock is not None:
        connection.sock.close()
    # At once where an interrupt finds it.
    connection.sock = socket.socket(family, kind, protocol)
    connection.sock.setblocking(False)
    code = connection.sock.connect_ex(address)
    if code in _UNDER_WAY:
        seconds = timeout()
        delay = min(NEXT_ADDRESS_DELAY, NEXT_ADDRESS_DELAY if seconds is None else seconds)
        yield Step("write", delay if is_hasty else seconds, connection.sock)
        code = connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
