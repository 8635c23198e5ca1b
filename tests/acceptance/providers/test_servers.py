"""Every recorded answer gives what the table of README.md says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.providers.exchanges import SERVERS, SHELLS, Answer, Outcome, outcome

from openai_models import APIError

if TYPE_CHECKING:
    from openai_models.types import Model

FILES = sorted(SERVERS.glob("*.json"))
EXCHANGES = [
    pytest.param(exchange, id=f"{file.stem}: {exchange['request']}, {exchange['status']} ({number})")
    for file in FILES
    for number, exchange in enumerate(json.loads(file.read_text("utf-8"))["exchanges"])
]
DOCUMENTED = ("object", "created", "owned_by", "shutdown_date")


def answer_of(exchange: dict[str, Any]) -> Answer:
    return Answer(
        exchange["call"],
        exchange["body"],
        status=exchange["status"],
        headers=exchange["headers"],
        model=exchange.get("model", "some-model"),
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("exchange", EXCHANGES)
def test_an_answer_gives_what_its_user_expects(exchange: dict[str, Any], shell: str) -> None:
    answer = answer_of(exchange)
    came = outcome(shell, answer)
    expected = exchange["expect"]
    if "error" in expected:
        check_error(came, answer, expected)
    elif "deleted" in expected:
        assert (came.value.id, came.value.deleted) == (expected["deleted"], True)
        assert came.value.to_dict() == answer.body
    elif "id" in expected:
        assert came.error is None
        assert came.value.id == expected["id"]
        check_model(came.value, answer.body)
    else:
        assert [model.id for model in came.models] == expected["ids"]
        for model, sent in zip(came.models, answer.items, strict=True):
            check_model(model, sent)


def check_model(model: Model, sent: dict[str, Any]) -> None:
    """Each field reads as it was sent, an absent one as None."""
    assert model.to_dict() == sent
    for name, value in sent.items():
        if name not in DOCUMENTED and name != "created_at":
            assert getattr(model, name) == value
    assert model.created == sent.get("created")
    assert model.owned_by == sent.get("owned_by")
    moment = sent.get("created", sent.get("created_at"))
    if moment is None:
        assert model.created_at is None
    elif isinstance(moment, str):
        assert model.created_at == datetime.fromisoformat(moment)
    else:
        assert model.created_at == datetime.fromtimestamp(moment, UTC)


def check_error(came: Outcome, answer: Answer, expected: dict[str, Any]) -> None:
    error = came.failure
    assert type(error).__name__ == expected["error"]
    assert isinstance(error, APIError)
    assert getattr(error, "status_code", None) == answer.status
    assert expected.get("says", "") in str(error)
    for name in ("code", "param", "type"):
        if name in expected:
            assert getattr(error, name) == expected[name]
    body = answer.body if isinstance(answer.body, dict) else {}
    known = answer.headers.get("x-request-id") or body.get("request_id")
    assert getattr(error, "request_id", None) == known


def test_every_server_has_sources_and_a_list() -> None:
    assert len(FILES) == 14
    for file in FILES:
        server = json.loads(file.read_text("utf-8"))
        assert server["sources"]
        assert any(exchange["call"] == "list" for exchange in server["exchanges"])
