"""The suite itself: what it leaves alone, what it leaves behind, and what it says when it can't be run."""

from __future__ import annotations

import ast
import base64
import importlib
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from schemathesis.checks import CHECKS as ALL
from schemathesis.checks import load_all_checks
from starlette.datastructures import Headers
from tests.contract.broken import DELETABLE, Answer, Bug, server_with
from tests.contract.bugs import BUGS
from tests.contract.changes import error

from openai_models.contract import Report, Target, run
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS
from openai_models.contract._context import RunContext
from openai_models.contract._engine import EXCLUDED, load
from openai_models.contract._gateway import Gateway
from openai_models.contract._prober import Prober
from openai_models.contract._probes import UNKNOWN_ID, deletable
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import Scope
    from tests.contract.conftest import Wire

    from openai_models.testing import RecordedRequest

ROOT = Path(__file__).parents[2]
PACKAGES = os.pathsep.join((str(ROOT / "wrapper"), str(ROOT / "generated")))
MINUTE = 60
NEW = {"host", "x-schemathesis-testcaseid"}


def contract(
    *arguments: str,
    api_key: str | None,
    cwd: Path,
    hash_seed: int = 0,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command, from another folder and with more variables in its environment."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PYTEST_"))},
        "PYTHONPATH": PACKAGES,
        "PYTHONHASHSEED": str(hash_seed),
        "COLUMNS": "120",
        **(variables or {}),
    }
    if api_key is not None:
        environment["OPENAI_API_KEY"] = api_key
    command = [sys.executable, "-m", "openai_models.contract", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=cwd, env=environment, timeout=MINUTE
    )


def words(result: subprocess.CompletedProcess[str]) -> str:
    """Everything that was printed."""
    return result.stdout + result.stderr


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


def test_nothing_is_deleted_unless_it_is_named(wire: Wire, tmp_path: Path) -> None:
    base_url, lines = wire.base_url, wire.lines
    assert contract(base_url, api_key="sk-any-0123456789", cwd=tmp_path).returncode == 1
    assert len(lines) > 150
    assert [line for line in lines if line.split()[0].upper() == b"DELETE"] == []


def test_what_is_named_is_deleted_and_beside_it_only_what_nobody_has(wire: Wire, tmp_path: Path) -> None:
    base_url, lines = wire.base_url, wire.lines
    contract(base_url, "--delete-model", "ft:mine/x", api_key="sk-any-0123456789", cwd=tmp_path)
    deleted = [line.split()[1].decode() for line in lines if line.split()[0] == b"DELETE"]
    assert deleted.count("/v1/models/ft%3Amine%2Fx") == 2
    others = [path for path in deleted if path != "/v1/models/ft%3Amine%2Fx"]
    assert len(others) == 6
    assert all(UNKNOWN_ID in path for path in others)


def test_a_model_that_is_not_there_is_not_deleted(mock: MockServer, tmp_path: Path) -> None:
    result = contract(mock.base_url, "--delete-model", "ft:none", api_key=mock.api_key, cwd=tmp_path)
    assert result.returncode == 2
    assert "ft:none is not listed, so nothing was deleted" in result.stderr
    assert [seen.path for seen in mock.requests if seen.method == "DELETE"] == []


def test_a_server_that_stops_to_answer_is_not_waited_for_without_end(mock: MockServer) -> None:
    target = Target(mock.base_url, mock.api_key)
    report, context, gateway = Report(), RunContext(), Gateway(target)
    prober = Prober(target, gateway, context, report)
    mock.drop_next(times=1000)
    prober.probe_all()
    gateway.close()
    assert gateway.count == 5
    assert report.failed == {"answered"}
    (error,) = report.errors
    assert re.fullmatch(r"\d+ requests were not sent, as 5 before them had no answer", error)


def test_the_whole_life_of_the_model_is_looked_at(mock: MockServer) -> None:
    report = run(Target(mock.base_url, mock.api_key), delete_model=DELETABLE)
    last = [(seen.method, seen.path.removeprefix("/v1")) for seen in mock.requests[-5:]]
    path = "/models/ft%3Agpt-4o-mini%3Aacemeco%3Asuffix%3Aabc123"
    assert last == [("GET", path), ("DELETE", path), ("DELETE", path), ("GET", path), ("GET", "/models")]
    assert report.passed


def test_a_delete_that_schemathesis_came_up_with_by_itself_would_not_be_sent(mock: MockServer) -> None:
    gateway = Gateway(Target(mock.base_url, mock.api_key), may_delete=deletable("mine"))
    operation = load(gateway, None)["/models/{model}"]["DELETE"]
    for model in ("gpt-4o", "", "mine/../gpt-4o"):
        with pytest.raises(PermissionError, match="not ours"):
            operation.Case(path_parameters={"model": model}).call()
    with pytest.raises(PermissionError, match="not ours"):
        operation.Case(path_parameters={"model": "mine"}).call(url=f"{mock.base_url}/models/gpt-4o")
    assert mock.requests == []


def test_the_requests_are_the_same_each_time_and_nothing_is_left_behind(mock: MockServer, tmp_path: Path) -> None:
    first = contract(mock.base_url, api_key=mock.api_key, cwd=tmp_path, hash_seed=1)
    requests = mock.requests
    mock.reset()
    second = contract(mock.base_url, api_key=mock.api_key, cwd=tmp_path, hash_seed=2)

    assert (first.returncode, second.returncode) == (0, 0), words(first) + words(second)
    assert first.stdout == second.stdout
    assert as_sent(requests) == as_sent(mock.requests)
    assert {seen.headers["user-agent"].partition("/")[0] for seen in requests} == {"openai-models-contract"}
    assert list(tmp_path.iterdir()) == []


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


def test_a_login_in_netrc_takes_no_part(mock: MockServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login joe password of-joe\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert run(Target(mock.base_url, mock.api_key), max_examples=1).passed
    sent = {seen.headers.get("authorization", "none") for seen in mock.requests}
    assert f"Basic {base64.b64encode(b'joe:of-joe').decode()}" not in sent


def test_the_contract_patches_nobody_and_imports_nothing_private() -> None:
    for path in sorted((ROOT / "wrapper/openai_models/contract").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        imported = [
            f"{node.module}.{name.name}" if isinstance(node, ast.ImportFrom) else name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0)
            for name in node.names
        ]
        others = [name for name in imported if name.partition(".")[0] in {"schemathesis", "hypothesis"}]
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


def test_a_broken_server_is_told_the_check_the_request_and_the_answer_but_not_the_key(tmp_path: Path) -> None:
    bug = next(bug for bug in BUGS if bug.name == "404 in HTML")
    with server_with(bug) as mock:
        result = contract(mock.base_url, "--report", "out", api_key=mock.api_key, cwd=tmp_path)
        junit, page = ((tmp_path / "out" / name).read_text() for name in ("junit.xml", "report.html"))
        line = f'-H "Authorization: Bearer $OPENAI_API_KEY" {mock.base_url}/models/'
        assert result.returncode == 1
        assert "error_sentence: Every error is JSON with a sentence for people." in result.stdout
        assert line in result.stdout
        assert "<h1>Not Found</h1>" in result.stdout
        assert mock.api_key[:-1] not in words(result) + junit + page
    assert 'name="error_sentence">\n    <failure message="Every error is JSON with a sentence' in junit
    assert "&lt;h1&gt;Not Found&lt;/h1&gt;" in page
    assert not re.search(r"<(script|link|img)|url\(|@import", page)


def test_the_key_stands_in_no_report_in_whichever_case_a_server_repeats_it(tmp_path: Path) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        sent = Headers(scope=scope).get("authorization", "")
        swapped = sent == f"Bearer {MockServer().api_key.swapcase()}"
        return answer.saying(error(f"{sent} is wrong"), status=401) if swapped else answer

    with server_with(Bug("the key in the other case, repeated", "key_masked", answered=answered)) as mock:
        result = contract(mock.base_url, "--report", str(tmp_path), api_key=mock.api_key, cwd=tmp_path)
        text = words(result) + (tmp_path / "report.html").read_text() + (tmp_path / "junit.xml").read_text()
    assert "key_masked: A wrong key is not repeated in full." in result.stdout
    assert "Bearer [Filtered] is wrong" in result.stdout
    assert 'Bearer $(printf %s "$OPENAI_API_KEY" | tr A-Za-z a-zA-Z)"' in result.stdout
    assert mock.api_key[:-1].casefold() not in text.casefold()


def test_the_page_and_the_xml_hold_whatever_a_server_sends(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> ]]> \x1b[31mred \x00 \x9b [bold]marked[/bold]"

    def answered(_: object, answer: Any) -> Any:
        return replace(answer, body=hostile.encode()) if answer.status == 404 else answer

    with server_with(Bug("hostile words", "error_sentence", answered=answered)) as mock:
        result = contract(mock.base_url, "--report", str(tmp_path), api_key=mock.api_key, cwd=tmp_path)
    assert result.returncode == 1
    assert "alert(1)" in result.stdout
    assert "[bold]marked[/bold]" in result.stdout
    page = (tmp_path / "report.html").read_text("utf-8")
    xml = (tmp_path / "junit.xml").read_text("utf-8")
    for shown in (result.stdout, page, xml):
        assert not set(shown) & set("\x1b\x00\x9b")
    assert "<script>alert" not in page
    assert ET.fromstring(xml).tag in {"testsuite", "testsuites"}


@pytest.fixture
def nobody() -> Iterator[str]:
    """A base URL at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1"


def test_where_the_suite_cannot_be_run_there_is_one_sentence(nobody: str, tmp_path: Path) -> None:
    result = contract(nobody, api_key="sk-any", cwd=tmp_path)
    assert result.returncode == 2
    assert re.fullmatch(rf"openai-models: no server answers at {re.escape(nobody)}: .+\n", result.stderr)
    assert result.stdout == ""


def test_without_schemathesis_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.py").write_text('raise ModuleNotFoundError("none", name="schemathesis")')
    result = subprocess.run(
        [sys.executable, "-m", "openai_models.contract", "http://127.0.0.1:9/v1"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), PACKAGES))},
        timeout=MINUTE,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == 'openai-models: the contract needs an extra: pip install "openai-models[contract]"\n'


def test_the_key_can_stand_in_a_file(mock: MockServer, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{mock.api_key}\n")
    result = contract(mock.base_url, "--api-key-file", "key", "--max-examples", "1", api_key=None, cwd=tmp_path)
    assert result.returncode == 0, words(result)
    assert contract(mock.base_url, "--api-key-file", "none", api_key=None, cwd=tmp_path).returncode == 3


def test_the_command_is_named_without_schemathesis() -> None:
    code = "import sys, openai_models.contract._command; sys.exit('schemathesis' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": PACKAGES}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0
