"""The exit statuses: each is reached, and help and docs have the same table."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import CHECK_FAILED, FINE, KEY, NO_MODEL, REFUSED, SERVER, USAGE, Run

from openai_models.testing import MockServer

CASES = {
    "list": FINE,
    "get gpt-4x": NO_MODEL,
    "check gpt-4o": FINE,
    "check gpt-3.5-turbo": CHECK_FAILED,
    "check gpt-3.5-turbo --within 12h": CHECK_FAILED,
    "check nope": CHECK_FAILED,
    "check": USAGE,
    "check --file none.txt": USAGE,
    "delete ft:nope --yes": NO_MODEL,
    "delete ft:x --fine-tuned": USAGE,
    "list --header nonsense": USAGE,
    "list --base-url": USAGE,
    "list --base-url nonsense": USAGE,
    "list --base-url=": USAGE,
    "list --profile none": USAGE,
    "list --api-key-file none": KEY,
    f"list --max-retries 0 --base-url {REFUSED}": SERVER,
    "diff none.json": USAGE,
    "get -- --base-url": NO_MODEL,
    "--version": FINE,
}


@pytest.mark.parametrize(("line", "status"), CASES.items())
def test_each_outcome_has_its_status(line: str, status: int, run: Run) -> None:
    done = run(line)
    assert done.status == status, done.err
    assert "Traceback" not in done.err
    assert (done.out == "") or status in {FINE, CHECK_FAILED, NO_MODEL}


@pytest.mark.parametrize("line", ["list --api-key sk-abcdefghijkl", "--api-key=sk-abcdefghijkl list"])
def test_a_key_on_the_command_line_is_refused(line: str, run: Run) -> None:
    done = run(line)
    assert (done.status, done.out) == (USAGE, "")
    assert "no key on the command line" in done.err
    assert "sk-a" not in done.err


@pytest.mark.parametrize("line", ["list --base-url=URL", "--base-url URL list", "list --timeout=5 --base-url URL"])
def test_global_options_may_stand_before_or_after_the_command(line: str, run: Run, mock: MockServer) -> None:
    done = run(line.replace("URL", mock.base_url), "--json", OPENAI_BASE_URL=REFUSED)
    assert (done.status, done.out) == (FINE, run("list --json").out)


@pytest.mark.parametrize("key", ["", "sk-this-is-wrong-0123456789"])
def test_a_key_that_is_missing_or_wrong_ends_with_3(key: str, run: Run) -> None:
    done = run("list", OPENAI_API_KEY=key)
    assert done.status == KEY
    assert "OPENAI_API_KEY" in done.err
    assert "0123456789" not in done.err


def test_a_server_that_fails_ends_with_6_and_its_request_id(run: Run, mock: MockServer) -> None:
    mock.fail_next(500)
    done = run("list --max-retries 0")
    assert done.status == SERVER
    assert re.search(r"\(request id req_\w+\)", done.err)
    assert len(done.err.splitlines()) == 2


def test_a_url_without_an_api_is_not_taken_for_a_missing_model(run: Run, mock: MockServer) -> None:
    done = run("get gpt-4o --base-url", mock.base_url.removesuffix("/v1"))
    assert done.status == SERVER
    assert "is --base-url right" in done.err


@pytest.mark.parametrize(
    ("line", "status"), [("list >&-", FINE), ("get gpt-4x 2>&-", NO_MODEL), ("delete ft:nope <&-", USAGE)]
)
def test_a_closed_stream_changes_no_status(line: str, status: int, bash: Run) -> None:
    done = bash(f"openai-models {line}")
    assert done.status == status, done.err
    assert "bug" not in done.err


def test_the_help_and_the_page_have_the_same_table(run: Run) -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)
    assert [int(status) for status, _ in rows] == [0, 1, 2, 3, 4, 5, 6, 130]
    shown = run("--help").out.partition("Exit statuses:\n")[2]
    assert shown == "".join(f"{status:>5}  {meaning}\n" for status, meaning in rows)


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['click'] = None; from openai_models.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'openai-models needs an extra: pip install "openai-models[cli]"\n'


def test_verbose_and_debug_show_requests_and_the_traceback_without_the_key(bash: Run, mock: MockServer) -> None:
    mock.fail_next(500)
    done = bash("openai-models list --debug --verbose --max-retries 0")
    assert "Traceback" in done.err
    assert "InternalServerError" in done.err
    assert "GET" in done.err
    assert mock.api_key not in done.out + done.err


def test_behind_two_dashes_debug_is_a_model_id(run: Run, mock: MockServer) -> None:
    done = run("get -- --debug", OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
    assert done.status == NO_MODEL
    assert "Traceback" not in done.err
