"""The suite itself: what it sends, what changes nothing, what it leaves behind, and what it says when it can't be run."""

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from schemathesis.checks import CHECKS as ALL
from schemathesis.checks import load_all_checks
from tests.contract.conftest import Command

from openai_models.cli import app
from openai_models.contract import Report, Target, run
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS
from openai_models.contract._context import RunContext
from openai_models.contract._engine import EXCLUDED
from openai_models.contract._gateway import Gateway
from openai_models.contract._prober import Prober
from openai_models.testing import MockServer, RecordedRequest

ROOT = Path(__file__).parents[2]
NEW = {"host", "x-schemathesis-testcaseid"}
HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers["x-hook"] = "was here"
"""


def as_sent(requests: list[RecordedRequest]) -> list[object]:
    """Requests without what is new each time: the port, and the name that schemathesis gives a request."""
    return [
        (seen.method, seen.path, seen.query, seen.body, [pair for pair in seen.headers.items() if pair[0] not in NEW])
        for seen in requests
    ]


def test_the_requests_are_the_same_each_time_whatever_the_surroundings_and_nothing_is_left_behind(
    mock: MockServer, tmp_path: Path
) -> None:
    def contract(**environment: str) -> tuple[str, list[object]]:
        mock.reset()
        command = [sys.executable, "-m", "openai_models.contract", mock.base_url, "--max-examples", "10"]
        variables = {**os.environ, "OPENAI_API_KEY": mock.api_key, **environment}
        done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout, as_sent(mock.requests)

    first = contract(PYTHONHASHSEED="1")
    assert list(tmp_path.iterdir()) == []
    assert all(seen.headers["user-agent"].startswith("openai-models-contract/") for seen in mock.requests)

    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "schemathesis.toml").write_text("headers = { x-other = 'y' }\n[generation]\nmax-examples = 2\n")
    (tmp_path / "netrc").write_text("default login joe password of-joe\n")
    before = set(tmp_path.iterdir())
    second = contract(
        PYTHONHASHSEED="2",
        CI="true",
        HYPOTHESIS_STORAGE_DIRECTORY=str(tmp_path / "h"),
        NETRC=str(tmp_path / "netrc"),
        SCHEMATHESIS_HOOKS=str(tmp_path / "hooks.py"),
    )
    assert second == first
    assert set(tmp_path.iterdir()) == before


def test_what_else_is_imported_changes_no_request(mock: MockServer, tmp_path: Path) -> None:
    target = Target(mock.base_url, mock.api_key)
    run(target)
    before = mock.requests
    mock.reset()

    (tmp_path / "neighbour.py").write_text(f"NAMES = {[f'neighbour-{number}' for number in range(500)]}")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        importlib.import_module("neighbour")
        run(target)
        del sys.modules["neighbour"]

    assert as_sent(mock.requests) == as_sent(before)


@pytest.mark.parametrize("models", [None, []], ids=["some", "none"])
def test_a_model_that_is_not_there_is_not_deleted(models: list[dict[str, str]] | None, command: Command) -> None:
    with MockServer(models=models) as mock:
        arguments = (mock.base_url, "--delete-model", "ft:none", "--max-examples", "1")
        done = command(*arguments, OPENAI_API_KEY=mock.api_key)
    assert done.status == 2
    assert "ft:none is not listed, so nothing was deleted" in done.err
    assert [seen.path for seen in mock.requests if seen.method == "DELETE"] == []


def test_a_server_that_stops_to_answer_is_not_waited_for_without_end(mock: MockServer) -> None:
    target = Target(mock.base_url, mock.api_key)
    report, gateway = Report(), Gateway(target)
    prober = Prober(target, gateway, RunContext(), report)
    mock.drop_next(times=1000)
    prober.probe_all()
    assert gateway.count == 5
    assert report.failed == {"answered"}
    (error,) = report.errors
    assert re.fullmatch(r"\d+ requests were not sent, as 5 before them had no answer", error)


def test_the_contract_patches_nobody_and_imports_nothing_private() -> None:
    for path in sorted((ROOT / "wrapper/openai_models/contract").glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        imported = [
            f"{node.module}.{it.name}" for node in nodes if isinstance(node, ast.ImportFrom) for it in node.names
        ]
        imported += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
        others = [name for name in imported if name.startswith(("schemathesis", "hypothesis"))]
        assert not [name for name in others if "._" in name or ".internal" in name], path.name
        assert not [name for name in imported if name.startswith(("unittest", "requests", "urllib3"))], path.name


def test_every_check_of_schemathesis_is_used_or_has_a_reason_not_to_be() -> None:
    load_all_checks()
    others = {name for name in ALL.get_all_names() if name not in CUSTOM_CHECKS}
    assert {*others, "max_response_time"} == {*BUILTIN_CHECKS, *EXCLUDED}
    assert not set(BUILTIN_CHECKS) & set(EXCLUDED)


def test_every_check_says_what_it_demands_and_who_differs() -> None:
    for name, check in CUSTOM_CHECKS.items():
        function: Any = ALL.get_one(name)
        assert check.requirement.endswith("."), name
        assert len(function.__doc__.split("\n\n")[1].split()) > 10, name


@pytest.mark.parametrize(
    ("use", "before", "after"),
    [
        ("print(app.run(['contract', 'http://127.0.0.1:9/v1']))", "openai-models: ", "2\n"),
        ("from openai_models.contract import run", "", ""),
        ("pytest_plugin.openai_models_contract.__wrapped__()", "", ""),
    ],
    ids=["command", "run", "fixture"],
)
def test_without_schemathesis_the_sentence_says_what_to_install(
    use: str, before: str, after: str, run_python: Callable[..., str]
) -> None:
    code = f"""
import sys
from openai_models.cli import app
from openai_models.contract import pytest_plugin
sys.modules["schemathesis"] = None
sys.stderr = sys.stdout
try:
    {use}
except ImportError as error:
    print(error)
"""
    sentence = 'the contract needs an extra: pip install "openai-models[contract]"'
    assert run_python(code) == f"{before}{sentence}\n{after}"


@pytest.mark.parametrize(
    ("form", "server", "status"),
    [("text", "openai", 0), ("json", "vllm", 1), ("github", "vllm", 1), ("github", "openai/none", 2)],
)
def test_where_nobody_reads_stdout_the_status_and_the_files_are_the_same(
    form: str, server: str, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile, slash, path = server.partition("/")
    reader, writer = os.pipe()
    os.close(reader)
    with MockServer(profile=profile) as mock, os.fdopen(writer, "w") as closed:
        monkeypatch.setenv("OPENAI_API_KEY", mock.api_key)
        monkeypatch.setattr(sys, "stdout", closed)
        options = ["--max-examples", "1", "--format", form, "--report", str(tmp_path)]
        assert app.run(["contract", mock.base_url + slash + path, *options]) == status
    assert len(list(tmp_path.iterdir())) == (0 if path else 3)


@pytest.mark.parametrize("module", ["_command", "pytest_plugin"])
def test_the_command_and_the_plugin_are_imported_without_schemathesis(
    module: str, run_python: Callable[..., str]
) -> None:
    code = f"import sys, openai_models.contract.{module}; print('schemathesis' in sys.modules)"
    assert run_python(code) == "False\n"
