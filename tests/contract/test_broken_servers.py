"""The suite finds what is wrong with a server, through the check that is meant to."""

import codecs
import re
from dataclasses import replace

import pytest
from starlette.types import Scope
from tests.contract.broken import DELETABLE, Answer, Bug, Change, becomes, listing, of_list, on, path, server_with
from tests.contract.bugs import SERVERS

from openai_models.contract import Level, Target, run
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS

LEVELS = {name: check.level for name, check in {**CUSTOM_CHECKS, **BUILTIN_CHECKS}.items()}


@pytest.mark.parametrize("bugs", SERVERS, ids=lambda bugs: bugs[0].name)
def test_a_server_with_bugs_fails_the_check_for_each(bugs: tuple[Bug, ...]) -> None:
    with server_with(*bugs) as mock:
        report = run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=1)
    checks = {bug.check for bug in bugs}
    assert checks - report.failed == set()
    report.level = Level.COMPATIBLE
    official = {note.check.name for note in report.notes}
    assert checks - report.failed == checks & official == {name for name in checks if LEVELS[name] is Level.OFFICIAL}


SCHEMA = "response_schema_conformance"
UNREADABLE = {"usable_list", SCHEMA}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (of_list(lambda it: replace(it, body=b"[" * 100_000)), UNREADABLE),
        (of_list(lambda it: replace(it, body=it.body.replace(b"gpt-4o", b"\\ud800"))), {"usable_list"}),
        (listing(lambda data: [{**it, "id": 1} for it in data]), UNREADABLE),
        (lambda _, it: replace(it, body=codecs.BOM_UTF8 + it.body), {SCHEMA}),
        (lambda _, it: replace(it, body=it.body.decode().encode("utf-16")), {SCHEMA}),
        (on(401, becomes(404)), {"key_refusal", "key_required", "status_code_conformance"}),
    ],
    ids=["nested without end", "ids that no path can hold", "ids that are numbers", "byte order mark", "UTF-16", "404"],
)
def test_a_bug_fails_no_check_of_something_else(change: Change, failed: set[str]) -> None:
    with server_with(Bug("one bug", "none", answered=change)) as mock:
        assert run(Target.of_mock(mock), max_examples=1).failed == failed


def test_the_same_fault_is_told_once_whatever_the_model_is_called() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return answer.saying({"detail": f"no {path(scope)}"}) if answer.status == 404 else answer

    with server_with(Bug("404 without the envelope", "response_schema_conformance", answered=answered)) as mock:
        report = run(Target.of_mock(mock), max_examples=3)
    (failure,) = report.of("response_schema_conformance")
    assert re.search("and [0-9]+ more", report.with_repeat_count(failure))


def test_the_curl_line_of_a_head_does_not_wait_for_a_body() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, status=500) if scope["method"] == "HEAD" else answer

    with server_with(Bug("500 for a HEAD", "other_method", answered=answered)) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
    assert [failure.curl[:11] for failure in report.failures] == ["curl --head"]


def test_every_check_has_a_bug_that_it_finds() -> None:
    assert {bug.check for bugs in SERVERS for bug in bugs} == {*CUSTOM_CHECKS, *BUILTIN_CHECKS}
