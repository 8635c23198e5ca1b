"""A verdict is given only where it was earned: not after Ctrl-C, nor for what stands between the command and the server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers
from tests.contract.broken import Answer, Bug, server_with
from tests.contract.changes import of_method, with_right_key_if
from tests.contract.fronts import TLS, Cors, Front, Nginx, Proxy, serve
from tests.contract.test_suite import MINUTE, as_sent, contract, words

from openai_models.contract import Level, Target, UnusableTargetError, run
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Scope

# A shell has its background jobs, and so these tests, ignore SIGINT.
START = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from openai_models.__main__ import main
sys.exit(main())
"""
GATEWAY_KEY = "team-7-secret-0123456789"


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize("hangs", [False, True], ids=["answers", "hangs"])
@pytest.mark.parametrize("moment", [1, 2, 16, 20, 60, 110, 150])
def test_ctrl_c_ends_the_run_within_a_second_and_passes_nothing(moment: int, hangs: bool, tmp_path: Path) -> None:  # noqa: FBT001
    sent: list[float] = []
    processes: list[subprocess.Popen[str]] = []

    def answered(scope: Scope, answer: Answer) -> Answer:
        number = scope["memory"]["number"] = scope["memory"].get("number", 0) + 1
        if number == moment:
            processes[0].send_signal(signal.SIGINT)
            sent.append(monotonic())
        return replace(answer, silent=hangs and number == moment)

    with server_with(Bug("counts", "none", answered=answered)) as mock:
        command = [sys.executable, "-c", START, "contract", mock.base_url, "--report", str(tmp_path / "out")]
        environment = {**os.environ, "OPENAI_API_KEY": mock.api_key}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        processes.append(process)
        out, err = process.communicate(timeout=MINUTE)
        assert monotonic() - sent[0] < 1
    assert process.returncode == 130, err
    assert out == ""
    assert err.startswith("openai-models: interrupted")
    assert f"after {moment} requests" in err or moment == 1 or f"after {moment + 1} requests" in err
    assert not (tmp_path / "out").exists()


def test_from_python_an_interrupted_run_gives_no_report(mock: MockServer) -> None:
    def interrupt(count: int) -> None:
        if count == 30:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt, match=r"interrupted after 3\d requests, in fuzzing: there is no verdict"):
            run(Target.of_mock(mock), on_request=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(mock.requests) < 40
    assert run(Target.of_mock(mock), max_examples=1).passed


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_certificate_that_the_environment_trusts_is_trusted_by_the_whole_run(
    variable: str, mock: MockServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(TLS / "cert.pem", tmp_path / "ce275665.0")  # `openssl x509 -hash`
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(variable, str(TLS / "cert.pem" if variable == "SSL_CERT_FILE" else tmp_path))
    with serve(mock, certificate=TLS / "cert.pem") as base_url:
        report = run(Target.of_somebody(base_url, mock.api_key), max_examples=3)
    assert report.passed, [str(failure) for failure in report.failures] + report.errors


def test_a_certificate_that_nobody_trusts_is_no_verdict_and_the_variable_is_named(
    mock: MockServer, tmp_path: Path
) -> None:
    with serve(mock, certificate=TLS / "cert.pem") as base_url:
        result = contract(base_url, api_key=mock.api_key, cwd=tmp_path)
    assert result.returncode == 2
    assert "CERTIFICATE_VERIFY_FAILED" in result.stderr
    assert "SSL_CERT_FILE" in result.stderr
    assert mock.requests == []


def test_a_server_behind_a_proxy_of_the_environment_is_reached(
    mock: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serve(mock, Proxy) as base_url:
        monkeypatch.setenv("HTTP_PROXY", base_url.removesuffix("/v1"))
        target = Target.of_somebody("http://models.test/v1", mock.api_key)
        report = run(target, rate=1000, max_examples=1)
    assert report.passed, [str(failure) for failure in report.failures] + report.errors
    assert len(mock.requests) > 80


PROFILE = """
[profiles.behind]
base_url = "{base_url}"
api_key_env = "MODELS_KEY"
headers = {{"x-gateway" = "{key}"}}
"""


@pytest.mark.parametrize("way", ["--header", "OPENAI_CUSTOM_HEADERS", "--profile"])
def test_a_server_behind_a_gateway_is_reached_with_what_list_reaches_it_with(
    way: str, mock: MockServer, tmp_path: Path
) -> None:
    with serve(mock, wanted={"x-gateway": GATEWAY_KEY}) as base_url:
        (tmp_path / "config.toml").write_text(PROFILE.format(base_url=base_url, key=GATEWAY_KEY))
        options = {"--header": ["--header", f"x-gateway: {GATEWAY_KEY}"], "--profile": ["--profile", "behind"]}
        variables = {"OPENAI_MODELS_CONFIG": str(tmp_path / "config.toml"), "MODELS_KEY": mock.api_key}
        if way == "OPENAI_CUSTOM_HEADERS":
            variables[way] = f"x-gateway: {GATEWAY_KEY}"
        result = contract(
            *(base_url, *options.get(way, []), "--max-examples", "3"),
            api_key=None if way == "--profile" else mock.api_key,
            cwd=tmp_path,
            variables=variables,
        )
    assert result.returncode == 0, words(result)
    assert len(mock.requests) > 100
    assert {seen.headers.get("x-gateway") for seen in mock.requests} == {GATEWAY_KEY}


@pytest.mark.parametrize("name", ["api-key", "X-Api-Key"])
def test_a_key_in_another_header_is_the_key_that_is_tried(name: str, mock: MockServer, tmp_path: Path) -> None:
    with serve(mock, key_header=name.lower()) as base_url:
        right = contract(base_url, "--header", f"{name}: {mock.api_key}", api_key="sk-unused-0123456789", cwd=tmp_path)
    assert right.returncode == 0, words(right)
    with (
        server_with(
            Bug("a longer key", "key_required", asked=with_right_key_if(lambda it: mock.api_key in it))
        ) as careless,
        serve(careless, key_header=name.lower()) as base_url,
    ):
        wrong = contract(base_url, "--header", f"{name}: {mock.api_key}", api_key="sk-unused-0123456789", cwd=tmp_path)
    assert wrong.returncode == 1
    assert f'-H "{name}: ${{OPENAI_API_KEY}}x" {base_url}/models' in wrong.stdout
    assert mock.api_key not in words(wrong)


def test_the_value_of_a_header_is_in_no_report_even_if_the_server_repeats_it(tmp_path: Path) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        value = Headers(scope=scope).get("x-gateway", "none")
        return answer.saying({"error": f"not with {value} and {value.upper()}"}) if answer.status == 404 else answer

    with server_with(Bug("repeats a header", "error_envelope", answered=answered)) as mock:
        header = ("--header", f"x-gateway: {GATEWAY_KEY}")
        result = contract(mock.base_url, *header, "--report", "out", api_key=mock.api_key, cwd=tmp_path)
    assert result.returncode == 1
    assert "error_envelope" in result.stdout
    assert "not with [Filtered] and [Filtered]" in result.stdout
    assert "curl -X GET -H 'x-gateway: [Filtered]' -H \"Authorization: Bearer $OPENAI_API_KEY\"" in result.stdout
    written = words(result) + "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert GATEWAY_KEY.casefold() not in written.casefold()


def test_where_a_gateway_refuses_the_list_its_own_sentence_is_shown(mock: MockServer) -> None:
    with serve(mock, wanted={"x-gateway": GATEWAY_KEY}) as base_url:
        with pytest.raises(
            UnusableTargetError, match=r"\(status 403\)\. It says: the gateway wants its header x-gateway"
        ):
            Target.of_somebody(base_url, mock.api_key)
        wrong = {"x-gateway": "another-0123456789"}
        with pytest.raises(UnusableTargetError, match="its header x-gateway"):
            Target.of_somebody(base_url, mock.api_key, wrong)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("front", [Front, Nginx, Cors])
def test_what_stands_in_front_of_a_faithful_server_may_refuse_methods_in_its_own_words(
    front: type[Front], level: Level, mock: MockServer
) -> None:
    with serve(mock, front) as base_url:
        report = run(Target(base_url, mock.api_key, reset=mock.reset), level=level, max_examples=3)
    assert [str(failure) for failure in report.found] == []
    assert report.passed, report.errors


@pytest.mark.parametrize("status", [200, 500])
def test_an_invented_method_that_is_done_or_failed_on_is_a_failure(status: int) -> None:
    bug = Bug(f"{status} for BREW", "other_method", answered=of_method("BREW", status))
    with server_with(bug) as mock:
        report = run(Target.of_mock(mock), level=Level.COMPATIBLE, max_examples=1)
    assert "other_method" in report.failed


@pytest.mark.parametrize("variable", ["SCHEMATHESIS_HOOKS", "CI", "HYPOTHESIS_STORAGE_DIRECTORY", "schemathesis.toml"])
def test_nothing_in_the_users_surroundings_changes_what_is_sent(
    variable: str, mock: MockServer, tmp_path: Path
) -> None:
    first = contract(mock.base_url, api_key=mock.api_key, cwd=tmp_path)
    before = as_sent(mock.requests)
    mock.reset()
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "schemathesis.toml").write_text("max-failures = 1\nheaders = { x-other = 'y' }\n")
    value = {"SCHEMATHESIS_HOOKS": str(tmp_path / "hooks.py"), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path / "h")}
    second = contract(
        mock.base_url, api_key=mock.api_key, cwd=tmp_path, variables={variable: value.get(variable, "true")}
    )
    assert (first.returncode, second.returncode) == (0, 0), words(first) + words(second)
    assert as_sent(mock.requests) == before
    assert {path.name for path in tmp_path.iterdir()} == {"hooks.py", "schemathesis.toml"}


HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers["x-hook"] = "was here"
"""


@pytest.mark.parametrize(
    ("path", "asks"), [("/v1", False), ("/api/v3beta", False), ("/api", True), ("", True), ("/v1/x", True)]
)
def test_a_404_asks_for_the_version_only_where_the_base_url_has_none(path: str, asks: bool) -> None:  # noqa: FBT001
    with server_with(Bug("no list", "usable_list", answered=lambda _, it: replace(it, status=404))) as mock:
        base_url = mock.base_url.removesuffix("/v1") + path
        with pytest.raises(UnusableTargetError, match="has no list of models there") as caught:
            Target.of_somebody(base_url, mock.api_key)
    assert ("does the base URL lack its /v1?" in str(caught.value)) is asks
