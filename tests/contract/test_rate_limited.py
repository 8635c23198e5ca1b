"""A server that says 429: nothing is held against it, and nothing is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, Answer, Bug, path, server_with, with_right_key

from openai_models.contract import Level, Target, Verdict, run
from openai_models.contract._check import CUSTOM_CHECKS
from openai_models.contract._summary import summary

if TYPE_CHECKING:
    from starlette.types import Scope


def busy(when: Callable[[Scope, int], bool]) -> Bug:
    """A server that says 429, in plain text and without any header of its own, to some requests."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        number = scope["memory"]["number"] = scope["memory"].get("number", 0) + 1
        if not when(scope, number):
            return answer
        plain = answer.without("x-request-id") if "x-request-id" in answer.headers else answer
        return replace(plain.having("content-type", "text/plain"), status=429, body=b"slow down")

    return Bug("429", "none", answered=answered)


@pytest.mark.parametrize(
    "when",
    [lambda _, number: number > 1, lambda scope, _: scope["method"] == "DELETE"],
    ids=["always", "for a deletion"],
)
def test_no_check_says_anything_of_429(when: Callable[[Scope, int], bool]) -> None:
    with server_with(busy(when)) as mock:
        report = run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=2)
    assert [str(failure) for failure in report.found] == []


@pytest.mark.parametrize(
    ("when", "left"),
    [
        (
            lambda _, number: number > 1,
            ["usable_list", "unknown_model", "slash_in_id", "key_refusal", "error_sentence"],
        ),
        (lambda scope, _: "%2F" in path(scope), ["slash_in_id"]),
        (lambda scope, _: scope["method"] not in {"GET", "DELETE"}, ["other_method"]),
    ],
    ids=["everything", "slashes", "other methods"],
)
def test_a_server_of_which_429_hides_a_part_does_not_hold(when: Callable[[Scope, int], bool], left: list[str]) -> None:
    with server_with(busy(when)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), level=Level.COMPATIBLE, max_examples=1)
    assert not report.passed
    (sentence,) = report.errors
    assert sentence.startswith(f"{report.refused} of {report.requests} requests were refused with 429")
    assert sentence.endswith("Choose a lower --rate")
    assert set(left) <= set(re.findall(r"\w+", sentence))
    assert f"{report.refused} of them refused with 429" in summary(report)


def test_a_server_that_is_busy_now_and_then_holds_and_the_429s_are_counted() -> None:
    with server_with(busy(lambda _, number: number % 4 == 0)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), max_examples=2)
    assert report.passed, report.errors
    assert report.refused >= report.requests // 6
    assert summary(report) == f"passes ({report.requests} requests, {report.refused} of them refused with 429)"


def test_an_empty_list_or_a_server_without_keys_is_not_taken_for_a_busy_one() -> None:
    bug = replace(busy(lambda _, number: number % 5 == 0), asked=with_right_key)
    with server_with(bug, models=[]) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), level=Level.COMPATIBLE, max_examples=2)
    assert report.passed, report.errors
    assert (
        report.verdict(CUSTOM_CHECKS["listed_model"])
        is report.verdict(CUSTOM_CHECKS["key_refusal"])
        is Verdict.NOT_TRIED
    )
