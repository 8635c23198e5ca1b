"""A verdict is given only where it was earned: not after Ctrl-C, nor for what stands between the command and the server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers
from tests.contract.broken import HTML, Answer, Bug, accepts, error, server_with
from tests.contract.conftest import Command, problems
from tests.contract.fronts import TLS, Cors, Front, Nginx, Proxy, serve

from openai_models.contract import Target, UnusableTargetError, run
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from starlette.types import Scope

# A shell has its background jobs, and so these tests, ignore SIGINT.
START = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from openai_models.__main__ import main
sys.exit(main())
"""
GATEWAY_KEY = "team-7-secret-0123456789"
FEW = ("--max-examples", "1")


def counting(moment: int, action: Callable[[], object], *, hangs: bool) -> Bug:
    """A server that does something at a request, and may leave that one without an answer."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        number = scope["memory"]["number"] = scope["memory"].get("number", 0) + 1
        if number == moment:
            action()
        return replace(answer, silent=hangs and number == moment)

    return Bug("counts", "none", answered=answered)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize(
    ("moment", "hangs"), [(1, True), (20, True), (150, False)], ids=["first request", "hangs", "answers"]
)
def test_ctrl_c_ends_the_command_at_once_and_passes_nothing(moment: int, hangs: bool, tmp_path: Path) -> None:  # noqa: FBT001
    sent: list[float] = []
    processes: list[subprocess.Popen[str]] = []

    def interrupt() -> None:
        processes[0].send_signal(signal.SIGINT)
        sent.append(monotonic())

    with server_with(counting(moment, interrupt, hangs=hangs)) as mock:
        command = [sys.executable, "-c", START, "contract", mock.base_url, "--report", "out"]
        environment = {**os.environ, "OPENAI_API_KEY": mock.api_key}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        processes.append(process)
        out, err = process.communicate(timeout=60)
        assert monotonic() - sent[0] < 5
    assert (process.returncode, out) == (130, "")
    how_far = rf" after ({moment}|{moment + 1}) requests, in .*" if moment > 1 else ""
    assert re.fullmatch(rf"openai-models: interrupted{how_far}: there is no verdict.*\n", err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize(
    ("moment", "hangs", "phase"),
    [
        (3, True, "examples"),
        (20, False, "coverage"),
        (40, True, "fuzzing"),
        (100, False, "stateful"),
        (150, True, "the probes"),
    ],
)
def test_an_interrupted_run_gives_no_report_and_the_next_one_does(moment: int, hangs: bool, phase: str) -> None:  # noqa: FBT001
    sent: list[float] = []

    def interrupt() -> None:
        main = threading.main_thread().ident
        assert main is not None
        sent.append(monotonic())
        signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with server_with(counting(moment, interrupt, hangs=hangs)) as mock:
            sentence = rf"interrupted after ({moment}|{moment + 1}) requests, in {phase}: there is no verdict"
            with pytest.raises(KeyboardInterrupt, match=sentence):
                run(Target(mock.base_url, mock.api_key))
            assert monotonic() - sent[0] < 5
            assert len(mock.requests) <= moment + 1
            assert run(Target(mock.base_url, mock.api_key), max_examples=1).passed
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_certificate_that_the_environment_trusts_is_trusted_by_the_whole_run(
    mock: MockServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    with serve(mock, certificate=TLS / "cert.pem") as base_url:
        assert problems(run(Target.of_somebody(base_url, mock.api_key), max_examples=1)) == []
        shutil.copy(TLS / "cert.pem", tmp_path / "ce275665.0")  # `openssl x509 -hash`
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        Target.of_somebody(base_url, mock.api_key)


def test_a_certificate_that_nobody_trusts_is_no_verdict_and_the_variable_is_named(
    mock: MockServer, command: Command
) -> None:
    with serve(mock, certificate=TLS / "cert.pem") as base_url:
        done = command(base_url, OPENAI_API_KEY=mock.api_key)
    assert done.status == 2
    assert "CERTIFICATE_VERIFY_FAILED" in done.err
    assert "SSL_CERT_FILE" in done.err
    assert mock.requests == []


def test_a_server_behind_a_proxy_of_the_environment_is_reached(
    mock: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(mock, Proxy) as base_url:
        monkeypatch.setenv("HTTP_PROXY", base_url.removesuffix("/v1"))
        target = Target.of_somebody("http://models.test/v1", mock.api_key)
        assert problems(run(target, rate=1000, max_examples=1)) == []
    assert len(mock.requests) > 80


PROFILE = """
[profiles.behind]
base_url = "{base_url}"
api_key_env = "MODELS_KEY"
headers = {{"x-gateway" = "{key}"}}
"""


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        (["--header", f"x-gateway: {GATEWAY_KEY}"], ["OPENAI_API_KEY"]),
        (["--header", f"x-gateway: {GATEWAY_KEY}", "--api-key-file", "key"], []),
        ([], ["OPENAI_API_KEY", "OPENAI_CUSTOM_HEADERS"]),
        (["--profile", "behind"], ["OPENAI_MODELS_CONFIG", "MODELS_KEY"]),
    ],
    ids=["--header", "--api-key-file", "OPENAI_CUSTOM_HEADERS", "--profile"],
)
def test_a_server_behind_a_gateway_is_reached_with_what_list_reaches_it_with(
    options: list[str], variables: list[str], mock: MockServer, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f"{mock.api_key}\n")
    values = {
        "OPENAI_API_KEY": mock.api_key,
        "MODELS_KEY": mock.api_key,
        "OPENAI_CUSTOM_HEADERS": f"x-gateway: {GATEWAY_KEY}",
        "OPENAI_MODELS_CONFIG": str(tmp_path / "config.toml"),
    }
    with serve(mock, wanted={"x-gateway": GATEWAY_KEY}) as base_url:
        (tmp_path / "config.toml").write_text(PROFILE.format(base_url=base_url, key=GATEWAY_KEY))
        done = command(base_url, *options, *FEW, **{name: values[name] for name in variables})
    assert done.status == 0, done.text
    assert len(mock.requests) > 80
    assert {seen.headers.get("x-gateway") for seen in mock.requests} == {GATEWAY_KEY}


@pytest.mark.parametrize("name", ["api-key", "X-Api-Key"])
def test_a_key_in_another_header_is_the_key_that_is_tried(name: str, mock: MockServer, command: Command) -> None:
    options = ("--header", f"{name}: {mock.api_key}", *FEW)
    with serve(mock, key_header=name.lower()) as base_url:
        right = command(base_url, *options, OPENAI_API_KEY="sk-unused-0123456789")
    assert right.status == 0, right.text
    careless = Bug("a longer key", "key_required", asked=accepts(lambda it: mock.api_key in it))
    with server_with(careless) as other, serve(other, key_header=name.lower()) as base_url:
        wrong = command(base_url, *options, OPENAI_API_KEY="sk-unused-0123456789")
    assert wrong.status == 1
    assert f'-H "{name}: ${{OPENAI_API_KEY}}x" {base_url}/models' in wrong.out
    assert mock.api_key not in wrong.text


def test_a_broken_server_is_told_what_is_wrong_but_no_report_shows_what_it_repeats_of_the_key_and_of_headers(
    command: Command, tmp_path: Path
) -> None:
    key = MockServer().api_key

    def answered(scope: Scope, answer: Answer) -> Answer:
        sent = Headers(scope=scope)
        value, authorization = sent.get("x-gateway", "none"), sent.get("authorization", "")
        if authorization == f"Bearer {key.swapcase()}":
            return answer.saying(error(f"{authorization} is wrong"), status=401)
        page = HTML + f"not with {value} and {value.upper()}".encode()
        return replace(answer.having("content-type", "text/html"), body=page) if answer.status == 404 else answer

    with server_with(Bug("repeats what it gets", "none", answered=answered)) as mock:
        options = ("--header", f"x-gateway: {GATEWAY_KEY}", *FEW, "--report", "out")
        base_url = mock.base_url
        done = command(base_url, *options, OPENAI_API_KEY=key)
    assert done.status == 1
    assert "error_sentence: Every error is JSON with a sentence for people." in done.out
    request = "curl -X GET -H 'x-gateway: [Filtered]' -H \"Authorization: Bearer $OPENAI_API_KEY\""
    assert f"{request} {base_url}/models/" in done.out
    assert "<h1>Not Found</h1></body></html>not with [Filtered] and [Filtered]" in done.out
    assert "key_masked: A wrong key is not repeated in full." in done.out
    assert "Bearer [Filtered] is wrong" in done.out
    assert 'Bearer $(printf %s "$OPENAI_API_KEY" | tr A-Za-z a-zA-Z)"' in done.out
    files = {file.name: file.read_text("utf-8") for file in (tmp_path / "out").iterdir()}
    assert 'name="error_sentence">\n    <failure message="Every error is JSON with a sentence' in files["junit.xml"]
    assert "&lt;h1&gt;Not Found&lt;/h1&gt;" in files["report.html"]
    written = "".join([done.text, *files.values()]).casefold()
    assert key[:-1].casefold() not in written
    assert GATEWAY_KEY.casefold() not in written


def test_where_a_gateway_refuses_the_list_its_own_sentence_is_shown(mock: MockServer) -> None:
    with serve(mock, wanted={"x-gateway": GATEWAY_KEY}) as base_url:
        for headers in (None, {"x-gateway": "another-0123456789"}):
            sentence = r"\(status 403\)\. It says: the gateway wants its header x-gateway"
            with pytest.raises(UnusableTargetError, match=sentence):
                Target.of_somebody(base_url, mock.api_key, headers)


@pytest.mark.parametrize("front", [Front, Nginx, Cors])
def test_what_stands_in_front_of_a_faithful_server_may_refuse_methods_in_its_own_words(
    front: type[Front], mock: MockServer
) -> None:
    with serve(mock, front) as base_url:
        assert problems(run(Target(base_url, mock.api_key, reset=mock.reset), max_examples=1)) == []
