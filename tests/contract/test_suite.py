"""The suite itself: what it leaves alone, what it leaves behind, and what it says when it can't be run."""

from __future__ import annotations

import importlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from schemathesis.checks import CHECKS as ALL
from schemathesis.checks import load_all_checks
from schemathesis.core.errors import HookExecutionError
from tests.contract.broken import BUGS, server_with

from openai_models.contract._suite import CHECKS, EXCLUDED, PHASES, hold, load, no_delete
from openai_models.contract._target import Target, UnusableTargetError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai_models.testing import RecordedRequest

ROOT = Path(__file__).parents[2]
MINUTE = 60
API_KEY = MockServer().api_key
NEW = {"host", "x-schemathesis-testcaseid"}


def contract(base_url: str, api_key: str | None, cwd: Path, *, hash_seed: int = 0) -> subprocess.CompletedProcess[str]:
    """Do what `make contract BASE_URL=…` does, from another folder."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PYTEST_"))},
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(hash_seed),
        "COLUMNS": "200",
    }
    if api_key is not None:
        environment["OPENAI_API_KEY"] = api_key
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    command += [str(ROOT / "tests/contract"), f"--base-url={base_url}"]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=cwd, env=environment, timeout=MINUTE
    )


def words(run: subprocess.CompletedProcess[str]) -> str:
    """Everything that was printed."""
    return run.stdout + run.stderr


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


def as_sent(requests: list[RecordedRequest]) -> list[object]:
    """Requests without what is new each time: the port, and the name that schemathesis gives a request."""
    return [
        (seen.method, seen.path, seen.query, seen.body, [pair for pair in seen.headers.items() if pair[0] not in NEW])
        for seen in requests
    ]


def test_a_server_that_is_not_ours_gets_no_delete_and_the_same_requests_each_time(
    mock: MockServer, tmp_path: Path
) -> None:
    first = contract(mock.base_url, mock.api_key, tmp_path, hash_seed=1)
    requests = mock.requests
    mock.reset()
    second = contract(mock.base_url, mock.api_key, tmp_path, hash_seed=2)

    assert (first.returncode, second.returncode) == (0, 0), words(first) + words(second)
    assert {seen.method for seen in requests} == {"GET", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "QUERY"}
    assert as_sent(requests) == as_sent(mock.requests)
    assert list(tmp_path.iterdir()) == []


def test_a_delete_that_schemathesis_came_up_with_by_itself_would_not_be_sent(mock: MockServer) -> None:
    schema = load(Target(mock.base_url, mock.api_key), "coverage")
    case = schema["/models/{model}"]["DELETE"].Case(path_parameters={"model": "ft:gpt-4o-mini:acemeco:suffix:abc123"})
    with no_delete(), pytest.raises(HookExecutionError, match="not ours"):
        case.call()
    assert mock.requests == []


def test_each_phase_finds_our_mock_in_its_first_state(mock: MockServer) -> None:
    all_of_them = len(mock.models)
    left = []

    def reset() -> None:
        left.append(len(mock.models))
        mock.reset()

    hold(Target(mock.base_url, mock.api_key, may_delete=True, reset=reset))
    assert len(left) == len(PHASES)
    assert min(left) < all_of_them, "no phase before the last one deleted anything"
    assert len(mock.models) < all_of_them, "the last one had nothing left to delete"


def test_what_else_is_imported_changes_no_request(mock: MockServer, tmp_path: Path) -> None:
    target = Target(mock.base_url, mock.api_key)
    hold(target)
    before = mock.requests
    mock.reset()

    (tmp_path / "neighbour.py").write_text(f"NAMES = {[f'neighbour-{number}' for number in range(500)]}")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        importlib.import_module("neighbour")
        hold(target)
        del sys.modules["neighbour"]

    assert as_sent(mock.requests) == as_sent(before)


def test_every_check_of_schemathesis_is_used_or_has_a_reason_not_to_be() -> None:
    load_all_checks()
    assert {*ALL.get_all_names(), "max_response_time"} == {*CHECKS, *EXCLUDED}
    assert not set(CHECKS) & set(EXCLUDED)


def test_a_broken_server_is_told_the_check_the_request_and_the_answer_but_not_the_key(tmp_path: Path) -> None:
    bug = next(bug for bug in BUGS if bug.name == "404 in HTML")
    with server_with(bug) as mock:
        run = contract(mock.base_url, mock.api_key, tmp_path)
        assert run.returncode == 1
        failed = re.findall(r"^FAILED .*\[(\w+)\]", run.stdout, re.MULTILINE)
        assert bug.check in failed
        assert f"curl -X GET -H 'Authorization: [Filtered]' {mock.base_url}/models/" in run.stdout
        assert "404 <html>" in run.stdout
        assert mock.api_key not in words(run)


@pytest.fixture
def nobody() -> Iterator[str]:
    """A base URL at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1"


def test_where_the_suite_cannot_be_run_there_is_one_sentence(nobody: str, tmp_path: Path) -> None:
    run = contract(nobody, "sk-any", tmp_path)
    assert run.returncode == 2
    assert words(run).count(f"no server answers at {nobody}: ") == 1
    assert "FAILED" not in words(run)
    assert "ERROR" not in words(run)
    assert "Traceback" not in words(run)


@pytest.mark.parametrize(
    ("ending", "environment", "sentence"),
    [
        ("/v1", {"OPENAI_API_KEY": "sk-wrong"}, "refuses the key in OPENAI_API_KEY (status 401)"),
        ("/v1", {"OPENAI_API_KEY": " "}, "OPENAI_API_KEY is not set"),
        ("/v1", {}, "OPENAI_API_KEY is not set"),
        ("/v1", {"OPENAI_API_KEY": "sk-schlüssel"}, "the key in OPENAI_API_KEY can't be sent"),
        ("", {"OPENAI_API_KEY": API_KEY}, "does the base URL lack its /v1?"),
    ],
    ids=["wrong key", "blank key", "no key", "key that is no ASCII", "no /v1"],
)
def test_the_sentence_says_why(mock: MockServer, ending: str, environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(UnusableTargetError, match=re.escape(sentence)) as caught:
        Target.of_somebody(mock.base_url.removesuffix("/v1") + ending, environment)
    assert "schlüssel" not in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "http:///v1", "ftp://127.0.0.1/v1", "http://[::1/v1", "sesame"])
def test_a_base_url_that_is_none_is_named(url: str) -> None:
    with pytest.raises(UnusableTargetError, match=re.escape(url)):
        Target.of_somebody(url, {"OPENAI_API_KEY": "sk-any"})
