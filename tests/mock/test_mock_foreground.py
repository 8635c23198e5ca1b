"""`python -m openai_models.testing`, which `make mock` runs."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-W", "error", "-m", "openai_models.testing"]


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it printed: all of it, as it doesn't wait for a buffer to fill."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, "".join(process.stdout.readline() for _ in range(4))
        finally:
            process.kill()


def test_what_it_prints_can_be_pasted_into_a_shell(server: tuple[subprocess.Popen[str], str]) -> None:
    script = server[1] + '\necho "$OPENAI_BASE_URL $OPENAI_API_KEY"'
    pasted = subprocess.run(["sh"], input=script, env={}, capture_output=True, text=True, check=True)
    base_url, key = pasted.stdout.split()
    response = httpx.get(f"{base_url}/models", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    assert response.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(server: tuple[subprocess.Popen[str], str], number: signal.Signals) -> None:
    process, _ = server
    process.send_signal(number)
    assert process.communicate(timeout=5) == ("", "")
    assert process.returncode == 0


def test_a_taken_port_ends_it_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"can't listen on 127.0.0.1, port {port}: ")
    assert done.stderr.count("\n") == 1


def test_host_and_port_can_be_chosen() -> None:
    with socket.create_server(("127.0.0.2", 0)) as free:
        port = str(free.getsockname()[1])
    command = [*COMMAND, "--host", "127.0.0.2", "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            assert process.stdout.readline() == f"export OPENAI_BASE_URL=http://127.0.0.2:{port}/v1\n"
        finally:
            process.kill()
