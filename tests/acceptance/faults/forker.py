"""A warm process that forks two for each cell: the fault's server, and the client that meets it.

A process for each cell is what makes its peak of memory its own, and what lets a call
that hangs be ended. A fork spares it the second that the imports take. It reads
lines of `shell,shell fault`, runs these cells at once, and answers with a line of JSON:

python -m tests.acceptance.faults.forker openai_models
"""

import dataclasses
import itertools
import json
import os
import select
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.acceptance.faults import client
from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.fault import TLS, Fault, Visit


def _fork(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown; nothing may run on into the parent's code
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            # Not `sys.exit`: what the parent opened is the parent's to close.
            os._exit(0)
    return pid


def _read(pipe: int, seconds: float) -> bytes | None:
    """Read to the end; None if it doesn't come in time."""
    data, ends_at = b"", time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, ends_at - time.monotonic()))[0]:
        piece = os.read(pipe, 65536)
        if not piece:
            return data
        data += piece
    return None


def _bind(fault: Fault) -> dict[str, socket.socket]:
    """Bind the two origins of a fault to free ports of 127.0.0.1."""
    bound = {"main": socket.socket(), "other": socket.socket()}
    for sock in bound.values():
        sock.bind(("127.0.0.1", 0))
        if fault.server != "refusing":
            sock.listen(64)
    return bound


def _serve(fault: Fault, bound: dict[str, socket.socket], ports: dict[str, int], log: int) -> None:
    """Serve both origins, a thread for each connection, and log each request as a line of JSON, until killed."""
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


def _start(library: str, shell: str, fault: Fault) -> Callable[[], dict[str, Any]]:
    """Start a cell. Return a function that waits for its end and returns what came of it."""
    bound = _bind(fault)
    ports = {origin: sock.getsockname()[1] for origin, sock in bound.items()}
    log, log_end = os.pipe()
    result, result_end = os.pipe()

    def be_the_server() -> None:
        os.close(result_end)  # its end tells that the client has ended
        _serve(fault, bound, ports, log_end)

    def be_the_client() -> None:
        os.close(log_end)
        if fault.server != "refusing":  # where the port must stay taken, so that nobody else answers there
            for sock in bound.values():
                sock.close()
        os.write(result_end, json.dumps(client.call(library, shell, fault, ports)).encode())

    serving, calling = _fork(be_the_server), _fork(be_the_client)
    for sock in bound.values():
        sock.close()
    os.close(log_end)
    os.close(result_end)
    limit = fault.seconds + 1.0

    def finish() -> dict[str, Any]:
        came = _read(result, limit)
        for process in (calling, serving):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        requests = [json.loads(line) for line in (_read(log, 5.0) or b"").splitlines()]
        os.close(log)
        os.close(result)
        outcome = json.loads(came) if came else {"hangs": came is None, "seconds": limit}
        return {**outcome, "requests": requests}

    return finish


def main() -> None:
    """Answer each line with what came of its cells."""
    library = sys.argv[1]
    client.warm_up(library)
    faults = {fault.name: fault for fault in FAULTS}
    for line in sys.stdin:
        shells, _, name = line.rstrip("\n").partition(" ")
        cells = [_start(library, shell, faults[name]) for shell in shells.split(",")]
        print(json.dumps([finish() for finish in cells]), flush=True)


if __name__ == "__main__":
    main()
