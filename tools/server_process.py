"""Run a server as a process of its own for as long as a `with` block lasts."""

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
    """A server that did not start; the message holds what it printed."""


@dataclass(frozen=True)
class Server:
    """How to start a server, and how it says that it is ready.

    `ready` is searched in the output; its first group is the address. A server that binds port 0 and says where it
    listens leaves no moment in which another process could take the port. The pattern should take in the end of the line,
    as the output is read while it is written.
    """

    name: str
    command: Sequence[str]
    ready: str
    environment: Mapping[str, str]

    @contextlib.contextmanager
    def running(self, log: Path) -> Iterator[str]:
        """Yield the address once the server is ready; end it and every process it started on the way out.

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
                # A group of its own: Ctrl-C reaches the tests first, and the group can be ended as a whole.
                start_new_session=True,
            )
        try:
            yield self._address(process, log)
        finally:
            _end_group(process)

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


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
        os.killpg(process.pid, signal.SIGTERM)
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    finally:
        # Also what the server left behind, and also when Ctrl-C cuts the wait short.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
