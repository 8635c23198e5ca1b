"""What a report says, and what it doesn't."""

from __future__ import annotations

import io
import json
from time import process_time
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from starlette.datastructures import Headers
from tests.contract.broken import Answer, Bug, error, server_with

from openai_models.contract import Level, Report, Target, run
from openai_models.contract._console import show

if TYPE_CHECKING:
    from starlette.types import Scope


@pytest.mark.parametrize("before", [*range(20, 50, 6), *range(430, 460, 6)])
def test_no_part_of_the_key_is_shown_wherever_an_answer_that_repeats_it_is_cut(before: int) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        sent = Headers(scope=scope).get("authorization", "")
        return answer.saying(error("x" * before + sent, code=404)) if answer.status == 404 else answer

    with server_with(Bug("the key, repeated", "error_envelope", answered=answered)) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
        key = mock.api_key
    assert {"error_envelope", "response_schema_conformance"} <= report.failed
    assert key[:8] not in json.dumps([str(failure) for failure in report.found])


@pytest.mark.parametrize("text", ["you sent sk-Secret-0123...", "you sent SK-SECRET-012 ..."])
def test_no_beginning_of_the_key_is_left_where_schemathesis_cut_a_text(text: str) -> None:
    assert "secret" not in Report(key="sk-Secret-0123456789-AbCdEf").redact(text).lower()


@pytest.mark.parametrize("key", ["sk-a/b+c==/0123456789/", 'sk-"quoted"-and-\\-0123456789'])
@pytest.mark.parametrize("slash", ["/", r"\/"])
def test_no_key_is_left_in_json_that_escapes_its_characters(key: str, slash: str) -> None:
    sent = json.dumps({"error": {"message": f"Incorrect API key: {key}"}}).replace("/", slash)
    assert Report(key=key).redact(sent) == '{"error": {"message": "Incorrect API key: [Filtered]"}}'


@pytest.mark.parametrize(
    "sent", ["gate%2Fway%22key%3D%3D01", "gate%2fway%22key==01", r"gate/way\u0022key\u003d\u003d01"]
)
def test_no_header_is_left_in_a_url_or_in_escaped_json(sent: str) -> None:
    assert Report(secrets=('gate/way"key==01',)).redact(f"<{sent}>") == "<[Filtered]>"


@pytest.mark.parametrize("cut", ["eyJhbGciOi...", "eyJhbGciOi.eyJ...", "eyJhbGciOi.eyJ ..."])
def test_no_beginning_of_a_token_with_dots_is_left_where_dots_follow(cut: str) -> None:
    assert Report(key="eyJhbGciOi.eyJzdWIiOi.c2ln").redact(cut).startswith("[Filtered]")


def test_what_only_begins_as_a_key_does_stays() -> None:
    assert (
        Report(key="sk-proj-0123456789").redact("sk-proj-sk-proj-0123456789 sk-proj-x")
        == "sk-proj-[Filtered] sk-proj-x"
    )


def test_a_long_token_is_redacted_in_little_time() -> None:
    token = "".join(f"{number:x}-" for number in range(1000))
    before = process_time()
    assert Report(key=token).redact(f"{token} and {token[:-1]}") == "[Filtered] and [Filtered]"
    assert process_time() - before < 1


def test_no_header_is_left_where_the_server_makes_an_id_of_it() -> None:
    report = Report(secrets=("gateway-0123456789",))
    report.add("listed_model", "retrieve gateway-0123456789", "404", "200", "curl /models/gateway%2D0123456789", None)
    assert "0123456789" not in str(report)


def on_terminal(report: Report) -> str:
    """What a terminal gets."""
    console = Console(file=io.StringIO(), width=120)
    show(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_says_why_a_run_was_cut_short_also_where_a_check_failed() -> None:
    report = Report(errors=["39 requests were not sent, as 5 before them had no answer"])
    report.add("answered", "list", "no answer: silence", "an answer", "curl", None)
    assert "39 requests were not sent, as 5 before them had no answer" in on_terminal(report)


def test_no_note_steers_a_terminal() -> None:
    report = Report(level=Level.COMPATIBLE)
    report.add("listed_fields", "retrieve \x1b]0;tz\x07", "owned_by not as listed", "the same", "curl", None)
    assert not set(on_terminal(report)) & set("\x1b\x07")
