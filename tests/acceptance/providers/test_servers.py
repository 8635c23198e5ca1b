"""Every recorded answer gives what the table of README.md says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.acceptance.providers.exchanges import SERVERS, outcome
from tests.parts import Shell, answer

from openai_models import APIError
from openai_models.types import Model

FILES = sorted(SERVERS.glob("*.json"))
EXCHANGES = [
    pytest.param(exchange, id=f"{file.stem}: {exchange['request']}, {exchange['status']} ({number})")
    for file in FILES
    for number, exchange in enumerate(json.loads(file.read_text("utf-8"))["exchanges"])
]
DOCUMENTED = ("object", "created", "owned_by", "shutdown_date")


def content_of(exchange: dict[str, Any]) -> bytes:
    """Return the bytes of a body: text where the content type says so, and else JSON."""
    body = exchange["body"]
    is_text = isinstance(body, str) and "json" not in exchange["headers"].get("content-type", "")
    return body.encode() if is_text or body == "" else json.dumps(body).encode()


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_an_answer_gives_what_its_user_expects(exchange: dict[str, Any], shell: Shell) -> None:
    body, expected = exchange["body"], exchange["expect"]
    reply = answer(status=exchange["status"], headers=exchange["headers"], content=content_of(exchange))
    came = outcome(shell, exchange["call"], reply, exchange.get("model", "some-model"))
    if "error" in expected:
        check_error(came, exchange)
    elif "deleted" in expected:
        assert (came.id, came.deleted) == (expected["deleted"], True)
        assert came.to_dict() == body
    elif "id" in expected:
        assert came.id == expected["id"]
        check_model(came, body)
    else:
        assert [model.id for model in came] == expected["ids"]
        items = body if isinstance(body, list) else body.get("data")
        for model, sent in zip(came, items or [], strict=True):
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
    if isinstance(moment, str):
        assert model.created_at == datetime.fromisoformat(moment)
    else:
        assert model.created_at == (None if moment is None else datetime.fromtimestamp(moment, UTC))


def check_error(error: object, exchange: dict[str, Any]) -> None:
    expected = exchange["expect"]
    assert type(error).__name__ == expected["error"]
    assert isinstance(error, APIError)
    assert getattr(error, "status_code", None) == exchange["status"]
    assert expected.get("says", "") in str(error)
    for name in {"code", "param", "type"} & expected.keys():
        assert getattr(error, name) == expected[name]
    body = exchange["body"] if isinstance(exchange["body"], dict) else {}
    known = exchange["headers"].get("x-request-id") or body.get("request_id")
    assert getattr(error, "request_id", None) == known


def test_every_server_has_sources_and_a_list() -> None:
    assert len(FILES) == 14
    for file in FILES:
        server = json.loads(file.read_text("utf-8"))
        assert server["sources"]
        assert any(exchange["call"] == "list" for exchange in server["exchanges"])
