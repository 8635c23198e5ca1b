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
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
SPEC: Final = ROOT / "openapi.yaml"
LLAMA_PYTHON: Final = ROOT / ".venv-integration" / "bin" / "python"
LLAMA_KEY: Final = "sk-integration"
# The alphabetically first alias is the ID; its slash and colon test how the client encodes the path.
LLAMA_ALIASES: Final = ("acme/tiny-random:f32", "tiny")
POLL_SECONDS: Final = 0.05
POLLS: Final = 1200
GRACE_SECONDS = 10


class ServerError(Exception):
    """A server did not start; the message contains its output."""


@contextlib.contextmanager
def running(command: Sequence[str], ready: str, environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Start a server, and yield its address once it is ready. At the end, stop it and every process that it started.

    Let the server bind port 0 and print its address: no other process can take the port then. The first group of `ready`
    is the address; the pattern should include the end of the line, since the output is read while it is being written.
    """
    with log.open("ab") as output:
        # In a separate process group: Ctrl-C does not reach it, and it can be stopped as a whole.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        yield _address(process, ready, log)
    finally:
        _stop_group(process)


def _address(process: subprocess.Popen[bytes], ready: str, log: Path) -> str:
    printed = ""
    for _ in range(POLLS):
        ended = process.poll() is not None
        printed = log.read_text(encoding="utf-8", errors="replace")
        if ended:
            raise ServerError(f"{log.stem} ended with status {process.returncode} before it was ready:\n{printed}")
        if found := re.search(ready, printed):
            return found[1]
        time.sleep(POLL_SECONDS)
    raise ServerError(f"{log.stem} was not ready after {POLLS * POLL_SECONDS:.0f} s:\n{printed}")


def _stop_group(process: subprocess.Popen[bytes]) -> None:
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
