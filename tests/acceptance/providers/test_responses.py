"""Whatever a server answers: a typed value that is what was sent, or an error of this package."""

import json
from datetime import date, datetime
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.acceptance.providers.exchanges import outcome
from tests.acceptance.providers.responses import JSON, SCHEMAS, broken, invalid, mutated, schema, valid, with_odd_fields
from tests.parts import Shell, answer

from openai_models import APIResponseValidationError, APIStatusError
from openai_models.types import Model, ModelDeleted

# The same examples in each run, and no database of them left behind.
of_responses = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
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
    return jsonschema.Draft202012Validator(schema(call))


def came_of(call: str, raw: bytes, *, status: int = 200, model: str = "some-model", shell: str = "sync") -> Any:
    headers = {"content-type": "application/json"}
    return outcome(Shell(shell), call, answer(status=status, headers=headers, content=raw), model)


def is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value not in {".", ".."} and value.isprintable()


@CALLS
@of_responses
@given(data=st.data())
def test_an_answer_that_the_spec_allows_gives_the_value_that_was_sent(call: str, data: st.DataObject) -> None:
    body = data.draw(valid(call))
    validator(call).validate(body)
    model = body["id"] if call != "list" and is_id(body.get("id")) else "some-model"
    came = came_of(call, json.dumps(body).encode(), model=model)
    if any(body.get(name) for name in SAY_FAILED) or any(body.get(name) is False for name in ("success", "ok")):
        return  # an additional property that says the answer is none
    if call == "delete" and not (body["deleted"] and body["id"] == model):
        assert isinstance(came, APIResponseValidationError)
    elif call == "list":
        assert all(type(item) is Model for item in came)
        if not body.get("has_more"):
            assert [item.to_dict() for item in came] == body["data"]
    else:
        assert type(came) is {"retrieve": Model, "delete": ModelDeleted}[call]
        assert came.to_dict() == body
        assert all(getattr(came, name) == body[name] for name in ("id", "object") if name in body)


@CALLS
@of_responses
@given(data=st.data())
def test_an_answer_with_something_wrong_gives_what_was_sent_typed_or_an_error(call: str, data: st.DataObject) -> None:
    body = data.draw(mutated(call) | invalid(call) | with_odd_fields(call, sorted(FIELDS)))
    came = came_of(call, json.dumps(body).encode())
    if isinstance(came, Exception):
        assert type(came) is APIResponseValidationError
        assert came.status_code == 200
        return
    items = (body if isinstance(body, list) else body["data"]) or [] if call == "list" else [body]
    values = came if call == "list" else [came]
    # A page that names another is followed; what was sent is then the beginning.
    assert [value.to_dict() for value in values][: len(items)] == items
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
def test_what_is_indispensable_is_insisted_on(call: str, data: st.DataObject) -> None:
    body = data.draw(valid(call))
    record, name = body, "id"
    if call == "list":
        assume(body["data"])
        record = data.draw(st.sampled_from(body["data"]))
    elif call == "delete":
        body["id"], name = "some-model", "deleted"

    def is_too_little(value: object) -> bool:
        return value is not True if name == "deleted" else type(value) is not str

    if data.draw(st.booleans()):
        del record[name]
    else:
        record[name] = data.draw(JSON.filter(is_too_little))
    assert type(came_of(call, json.dumps(body).encode())) is APIResponseValidationError


@CALLS
@of_responses
@given(data=st.data())
def test_any_bytes_give_a_value_or_an_error_which_both_clients_agree_on(call: str, data: st.DataObject) -> None:
    as_json = (JSON | mutated(call)).map(lambda body: json.dumps(body).encode())
    raw = data.draw(broken(call) | st.binary(max_size=40) | as_json)
    sync, asynchronous = came_of(call, raw), came_of(call, raw, shell="asyncio")
    assert (type(sync), str(sync)) == (type(asynchronous), str(asynchronous))
    assert not isinstance(sync, Exception) or type(sync) is APIResponseValidationError


@CALLS
@of_responses
@given(data=st.data())
def test_an_error_of_any_content_is_the_error_of_its_status(call: str, data: st.DataObject) -> None:
    raw = data.draw(st.binary(max_size=40) | JSON.map(lambda body: json.dumps(body).encode()))
    status = data.draw(st.integers(400, 599))
    came = came_of(call, raw, status=status)
    assert isinstance(came, APIStatusError)
    assert came.status_code == status
    assert str(came)
