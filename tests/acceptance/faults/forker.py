"""A warm process that forks two for each cell: the fault's server, and the client that meets it.

A process for each cell is what makes its peak of memory its own, and what lets a call
that hangs be ended. A fork spares it the second that the imports take. It reads
lines of `shell fault` and answers each with a line of JSON:

python -m tests.acceptance.faults.forker openai_models
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

from tests.acceptance.faults import client, server
from tests.acceptance.faults.catalogue import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.faults.fault import Fault


def _fork(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        _be_the_child(work)
    return pid


def _be_the_child(work: Callable[[], object]) -> NoReturn:
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:  # noqa: BLE001 - shown; nothing may run on into the parent's code
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        # Not `sys.exit`: what the parent opened is the parent's to close.
        os._exit(status)


def _read(pipe: int, seconds: float) -> bytes | None:
    """Read to the end; None if it doesn't come in time."""
    data, ends_at = b"", time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, ends_at - time.monotonic()))[0]:
        piece = os.read(pipe, 65536)
        if not piece:
            return data
        data += piece
    return None


def run(library: str, shell: str, fault: Fault) -> dict[str, Any]:
    """Run one cell."""
    bound = server.listeners(fault)
    ports = {origin: sock.getsockname()[1] for origin, sock in bound.items()}
    log, log_end = os.pipe()
    result, result_end = os.pipe()

    def be_the_server() -> None:
        os.close(result_end)  # its end tells that the client has ended
        server.serve(fault, bound, log_end)

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
    came = _read(result, limit)
    for process in (calling, serving):
        os.kill(process, signal.SIGKILL)
    _, status, _ = os.wait4(calling, 0)
    os.waitpid(serving, 0)
    requests = [json.loads(line) for line in (_read(log, 5.0) or b"").splitlines()]
    os.close(log)
    os.close(result)
    outcome = json.loads(came) if came else {"hangs": came is None, "ended": status, "seconds": limit}
    return {**outcome, "requests": requests}


def main() -> None:
    """Answer each line with what came of it."""
    library = sys.argv[1]
    client.warm_up(library)
    for line in sys.stdin:
        shell, _, name = line.rstrip("\n").partition(" ")
        print(json.dumps(run(library, shell, BY_NAME[name])), flush=True)


if __name__ == "__main__":
    main()
