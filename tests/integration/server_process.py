"""Run a server in a separate process for the duration of a `with` block."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

POLL_SECONDS = 0.05
POLLS = 1200
GRACE_SECONDS = 10


class ServerError(Exception):
    """A server did not start; the message contains its output."""


@dataclass(frozen=True)
class Server:
    """How to start a server, and how to recognize that it is ready.

    Attributes:
        name: Name for error messages.
        command: Command line. Let the server bind port 0 and print its address: no other process can take the port.
        ready: Pattern to search in the output; its first group is the address. It should include the end of the line,
            since the output is read while it is being written.
        environment: Environment variables.
    """

    name: str
    command: Sequence[str]
    ready: str
    environment: Mapping[str, str]

    @contextlib.contextmanager
    def running(self, log: Path) -> Iterator[str]:
        """Yield the address once the server is ready. At the end, stop it and every process that it started.

        Args:
            log: File to append the output to.

        Raises:
            ServerError: It ended, or was not ready after a minute.
        """
        with log.open("ab") as output:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                # A separate process group: Ctrl-C does not reach it, and it can be stopped as a whole.
                start_new_session=True,
            )
        try:
            yield self._address(process, log)
        finally:
            _stop_group(process)

    def _address(self, process: subprocess.Popen[bytes], log: Path) -> str:
        printed = ""
        for _ in range(POLLS):
            ended = process.poll() is not None
            printed = log.read_text(encoding="utf-8", errors="replace")
            if ended:
                message = f"{self.name} ended with status {process.returncode} before it was ready:\n{printed}"
                raise ServerError(message)
            if found := re.search(self.ready, printed):
                return found[1]
            time.sleep(POLL_SECONDS)
        message = f"{self.name} was not ready after {POLLS * POLL_SECONDS:.0f} s:\n{printed}"
        raise ServerError(message)


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
