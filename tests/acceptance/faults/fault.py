"""What a fault is: how a server misbehaves, and what must come of a call that meets it."""

import json
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

TLS = Path(__file__).parent / "tls"
KEY = "sk-tests-of-faults-0123456789"
MODEL = "ft:gpt-4o-mini:acme::7p4lURel"
GOOD: dict[str, Any] = {"id": MODEL, "object": "model", "created": 1, "owned_by": "acme"}
GONE: dict[str, Any] = {"id": MODEL, "object": "model", "deleted": True}
_MOST_OF_A_HEAD = 1 << 20


@dataclass(frozen=True)
class Seen:
    """A request as one of the two servers, `main` or `other`, got it; `at` is on the monotonic clock."""

    origin: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    at: float


@dataclass
class Visit:
    """One connection, its request read unless the fault is a raw one."""

    sock: socket.socket
    number: int  # of all connections, from 1
    origin: str  # which of the two servers it came to
    ports: Mapping[str, int]  # of both

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hung_up_within(self, seconds: float) -> bool:
        """Wait, and return whether the client has hung up."""
        readable, _, _ = select.select([self.sock], [], [], seconds)
        return bool(readable) and not self.sock.recv(65536)

    def read_request(self) -> Seen | None:
        """Read a request's head; None if the client goes before it is whole."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = self.sock.recv(65536)
            if not data or len(head) > _MOST_OF_A_HEAD:
                return None
            head += data
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        method, target, _ = (first + "  ").split(" ", 2)
        headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
        return Seen(self.origin, method, target, headers, time.monotonic())


Serve: TypeAlias = Callable[[Visit], None]
Sent: TypeAlias = bytes | Serve | tuple[bytes | Serve, ...]


def answer(body: object = GOOD, status: str | int = "200 OK", headers: Mapping[str, str] | None = None) -> bytes:
    """Spell a whole response: bytes and text as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    sent = {"content-type": "application/json", **(headers or {}), "connection": "close"}
    if not {"content-length", "transfer-encoding"} & sent.keys():
        sent["content-length"] = str(len(content))
    lines = [f"HTTP/1.1 {status}" + ("" if " " in str(status) else " A status"), *map(": ".join, sent.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def chunk(data: bytes) -> bytes:
    """Spell one chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def closed(_: Visit) -> None:
    """Close the connection."""


def reset(visit: Visit) -> None:
    """Break the connection off (a TCP reset)."""
    visit.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.sock.close()


def silent(visit: Visit) -> None:
    """Send nothing until the client hangs up."""
    while visit.sock.recv(65536):
        pass


def then_silent(begin: bytes) -> Serve:
    """Send bytes, and then nothing until the client hangs up."""

    def serve(visit: Visit) -> None:
        visit.send(begin)
        silent(visit)

    return serve


def then_drip(begin: bytes, piece: bytes, every: float = 0.05) -> Serve:
    """Send bytes, and then a piece every so many seconds until the client hangs up."""

    def serve(visit: Visit) -> None:
        visit.send(begin)
        while not visit.hung_up_within(every):
            visit.send(piece)

    return serve


def then_endless(begin: bytes, piece: bytes) -> Serve:
    """Send bytes, and then a piece again and again, as fast as can be."""

    def serve(visit: Visit) -> None:
        visit.send(begin)
        while True:
            visit.send(piece)

    return serve


@dataclass(frozen=True)
class Value:
    """The call gives a value: a list's ids, or the id of a model or a deletion; `attributes` are of the first model."""

    value: Any = MODEL
    attributes: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return "the value"


@dataclass(frozen=True)
class Fails:
    """The call raises."""

    kind: str  # the class of the error; no subclass will do
    status: int | None = None  # its `status_code`
    says: Sequence[str] = ()  # what the server said and `str(error)` must hold
    explains: Sequence[str] = ()  # what this package adds, in `str(error)` or in a note
    cause: str | None = None  # the name of the class that `__cause__` has, or of a base of it
    attributes: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.kind


def unreadable(*explains: str, status: int = 200, says: Sequence[str] = ()) -> Fails:
    """Expect an answer of success that isn't one of this API."""
    return Fails("APIResponseValidationError", status, says=says, explains=explains)


SHORT = 0.3
LATE = Fails("APITimeoutError", cause="Exception")


@dataclass(frozen=True)
class Fault:
    """One way of going wrong."""

    name: str  # as it reads in a table
    group: str
    sent: Sent  # of several turns, one with each connection, and the last with all further ones
    expected: Value | Fails
    call: str = "retrieve"  # or `list` or `delete`
    server: str = "plain"  # or `refusing`, which does not listen, or the name of a certificate
    raw: bool = False  # whether the server acts before it has read a request
    base_url: str = "http://127.0.0.1:{main}/v1"  # with places for the ports of the two servers
    timeout: float = 20.0
    max_retries: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)  # further ones, of the client
    transport: Mapping[str, Any] = field(default_factory=dict)  # options of its HTTP client
    requests: int | None = None  # that the server gets; None where that is no matter
    seconds: float = 5.0  # the bound on time
    megabytes: float = 16.0  # the bound on the growth of the process' peak of memory
    check: Callable[[Sequence[Seen]], str | None] | None = None  # returns what is wrong with the requests

    @property
    def turns(self) -> tuple[bytes | Serve, ...]:
        return self.sent if isinstance(self.sent, tuple) else (self.sent,)

    def serve(self, visit: Visit) -> None:
        """Do what the server does with a connection."""
        turn = self.turns[min(visit.number, len(self.turns)) - 1]
        if isinstance(turn, bytes):
            for origin, port in visit.ports.items():
                turn = turn.replace(b"{%s}" % origin.encode(), str(port).encode())
            visit.send(turn)
        else:
            turn(visit)


class Group:
    """Faults of one kind, in the order of the table."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def fault(self, name: str, sent: Sent, expected: Value | Fails, **options: Any) -> None:
        self.faults.append(Fault(name, self.name, sent, expected, **options))
