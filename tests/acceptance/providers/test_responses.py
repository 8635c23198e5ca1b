"""Whatever a server answers: a typed value that is what was sent, or an error of this package."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.acceptance.providers.exchanges import Answer, Outcome, outcome
from tests.acceptance.providers.responses import JSON, SCHEMAS, broken, invalid, mutated, schema, valid

from openai_models import APIResponseValidationError, APIStatusError
from openai_models.types import Model, ModelDeleted

# The same examples in each run, and no database of them left behind.
settings.register_profile(
    "responses",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
of_responses = settings(settings.get_profile("responses"))
CALLS = pytest.mark.parametrize("call", SCHEMAS)
SAY_FAILED = ("error", "errors", "errorMessage", "code", "status", "statusCode", "type")
# What a user may rely on, whatever was sent.
FIELDS = {
    "object": str,
    "created": int,
    "owned_by": str,
    "shutdown_date": date,
    "deleted": bool,
    "created_at": datetime,
    "is_fine_tuned": bool,
}


@cache
def validator(call: str) -> Any:
    return jsonschema.Draft202012Validator(schema(SCHEMAS[call]))


def both(call: str, raw: bytes, status: int = 200, model: str = "some-model") -> Outcome:
    """Make the call in both shells, which must agree."""
    sync, asynchronous = (
        outcome(shell, Answer(call, None, status=status, raw=raw, model=model)) for shell in ("sync", "async")
    )
    assert (type(sync.error), str(sync.error)) == (type(asynchronous.error), str(asynchronous.error))
    assert sent_back(sync.value) == sent_back(asynchronous.value)
    return sync


def sent_back(value: Any) -> Any:
    return [item.to_dict() for item in value] if isinstance(value, list) else value and value.to_dict()


def is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value not in {".", ".."} and value.isprintable()


@CALLS
def test_changing_what_was_drawn_changes_nothing_that_is_drawn_later(call: str) -> None:
    drawn: list[Any] = []

    @of_responses
    @given(body=valid(call))
    def draw(body: Any) -> None:
        assert not any(body is earlier for earlier in drawn)
        drawn.append(body)

    draw()


@CALLS
@of_responses
@given(data=st.data())
def test_an_answer_that_the_spec_allows_gives_the_value_that_was_sent(call: str, data: st.DataObject) -> None:
    body = data.draw(valid(call))
    validator(call).validate(body)
    model = body["id"] if call != "list" and is_id(body.get("id")) else "some-model"
    came = both(call, json.dumps(body).encode(), model=model)
    if any(body.get(name) for name in SAY_FAILED) or any(body.get(name) is False for name in ("success", "ok")):
        return  # an additional property that says the answer is none
    if call == "delete" and not (body["deleted"] and body["id"] == model):
        assert isinstance(came.error, APIResponseValidationError)
        return
    assert came.error is None, repr(came.error)
    if call == "list":
        assert all(type(item) is Model for item in came.models)
        if not body.get("has_more"):
            assert sent_back(came.value) == body["data"]
    else:
        assert type(came.value) is {"retrieve": Model, "delete": ModelDeleted}[call]
        assert came.value.to_dict() == body
        assert all(getattr(came.value, name) == body[name] for name in ("id", "object") if name in body)


@CALLS
@of_responses
@given(data=st.data())
def test_an_answer_with_something_wrong_gives_a_value_or_an_error(call: str, data: st.DataObject) -> None:
    body = data.draw(mutated(call) | invalid(call))
    came = both(call, json.dumps(body).encode())
    if came.error is not None:
        assert type(came.error) is APIResponseValidationError
        assert came.error.status_code == 200
        return
    values, sent = (came.models, _items(body)) if call == "list" else ([came.value], [body])
    # A page that names another is followed; what was sent is then the beginning.
    assert [value.to_dict() for value in values][: len(sent)] == sent
    for value in values:
        assert type(value.id) is str
        # Whatever was let in, looking at it raises nothing, and each field has its type or is None.
        repr(value)
        for name, kind in FIELDS.items():
            if hasattr(type(value), name):
                assert type(getattr(value, name)) in {kind, type(None)}


@CALLS
@of_responses
@given(data=st.data())
def test_a_field_of_another_type_reads_as_its_own_or_as_none(call: str, data: st.DataObject) -> None:
    body = data.draw(valid(call))
    items = body["data"] if call == "list" else [body]
    for item in items:
        item["id"] = data.draw(st.just("some-model") if call != "list" else st.text(min_size=1))
        for name in data.draw(st.sets(st.sampled_from(sorted(FIELDS)), min_size=1)):
            if call != "delete" or name != "deleted":
                item[name] = data.draw(JSON | st.sampled_from([1.0, 1.5, True, "1", "2026-10-23", "2026-13-45"]))
    came = both(call, json.dumps(body).encode())
    if came.error is not None:
        assert type(came.error) is APIResponseValidationError
        return
    for value in came.models if call == "list" else [came.value]:
        for name, kind in FIELDS.items():
            if hasattr(type(value), name):
                assert type(getattr(value, name)) in {kind, type(None)}


@CALLS
@of_responses
@given(data=st.data())
def test_what_is_indispensable_is_insisted_on(call: str, data: st.DataObject) -> None:
    body = data.draw(valid(call))
    if call == "list":
        assume(body["data"])
        record, name = data.draw(st.sampled_from(body["data"])), "id"
    elif call == "retrieve":
        record, name = body, "id"
    else:
        body["id"], record, name = "some-model", body, "deleted"
    if data.draw(st.booleans()):
        del record[name]
    else:
        record[name] = data.draw(
            JSON.filter(lambda value: value is not True if name == "deleted" else type(value) is not str)
        )
    assert type(both(call, json.dumps(body).encode()).error) is APIResponseValidationError


def _items(body: Any) -> list[Any]:
    items: list[Any] = (body if isinstance(body, list) else body["data"]) or []
    return items


@CALLS
@of_responses
@given(data=st.data())
def test_any_json_gives_a_value_or_an_error(call: str, data: st.DataObject) -> None:
    came = both(call, json.dumps(data.draw(JSON)).encode())
    assert came.error is None or type(came.error) is APIResponseValidationError


@CALLS
@of_responses
@given(data=st.data())
def test_any_bytes_give_a_value_or_an_error(call: str, data: st.DataObject) -> None:
    came = both(call, data.draw(broken(call) | st.binary(max_size=40)))
    assert came.error is None or type(came.error) is APIResponseValidationError


@CALLS
@of_responses
@given(data=st.data())
def test_an_error_of_any_content_is_the_error_of_its_status(call: str, data: st.DataObject) -> None:
    raw = data.draw(st.binary(max_size=40) | JSON.map(lambda body: json.dumps(body).encode()))
    status = data.draw(st.integers(400, 599))
    came = both(call, raw, status=status)
    assert isinstance(came.error, APIStatusError)
    assert came.error.status_code == status
    assert str(came.error)
