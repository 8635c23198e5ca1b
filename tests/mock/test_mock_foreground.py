"""`python -m openai_models.testing`, which `make mock` runs."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import MockServer
from openai_models.testing._seeds import read_models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_profile_models_and_faults_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps({"data": [{"id": "own"}]}), "utf-8")
    options = ["--profile", "together", "--models", str(file), "--latency", "0.01", "--fail-rate", "0.5", "--seed", "8"]
    with (
        MockServer(profile="together", models=[{"id": "own"}], fail_rate=0.5, seed=8) as same,
        subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            printed = [process.stdout.readline() for _ in range(3)]
            assert printed[0].startswith("# A mock of together's model endpoints, ")
            base_url = printed[1].strip().removeprefix("export OPENAI_BASE_URL=")
            headers = {"authorization": f"Bearer {same.api_key}"}
            answers = [
                [httpx.get(f"{url}/models", headers=headers, trust_env=False) for _ in range(10)]
                for url in (base_url, same.base_url)
            ]
        finally:
            process.kill()
    ours, theirs = ([(answer.status_code, answer.content) for answer in row] for row in answers)
    assert ours == theirs
    assert (200, b'[{"id":"own"}]') in ours


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "nope"], "there is no profile 'nope'; those that are known: openai, "),
        (["--models", "missing.json"], "can't read missing.json: "),
        (["--latency", "-1"], "latency is in seconds, 0 or more: -1.0"),
        (["--fail-rate", "2"], "fail_rate is the share of requests that fail, from 0.0 (none) to 1.0 (all): 2.0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_can_not_be_served_ends_it_with_a_sentence(options: list[str], says: str) -> None:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"data": [{"id": "a"}, {"id": "a"}]}', "two models have the id 'a'"),
        ('[{"object": "model"}]', "a model needs an id that is a string: {'object': 'model'}"),
        ('{"models": []}', "holds no models: it takes an array of objects with an id, or an object with such"),
        ('["gpt-4o"]', "holds no models: it takes an array of objects with an id"),
        ("{", "is no JSON: "),
    ],
)
def test_a_file_without_models_ends_it_with_a_sentence(content: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(content, "utf-8")
    done = subprocess.run([*COMMAND, "--models", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_windows_wrote_is_read(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text('[{"id": "my-modèle"}]', "utf-8-sig")
    assert read_models(file) == [{"id": "my-modèle"}]
