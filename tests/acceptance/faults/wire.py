"""What a fault has in its hands: one connection, and ways to spell an answer."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.acceptance.faults.fault import MODEL, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD: dict[str, Any] = {"id": MODEL, "object": "model", "created": 1, "owned_by": "acme"}
GONE: dict[str, Any] = {"id": MODEL, "object": "model", "deleted": True}
_MOST_OF_A_HEAD = 1 << 20


def answer(
    body: object = GOOD, status: str | int = "200 OK", headers: Mapping[str, str] | None = None, *, length: bool = True
) -> bytes:
    """Spell a whole response: bytes and text as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    sent = {"content-type": "application/json", **(headers or {}), "connection": "close"}
    if length and not {"content-length", "transfer-encoding"} & sent.keys():
        sent["content-length"] = str(len(content))
    lines = [f"HTTP/1.1 {status}" + ("" if " " in str(status) else " A status"), *map(": ".join, sent.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def chunk(data: bytes) -> bytes:
    """Spell one chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


@dataclass
class Visit:
    """One connection, its request read unless the fault is a raw one.

    Attributes:
        sock: The socket.
        number: The how-manieth connection of all it is, from 1.
        origin: Which of the two servers it came to.
        ports: The ports of both.
        request: The request.
    """

    sock: socket.socket
    number: int
    origin: str
    ports: Mapping[str, int]
    request: Seen | None = None

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.sock.sendall(data)

    def answer(self, body: object = GOOD, status: str | int = "200 OK", **headers: str) -> None:
        """Send a whole response; an underscore in the name of a header is a hyphen."""
        self.send(answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()}))

    def wait_for_the_end(self) -> None:
        """Wait until the client hangs up."""
        while self.sock.recv(65536):
            pass

    def hung_up_within(self, seconds: float) -> bool:
        """Wait, and tell whether the client has hung up."""
        readable, _, _ = select.select([self.sock], [], [], seconds)
        return bool(readable) and not self.sock.recv(65536)

    def drip(self, data: bytes, *, every: float) -> None:
        """Send one byte at a time, over and over, until the client hangs up."""
        while True:
            for byte in data:
                self.send(bytes([byte]))
                if self.hung_up_within(every):
                    return

    def reset(self) -> None:
        """Break the connection off (a TCP reset)."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

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
        self.request = Seen(self.origin, method, target, headers, time.monotonic())
        return self.request
