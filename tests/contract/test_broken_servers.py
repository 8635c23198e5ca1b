"""The suite finds what is wrong with a server, through the check that is meant to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, Answer, Bug, of_list, path, server_with
from tests.contract.bugs import SERVERS

from openai_models.contract import Level, Target, run
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS

if TYPE_CHECKING:
    from starlette.types import Scope

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


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"object": "list", "data": [{"id": "\\ud800"}]}'],
    ids=["nested without end", "an id that no path can hold"],
)
def test_a_list_that_nobody_can_read_is_a_failure_like_any_other(body: bytes) -> None:
    bug = Bug("a hostile list", "usable_list", answered=of_list(lambda it: replace(it, body=body)))
    with server_with(bug) as mock:
        report = run(Target.of_mock(mock), level=Level.COMPATIBLE, max_examples=1)
    assert report.failed == {"usable_list"}


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
    assert [failure.curl[:11] for failure in report.of("other_method")] == ["curl --head"]


def test_every_check_has_a_bug_that_it_finds() -> None:
    assert {bug.check for bugs in SERVERS for bug in bugs} == {*CUSTOM_CHECKS, *BUILTIN_CHECKS}
