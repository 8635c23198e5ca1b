"""The server of one fault, in a process of its own: two origins, a thread for each connection."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance.faults.wire import Visit

if TYPE_CHECKING:
    from tests.acceptance.faults.fault import Fault

TLS = Path(__file__).parent / "tls"


def listeners(fault: Fault) -> dict[str, socket.socket]:
    """Bind the two origins of a fault to free ports of 127.0.0.1."""
    made = {}
    for origin in ("main", "other"):
        made[origin] = sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        if fault.server != "refusing":
            sock.listen(64)
    return made


def serve(fault: Fault, bound: dict[str, socket.socket], log: int) -> None:
    """Serve until the process is ended.

    Args:
        fault: What to do to each connection.
        bound: What `listeners` gave.
        log: A pipe to which each request is written, as a line of JSON.
    """
    ports = {origin: sock.getsockname()[1] for origin, sock in bound.items()}
    numbers = itertools.count(1)
    context = None
    if fault.server not in {"plain", "refusing"}:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(TLS / f"{fault.server}.pem")

    def handle(sock: socket.socket, origin: str) -> None:
        try:
            if context is not None:
                sock = context.wrap_socket(sock, server_side=True)
            visit = Visit(sock, next(numbers), origin, ports)
            if not fault.raw:
                seen = visit.read_request()
                if seen is None:
                    return
                os.write(log, json.dumps(dataclasses.asdict(seen)).encode() + b"\n")
            fault.serve(visit)
        except OSError:
            return  # the client has gone; what it makes of that is what is looked at
        finally:
            sock.close()

    def accept(origin: str) -> None:
        while True:
            sock, _ = bound[origin].accept()
            threading.Thread(target=handle, args=(sock, origin), daemon=True).start()

    if fault.server == "refusing":
        threading.Event().wait()
    threading.Thread(target=accept, args=("other",), daemon=True).start()
    accept("main")
