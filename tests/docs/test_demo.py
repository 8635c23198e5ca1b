"""The tour of `make demo`."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-W", "error", str(ROOT / "tools" / "demo.py")]
SHOWN = [
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
]


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # `PATH` is enough: what else is in the environment must not matter.
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [*DEMO, *arguments], env=variables, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_the_tour_shows_what_there_is_and_can_be_pasted_into_a_python_shell() -> None:
    started = time.monotonic()
    tour = demo(FORCE_COLOR="1", NO_COLOR="1")
    assert time.monotonic() - started < 15
    assert (tour.returncode, tour.stderr) == (0, "")
    assert [text for text in SHOWN if text not in tour.stdout] == []
    assert "\033" not in tour.stdout
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


def test_the_tour_is_in_colour_on_request_and_ends_quietly_when_its_reader_leaves() -> None:
    variables = {"PATH": os.environ["PATH"], "FORCE_COLOR": "1"}
    with subprocess.Popen(
        DEMO, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert lines[0].startswith("# A tour")
    assert lines[2] == "\033[1m# List the models\033[0m\n"


@pytest.mark.parametrize(
    ("models", "shown"),
    [([{"id": "mine"}], "#> mine by None of None"), ([], "the server lists no models")],
    ids=["models", "none"],
)
def test_a_live_server_is_only_read(models: list[dict[str, str]], shown: str) -> None:
    with MockServer(models=models) as mock:
        done = demo("--live", OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
        assert {request.method for request in mock.requests} == {"GET"}
    assert (done.returncode, done.stderr) == (0, "")
    assert shown in done.stdout


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-x"}, "APIConnectionError: "),
        ({}, "OpenAIError: No API key: "),
    ],
    ids=["dead server", "no key"],
)
def test_of_a_failure_the_tour_says_what_the_library_says(variables: dict[str, str], message: str) -> None:
    done = demo("--live", OPENAI_MODELS_NO_RETRY_DELAYS="1", **variables)
    assert done.returncode == 1
    assert done.stderr.startswith(f"openai_models.{message}")
    assert "Traceback" not in done.stderr
