"""The tour of `make demo`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-W", "error", str(ROOT / "tools" / "demo.py")]


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # `PATH` is enough: what else is in the environment must not matter.
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [*DEMO, *arguments], env=variables, capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def tour() -> subprocess.CompletedProcess[str]:
    started = time.monotonic()
    done = demo()
    assert time.monotonic() - started < 15
    return done


@pytest.mark.parametrize(
    "shown",
    [
        "#> gpt-4o-mini by system of 2024-07-16",
        "#> Error code: 404 - The model 'no-such-model' does not exist",
        "#> ft:gpt-4o-mini:acemeco:suffix:abc123 deleted: True",
        "#> gpt-4o after 1.",
        " s and 2 requests",
        "#> APITimeoutError after 1.",
        "#> The body is not JSON",
        "context length 1,048,576",
        "# $ openai-models list --match 'gpt-4*'",
        "make contract BASE_URL=",
    ],
)
def test_the_tour_shows(tour: subprocess.CompletedProcess[str], shown: str) -> None:
    assert (tour.returncode, tour.stderr) == (0, "")
    assert shown in tour.stdout
    assert "\033" not in tour.stdout


def test_the_tour_can_be_pasted_into_a_python_shell(tour: subprocess.CompletedProcess[str]) -> None:
    with MockServer() as mock:
        preamble = "import openai_models.testing\nmock = openai_models.testing.MockServer()\n"
        preamble += "mock = mock.__enter__()\nimport os\nos.environ.update(OPENAI_BASE_URL=mock.base_url)\n"
        done = subprocess.run(
            [sys.executable, "-i", "-q"],
            input=preamble + tour.stdout,
            env={"PATH": os.environ["PATH"], "OPENAI_API_KEY": mock.api_key},
            capture_output=True,
            text=True,
            check=True,
        )
    assert "Error" not in done.stderr  # where the shell writes its prompts and tracebacks
    assert "gpt-4o-mini by system of 2024-07-16" in done.stdout
    assert "APITimeoutError after" in done.stdout


def test_the_tour_is_in_colour_on_request() -> None:
    text = demo(FORCE_COLOR="1").stdout
    assert "\033[1m# List the models\033[0m" in text
    assert "\033" not in demo(FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_reader_that_leaves_early_ends_the_tour_quietly() -> None:
    with subprocess.Popen(DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("# A tour")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_live_server_is_only_read() -> None:
    with MockServer(models=[{"id": "mine"}]) as mock:
        done = demo("--live", OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
        assert (done.returncode, done.stderr) == (0, "")
        assert {request.method for request in mock.requests} == {"GET"}
    assert "#> mine by None of None" in done.stdout


def test_a_live_server_that_lists_nothing_ends_the_tour() -> None:
    with MockServer(models=[]) as mock:
        done = demo("--live", OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the server lists no models" in done.stdout


def test_of_a_dead_server_the_tour_says_what_the_library_says() -> None:
    done = demo(
        "--live", OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="sk-x", OPENAI_MODELS_NO_RETRY_DELAYS="1"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("openai_models.APIConnectionError: ")
    assert "Traceback" not in done.stderr


def test_without_a_key_the_tour_says_what_the_library_says() -> None:
    done = demo("--live")
    assert done.returncode == 1
    assert done.stderr.startswith("openai_models.OpenAIError: No API key: ")
    assert "Traceback" not in done.stderr
