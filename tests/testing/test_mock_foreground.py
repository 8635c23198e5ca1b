"""`python -m openai_models.testing`, which `make mock` runs."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import MockServer
from openai_models.testing._default_models import read_models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-W", "error", "-m", "openai_models.testing"]


@contextmanager
def running(*options: str, lines: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run the command; yield the process and the first lines of its output."""
    command = [*COMMAND, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, [process.stdout.readline() for _ in range(lines)]
        finally:
            process.kill()


def error_of(*options: str) -> str:
    """Run the command, which must fail with one line of output, and return its message."""
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("openai-models: ")
    return done.stderr.removeprefix("openai-models: ")


def test_the_output_can_be_pasted_into_a_shell() -> None:
    with running(lines=4) as (_, printed):
        script = "".join(printed) + '\necho "$OPENAI_BASE_URL $OPENAI_API_KEY"'
        pasted = subprocess.run(["sh"], input=script, env={}, capture_output=True, text=True, check=True)
        base_url, key = pasted.stdout.split()
        response = httpx.get(f"{base_url}/models", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    assert response.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_process_with_status_0(number: signal.Signals) -> None:
    with running(lines=4) as (process, _):
        process.send_signal(number)
        assert process.communicate(timeout=5) == ("", "")
        assert process.returncode == 0


def test_a_port_in_use_is_a_one_line_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert error_of("--port", port).startswith(f"can't listen on 127.0.0.1, port {port}: ")


def test_the_port_is_an_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with running("--port", port, lines=2) as (_, printed):
        assert printed[1] == f"export OPENAI_BASE_URL=http://127.0.0.1:{port}/v1\n"


def test_the_host_is_an_option() -> None:
    # An address for documentation (RFC 5737), which no machine has.
    assert error_of("--host", "192.0.2.1").startswith("can't listen on 192.0.2.1, port 0: ")


def test_profile_models_latency_and_random_failures_are_options(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps({"data": [{"id": "own"}]}), "utf-8")
    options = ["--profile", "together", "--models", str(file), "--latency", "0.01", "--fail-rate", "0.5", "--seed", "8"]
    with (
        MockServer(profile="together", models=[{"id": "own"}], fail_rate=0.5, seed=8) as same,
        running(*options, lines=3) as (_, printed),
    ):
        assert printed[0].startswith("# A mock of together's model endpoints, ")
        base_url = printed[1].strip().removeprefix("export OPENAI_BASE_URL=")
        headers = {"authorization": f"Bearer {same.api_key}"}
        responses, expected = (
            [httpx.get(f"{url}/models", headers=headers, trust_env=False) for _ in range(10)]
            for url in (base_url, same.base_url)
        )
    results = [(response.status_code, response.content) for response in responses]
    assert results == [(response.status_code, response.content) for response in expected]
    assert (200, b'[{"id":"own"}]') in results


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--profile", "nope"], "unknown profile 'nope'; the known ones: openai, "),
        (["--models", "missing.json"], "can't read missing.json: "),
        (["--latency", "-1"], "latency must be 0 seconds or more: -1.0"),
        (["--fail-rate", "2"], "fail_rate must be from 0.0 (no request fails) to 1.0 (every request fails): 2.0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_invalid_option_is_a_one_line_error(options: list[str], message: str) -> None:
    assert error_of(*options).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"models": []}', "models.json has no models: it must hold an array of objects with an id"),
        ('["gpt-4o"]', "models.json has no models: "),
        ("{", "models.json is not JSON: "),
    ],
)
def test_a_file_without_models_is_rejected(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=message):
        read_models(file)


def test_a_file_may_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text('[{"id": "my-modèle"}]', "utf-8-sig")
    assert read_models(file) == [{"id": "my-modèle"}]
