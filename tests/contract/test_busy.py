"""A server that says 429: nothing is held against it, and nothing is made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, Answer, Bug, server_with

from openai_models.contract import Target, hold

if TYPE_CHECKING:
    from collections.abc import Callable

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
    [lambda _, number: number > 1, lambda _, number: number % 5 == 0, lambda scope, _: scope["method"] == "DELETE"],
    ids=["always", "now and then", "for a deletion"],
)
def test_no_check_says_anything_of_429(when: Callable[[Scope, int], bool]) -> None:
    with server_with(busy(when)) as mock:
        report = hold(Target.of_somebody(mock.base_url, mock.api_key), delete_model=DELETABLE, max_examples=2)
    assert [str(failure) for failure in report.failures] == []
