"""Prism between the client and a server, as a judge of both: what breaks openapi.yaml it names in `sl-violations`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.integration.conftest import Call, Operation, Server

from openai_models import APIStatusError, AuthenticationError, NotFoundError, PermissionDeniedError


def violations(headers: Mapping[str, str]) -> list[str]:
    return sorted(violation["message"] for violation in json.loads(headers.get("sl-violations", "[]")))


def retrieve_raw(name: str) -> Operation:
    return lambda models: models.with_raw_response.retrieve(name)


def test_our_request_and_llama_cpp_s_list_are_true_to_the_spec_but_for_the_request_id(
    checked_llama_cpp: Server, call: Call
) -> None:
    raw = call(checked_llama_cpp, lambda models: models.with_raw_response.list())
    assert raw.headers["server"] == "llama.cpp"
    assert violations(raw.headers) == ["Response header must have required property 'x-request-id'"]
    assert len(raw.parse().data) == 1


def test_an_integer_code_breaks_the_spec_and_is_read_all_the_same(checked_llama_cpp: Server, call: Call) -> None:
    with pytest.raises(NotFoundError, match="File Not Found") as caught:
        call(checked_llama_cpp, lambda models: models.retrieve("no-such-model"))
    assert "Response body property error.code must be string,null" in violations(caught.value.response.headers)
    assert caught.value.code == "404"


def test_the_mock_s_models_are_true_to_the_spec(checked_mock: Server, call: Call) -> None:
    listed = call(checked_mock, lambda models: models.with_raw_response.list())
    assert violations(listed.headers) == []
    assert listed.parse().data
    for model in listed.parse().data:
        retrieved = call(checked_mock, retrieve_raw(model.id))
        assert violations(retrieved.headers) == []
        assert retrieved.parse().to_dict() == model.to_dict()


def test_a_deletion_by_the_mock_is_true_to_the_spec_and_lasts(checked_mock: Server, call: Call) -> None:
    (name, *_) = [model.id for model in call(checked_mock, lambda models: models.list()).data if model.is_fine_tuned]
    raw = call(checked_mock, lambda models: models.with_raw_response.delete(name))
    assert violations(raw.headers) == []
    assert raw.parse().id == name
    with pytest.raises(NotFoundError) as caught:
        call(checked_mock, lambda models: models.retrieve(name))
    assert violations(caught.value.response.headers) == []


@pytest.mark.parametrize(
    ("error", "operation", "options"),
    [
        pytest.param(NotFoundError, lambda models: models.retrieve("no-such-model"), {}, id="an unknown model"),
        pytest.param(PermissionDeniedError, lambda models: models.delete("gpt-4o-mini"), {}, id="not one's own"),
        pytest.param(AuthenticationError, lambda models: models.list(), {"api_key": "sk-wrong"}, id="a wrong key"),
    ],
)
@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_the_mock_s_refusals_are_true_to_the_spec(
    checked_mock: Server, call: Call, error: type[APIStatusError], operation: Operation, options: dict[str, Any]
) -> None:
    with pytest.raises(error) as caught:
        call(checked_mock, operation, **options)
    assert violations(caught.value.response.headers) == []
