"""`python -m openai_models.testing`, which `make mock` runs."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import httpx
import pytest

from openai_models.testing import MockServer
from openai_models.testing.__main__ import main, serve
from openai_models.testing._default_models import read_models


@contextmanager
def running(*options: str, lines: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run the command; yield the process and the first lines of its output."""
    command = [sys.executable, "-W", "error", "-m", "openai_models.testing", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, [process.stdout.readline() for _ in range(lines)]
        finally:
            process.kill()


def test_the_output_can_be_pasted_into_a_shell_and_sigint_stops_the_process_with_status_0() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with running("--port", port, lines=4) as (process, printed):
        assert printed[1] == f"export OPENAI_BASE_URL=http://127.0.0.1:{port}/v1\n"
        script = "".join(printed) + '\necho "$OPENAI_BASE_URL $OPENAI_API_KEY"'
        pasted = subprocess.run(["sh"], input=script, env={}, capture_output=True, text=True, check=True)
        base_url, key = pasted.stdout.split()
        response = httpx.get(f"{base_url}/models", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
    assert response.status_code == 200
    assert process.returncode == 0


def test_who_has_read_the_key_may_close_the_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(write=written.append, flush=lambda: None))
    monkeypatch.setattr(time, "sleep", Mock(side_effect=KeyboardInterrupt))
    monkeypatch.setattr("openai_models.testing.__main__.STOP_SIGNALS", ())
    serve(MockServer())
    assert len(written) == 1


def test_profile_models_latency_and_random_failures_are_options_and_sigterm_stops_the_process(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps({"data": [{"id": "own"}]}), "utf-8")
    options = ["--profile", "together", "--models", str(file), "--latency", "0.01", "--fail-rate", "0.5", "--seed", "8"]
    with (
        MockServer(profile="together", models=[{"id": "own"}], fail_rate=0.5, seed=8) as same,
        running(*options, lines=3) as (process, printed),
    ):
        assert printed[0].startswith("# A mock of together's model endpoints, ")
        base_url = printed[1].strip().removeprefix("export OPENAI_BASE_URL=")
        headers = {"authorization": f"Bearer {same.api_key}"}
        with httpx.Client(headers=headers, trust_env=False) as client:
            responses, expected = (
                [client.get(f"{url}/models") for _ in range(10)] for url in (base_url, same.base_url)
            )
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0
    results = [(response.status_code, response.content) for response in responses]
    assert results == [(response.status_code, response.content) for response in expected]
    assert (200, b'[{"id":"own"}]') in results
    assert min(response.elapsed.total_seconds() for response in responses) >= 0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        # An address for documentation (RFC 5737), which no machine has.
        (["--host", "192.0.2.1"], "can't listen on 192.0.2.1, port 0: "),
        (["--profile", "nope"], "unknown profile 'nope'; the known ones: openai, "),
        (["--models", "missing.json"], "can't read missing.json: "),
        (["--latency", "-1"], "latency must be 0 seconds or more: -1.0"),
        (["--fail-rate", "2"], "fail_rate must be from 0.0 (no request fails) to 1.0 (every request fails): 2.0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_invalid_option_is_a_one_line_error(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai_models.testing.__main__.STOP_SIGNALS", ())  # they belong to the tests' process
    with pytest.raises(SystemExit) as caught:
        main(options)
    assert caught.value.code == 1
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    assert output.err.startswith(f"openai-models: {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"models": []}', "models.json has no models: it must hold an array of objects with an id"),
        ('["gpt-4o"]', "models.json has no models: "),
        ("{", "models.json is not JSON: "),
    ],
)
def test_a_file_without_models_is_rejected_and_one_with_a_byte_order_mark_is_read(
    content: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "models.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=message):
        read_models(file)
    file.write_text('[{"id": "my-modèle"}]', "utf-8-sig")
    assert read_models(file) == [{"id": "my-modèle"}]
