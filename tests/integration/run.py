"""Start other people's servers, and run tests/integration against them.

    python -m tests.integration.run [arguments for pytest]

llama.cpp's server runs from `.venv-integration`, which `make integration` builds from requirements/integration.txt;
Prism from the npm packages that tools/node.py installs.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Final

import pytest

import node

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
SPEC: Final = ROOT / "openapi.yaml"
LLAMA_PYTHON: Final = ROOT / ".venv-integration" / "bin" / "python"
LLAMA_KEY: Final = "sk-integration"
# The alphabetically first alias is the ID; its slash and colon test how the client encodes the path.
LLAMA_ALIASES: Final = ("acme/tiny-random:f32", "tiny")
START_SECONDS = 60.0
GRACE_SECONDS = 10


class ServerError(Exception):
    """A server did not start; the message contains its output."""


@contextlib.contextmanager
def running(command: Sequence[str], ready: str, environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Start a server, and yield its address once it is ready. At the end, stop it and every process that it started.

    Let the server bind port 0 and print its address: no other process can take the port then. The first group of `ready`
    is the address; it is searched for in the lines that the server has printed.
    """
    # In a separate process group: Ctrl-C does not reach it, and it can be stopped as a whole.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: SimpleQueue[str] = SimpleQueue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines, log), daemon=True)
    reader.start()
    try:
        yield _address(process, lines, ready, log.stem)
    finally:
        _stop_group(process)
        reader.join(GRACE_SECONDS)


def _read(output: IO[str], lines: SimpleQueue[str], log: Path) -> None:
    """Put each line into a queue and the log, and an empty one at the end: a server waits when nobody reads."""
    with output, log.open("a", encoding="utf-8", buffering=1) as file:
        for line in output:
            file.write(line)
            lines.put(line)
    lines.put("")


def _address(process: subprocess.Popen[str], lines: SimpleQueue[str], ready: str, name: str) -> str:
    printed = ""
    deadline = time.monotonic() + START_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except Empty:
            break
        if not line:
            status = process.wait(GRACE_SECONDS)
            raise ServerError(f"{name} ended with status {status} before it was ready:\n{printed}")
        printed += line
        if found := re.search(ready, printed):
            return found[1]
    raise ServerError(f"{name} was not ready after {START_SECONDS} s:\n{printed}")


def _stop_group(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGTERM)
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    finally:
        # Also for the server's child processes, and if Ctrl-C interrupts the wait.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def llama_server(folder: Path) -> contextlib.AbstractContextManager[str]:
    """Return llama.cpp's server with a new model of random weights."""
    command = [str(LLAMA_PYTHON), str(HERE / "llama_server.py"), str(folder / "tiny.gguf"), *LLAMA_ALIASES]
    environment = os.environ | {"LLAMA_API_KEY": LLAMA_KEY}
    return running(command, r"ready: (http://[\w.:]+)\n", environment, folder / "llama.cpp.log")


def prism_server(folder: Path, *arguments: str) -> contextlib.AbstractContextManager[str]:
    """Return Prism with a command and its operands. It serves the paths of the spec without the `/v1` of its URL."""
    command = node.command("prism", *arguments, "--host", "127.0.0.1", "--port", "0")
    # Colour codes would end up within the address.
    environment = without_settings(node.environment()) | {"FORCE_COLOR": "0", "NO_COLOR": "1"}
    return running(command, r"listening on (http://[\w.:]+)\n", environment, folder / "prism.log")


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the variables that configure the client or a proxy."""
    prefixes = ("OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {name: value for name, value in environment.items() if not name.upper().startswith(prefixes)}


def main(arguments: Sequence[str]) -> int:
    """Run the tests. Return pytest's exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C: pytest stops the servers, and ends.
        signal.signal(number, signal.default_int_handler)
    return pytest.main([str(HERE), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
