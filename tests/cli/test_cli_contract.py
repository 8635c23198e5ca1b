"""`openai-models contract` as a program; what it finds is the business of tests/contract."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Show


def test_a_terminal_shows_the_phase_the_requests_and_the_time_while_it_runs(show: Show, mock: MockServer) -> None:
    screen = show("contract", mock.base_url, "--max-examples", "1", width=120)
    assert screen.status == 0
    during, _, _ = screen.raw.partition("checks passed")
    assert re.search(r"looking for the server.*examples.*coverage.*fuzzing.*stateful.*the probes", during, re.DOTALL)
    assert re.search(r"[1-9][0-9]* requests", during)
    assert re.search(r"0:00:0[1-9]", during)
    assert screen.text.startswith(f"{mock.base_url}, level official")


def test_a_pipe_gets_the_report_and_nothing_else(run: Run, mock: MockServer) -> None:
    done = run("contract", mock.base_url, "--max-examples", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        rf"{mock.base_url}, level official\n\n30 of 36 checks passed, 6 not tried \(.*\)\npasses \([0-9]+ requests\)\n",
        done.stdout,
    )


def test_verbose_prints_every_check(run: Run, mock: MockServer) -> None:
    done = run("contract", mock.base_url, "--max-examples", "1", "--verbose")
    assert len(re.findall("passes|not tried", done.stdout.partition("checks passed")[0])) == 36


def test_a_workflow_gets_annotations_and_a_step_summary(run: Run, tmp_path: Path) -> None:
    steps = tmp_path / "summary.md"
    steps.write_text("# Before\n", "utf-8")
    with MockServer(profile="mistral") as mock:
        options = ("--level", "compatible", "--max-examples", "1", "--format", "github")
        done = run("contract", mock.base_url, *options, OPENAI_API_KEY=mock.api_key, GITHUB_STEP_SUMMARY=str(steps))
    assert (done.returncode, done.stderr) == (1, "")
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("::error title=contract unknown_model::A model that doesn't exist gets 404.%0A")
    assert last.startswith("fails: unknown_model (")
    assert steps.read_text("utf-8").startswith("# Before\n## ❌ The server fails 1 of 36 checks\n")


def test_a_server_that_cannot_be_tried_is_annotated_too(run: Run) -> None:
    done = run("contract", "http://127.0.0.1:9/v1", "--format", "github")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=contract incomplete::no server answers at http://127.0.0.1:9/v1")


def test_a_refused_port_is_explained_in_plain_words(run: Run) -> None:
    done = run("contract", "http://127.0.0.1:9/v1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "openai-models: no server answers at http://127.0.0.1:9/v1: Connection refused\n"


def test_a_missing_key_is_reported_as_by_the_other_commands(run: Run) -> None:
    done = run("contract", "http://127.0.0.1:9/v1", OPENAI_API_KEY="")
    assert (done.returncode, done.stderr) == (3, run("list", OPENAI_API_KEY="").stderr)


def test_ctrl_c_before_the_first_response_is_reported(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        command = [sys.executable, "-m", "openai_models", "contract", url]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                _, message = process.communicate(timeout=60)
    assert (process.returncode, message) == (130, "openai-models: interrupted: there is no verdict\n")


def test_json_is_the_report_and_the_folder_has_it_too(run: Run, mock: MockServer, tmp_path: Path) -> None:
    done = run("contract", mock.base_url, "--max-examples", "1", "--format", "json", "--report", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"] == "passes"
    assert (tmp_path / "out/report.json").read_text("utf-8") == done.stdout
