"""What a faithful server may do and still pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from tests.contract.broken import DELETABLE, LIST, Answer, Bug, error, path, server_with, with_path
from tests.contract.conftest import problems

from openai_models.contract import Level, Target, run
from openai_models.contract._probes import UNKNOWN_ID

if TYPE_CHECKING:
    from starlette.types import Scope


def test_models_that_come_and_go_between_two_requests_are_no_failure() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        if path(scope) != LIST or answer.status != 200:
            return answer
        number = scope["memory"]["lists"] = scope["memory"].get("lists", 0) + 1
        fleeting = {**answer.json["data"][0], "id": f"here-{number}"}
        return answer.saying({"object": "list", "data": [*answer.json["data"], fleeting]})

    with server_with(Bug("a new model in every list", "none", answered=answered)) as mock:
        assert problems(run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=1)) == []


def test_a_model_that_somebody_else_deletes_first_is_not_deleted() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        scope["memory"].update({"gone": True} if path(scope).endswith(UNKNOWN_ID) else {})
        if "gone" not in scope["memory"] or answer.status != 200:
            return answer
        if path(scope) == LIST:
            left = [model for model in answer.json["data"] if model["id"] != DELETABLE]
            return answer.saying({"object": "list", "data": left})
        message, kind = f"The model '{DELETABLE}' does not exist", "invalid_request_error"
        gone = error(message, kind, param="model", code="model_not_found")
        return answer.saying(gone, status=404) if DELETABLE.rpartition(":")[2] in path(scope) else answer

    with server_with(Bug("somebody else is at work", "none", answered=answered)) as mock:
        report = run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=1)
        deleted = [seen.path for seen in mock.requests if seen.method == "DELETE"]
    assert problems(report) == [f"{DELETABLE} is not listed, so nothing was deleted"]
    assert all(UNKNOWN_ID in path for path in deleted)


def without_dots(scope: Scope) -> Scope:
    return with_path(scope, LIST) if path(scope).rpartition("/")[2] in {".", ".."} else scope


@pytest.mark.parametrize("asked", [lambda scope: scope, without_dots], ids=["as they are", "taken out of paths"])
def test_dots_may_be_listed_as_ids(asked: Callable[[Scope], Scope]) -> None:
    models = [{"id": name, "object": "model", "created": 1, "owned_by": "me"} for name in (".", "..", "a")]
    with server_with(Bug("dots", "none", asked=asked), models=models) as mock:
        assert problems(run(Target.of_mock(mock))) == []


def test_an_alias_may_be_answered_with_itself() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        if path(scope) == LIST and answer.status == 200:
            scope["memory"].update({model["id"]: model for model in answer.json["data"]})
        name = unquote(path(scope).rpartition("/")[2])
        known = scope["memory"].get(name.strip().lower())
        aliased = known and scope["method"] == "GET" and answer.status == 404
        return answer.saying({**known, "id": name}, status=200) if aliased else answer

    with server_with(Bug("aliases", "none", answered=answered)) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
        assert f"{LIST}/FT%3AGPT-4O-MINI%3AACEMECO%3ASUFFIX%3AABC123" in {seen.path for seen in mock.requests}
    assert problems(report) == []


@pytest.mark.parametrize(
    ("statuses", "level"),
    [({}, Level.OFFICIAL), ({"POST": 501, "PUT": 400, "PATCH": 422}, Level.COMPATIBLE)],
)
def test_a_server_may_refuse_other_methods_in_its_own_way(statuses: dict[str, int], level: Level) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        status = statuses.get(scope["method"], 404)
        return replace(answer.without("allow"), status=status) if answer.status == 405 else answer

    with server_with(Bug("no 405", "none", answered=answered)) as mock:
        report = run(Target.of_mock(mock), level=level, max_examples=1)
    assert [str(failure) for failure in report.failures] == []
