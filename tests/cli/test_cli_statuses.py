"""The exit statuses: each is reached, and help and docs have the same table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openai_models.cli._exit_codes import MEANINGS, Exit

if TYPE_CHECKING:
    from tests.cli.conftest import Run

    from openai_models.testing import MockServer

CASES = {
    "list": Exit.FINE,
    "get gpt-4o": Exit.FINE,
    "get gpt-4x": Exit.NO_MODEL,
    "check gpt-4o": Exit.FINE,
    "check gpt-3.5-turbo": Exit.CHECK_FAILED,
    "check nope": Exit.CHECK_FAILED,
    "check": Exit.USAGE,
    "check gpt-4o --within soon": Exit.USAGE,
    "check --file none.txt": Exit.USAGE,
    "delete ft:nope": Exit.USAGE,
    "delete ft:nope --yes": Exit.NO_MODEL,
    "delete": Exit.USAGE,
    "delete ft:x --fine-tuned": Exit.USAGE,
    "list --limit 0": Exit.USAGE,
    "list --created-after soon": Exit.USAGE,
    "list --header nonsense": Exit.USAGE,
    "list --timeout -1": Exit.USAGE,
    "list --base-url nonsense": Exit.USAGE,
    "list --profile none": Exit.USAGE,
    "list --api-key-file none": Exit.KEY,
    "list --api-key sk-abcdefghijkl": Exit.USAGE,
    "list --max-retries 0 --base-url http://127.0.0.1:9/v1": Exit.SERVER,
    "no-such-command": Exit.USAGE,
    "diff none.json": Exit.USAGE,
    "--version": Exit.FINE,
    "--help": Exit.FINE,
    "": Exit.FINE,
}


@pytest.mark.parametrize(("line", "status"), CASES.items())
def test_each_outcome_has_its_status(line: str, status: Exit, run: Run) -> None:
    done = run(*line.split())
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout == "") or status in {Exit.FINE, Exit.CHECK_FAILED, Exit.NO_MODEL}


@pytest.mark.parametrize("key", ["", "sk-this-is-wrong-0123456789"])
def test_a_key_that_is_missing_or_wrong_ends_with_3(key: str, run: Run) -> None:
    done = run("list", OPENAI_API_KEY=key)
    assert done.returncode == Exit.KEY
    assert "OPENAI_API_KEY" in done.stderr
    assert "0123456789" not in done.stderr


def test_a_server_that_fails_ends_with_6_and_its_request_id(run: Run, mock: MockServer) -> None:
    mock.fail_next(500, times=3)
    done = run("list", "--max-retries", "0")
    assert done.returncode == Exit.SERVER
    assert re.search(r"\(request id req_\w+\)", done.stderr)
    assert len(done.stderr.splitlines()) == 2


def test_a_url_without_an_api_is_not_taken_for_a_missing_model(run: Run, mock: MockServer) -> None:
    done = run("get", "gpt-4o", "--base-url", mock.base_url.removesuffix("/v1"))
    assert done.returncode == Exit.SERVER
    assert "is --base-url right" in done.stderr


@pytest.mark.parametrize(
    ("line", "closed", "status"),
    [
        ("list", ">&-", Exit.FINE),
        ("get gpt-4x", "2>&-", Exit.NO_MODEL),
        ("delete ft:nope", "<&-", Exit.USAGE),
    ],
)
def test_a_closed_stream_changes_no_status(line: str, closed: str, status: Exit, environment: dict[str, str]) -> None:
    command = f'"{sys.executable}" -m openai_models {line} {closed}'
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert "bug" not in done.stderr


def test_the_help_has_the_whole_table(run: Run) -> None:
    text = run("--help").stdout
    for status, meaning in MEANINGS.items():
        assert f"{status.value:>3}  {meaning}" in text


def test_the_page_has_the_whole_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    assert set(MEANINGS) == set(Exit)
    for status, meaning in MEANINGS.items():
        assert f"| {status.value} | {meaning} |" in page


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['click'] = None; from openai_models.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'openai-models needs an extra: pip install "openai-models[cli]"\n'


def test_debug_shows_the_traceback_without_the_key(run: Run, mock: MockServer) -> None:
    mock.fail_next(500)
    done = run("list", "--debug", "--verbose", "--max-retries", "0")
    assert "Traceback" in done.stderr
    assert "InternalServerError" in done.stderr
    assert mock.api_key not in done.stdout + done.stderr
