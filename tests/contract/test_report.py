"""What a report says, and what it doesn't."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from starlette.datastructures import Headers
from tests.contract.broken import Answer, Bug, server_with
from tests.contract.changes import error

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
