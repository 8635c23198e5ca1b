"""Errors of servers that nobody here has seen, in as many forms as there are."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from tests.acceptance.providers.exchanges import SHELLS, Answer, outcome

from openai_models import APIStatusError

pytestmark = pytest.mark.parametrize("shell", SHELLS)

JSON = {"content-type": "application/json"}
SAYS = "no such thing as that here"
ERRORS: dict[str, Any] = {
    "an envelope": {"error": {"message": SAYS, "type": "t", "param": None, "code": None}},
    "an envelope with text": {"error": SAYS},
    "an envelope in an array": [{"error": {"message": SAYS}}],
    "detail": {"detail": SAYS},
    "detail of a validation": {"detail": [{"loc": ["path", "model"], "msg": SAYS, "type": "value_error"}]},
    "detail with a message": {"detail": {"message": SAYS}},
    "message": {"message": SAYS},
    "msg": {"code": 7, "msg": SAYS},
    "errors": {"errors": [{"message": SAYS}]},
    "errors as texts": {"errors": [SAYS]},
    "a problem document": {"type": "about:blank", "title": "Not found", "status": 404, "detail": SAYS},
    "a flat object": {"object": "error", "message": SAYS, "type": "t", "param": None, "code": 40400},
    "a gateway's fault": {"fault": {"faultstring": SAYS, "detail": {"errorcode": "x"}}},
    "with a capital": {"Message": SAYS},
    "in one word": {"errorMessage": SAYS},
    "of a status": {"statusCode": 404, "statusMessage": SAYS},
    "field by field": {"errors": {"model": [SAYS]}},
    "a text in a message": {"error": {"message": {"text": SAYS}}},
    "OAuth's": {"error": "not_found", "error_description": SAYS},
    "Spring's": {"timestamp": "t", "status": 404, "error": "Not Found", "message": SAYS, "path": "/v1/models"},
    "NestJS's": {"statusCode": 400, "message": [SAYS, "and more"], "error": "Bad Request"},
    "a code with a detail": {"error": "not_found", "detail": SAYS},
    "Django's": {"non_field_errors": [SAYS]},
    "Django's, field by field": {"model": [SAYS]},
    "Baidu's": {"error_code": 336, "error_msg": SAYS},
    "WeChat's": {"errcode": 40001, "errmsg": SAYS},
    "MiniMax's": {"base_resp": {"status_code": 1004, "status_msg": SAYS}},
    "Volcengine's": {"ResponseMetadata": {"RequestId": "r", "Error": {"Code": "c", "Message": SAYS}}},
    "in a result": {"status": "fail", "result": {"message": SAYS}},
    "with underscores": {"error_message": SAYS},
    "OData's": {"error": {"code": "c", "message": {"lang": "en-US", "value": SAYS}}},
    "OData's, of old": {"odata.error": {"code": "c", "message": {"lang": "en-US", "value": SAYS}}},
    "in a description": {"code": 1, "description": SAYS},
    "an exception": {"exception": SAYS},
    "with request_id": {"type": "error", "error": {"type": "not_found_error", "message": SAYS}, "request_id": "r"},
}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 529])
@pytest.mark.parametrize("body", ERRORS.values(), ids=ERRORS)
def test_the_sentence_of_an_error_is_found_where_it_is(body: Any, status: int, shell: str) -> None:
    error = outcome(shell, Answer("retrieve", body, status=status)).failure
    assert isinstance(error, APIStatusError)
    assert error.status_code == status
    assert SAYS in str(error)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"error": "Not Found", "message": "no model m"}, "Not Found: no model m"),
        ({"error": "Unauthorized", "message": "unauthorized"}, "Unauthorized"),
        ({"error": "invalid", "message": "the id is invalid"}, "the id is invalid"),
        ({"error": "down", "message": ""}, "down"),
    ],
)
def test_a_phrase_and_its_sentence_are_both_told_and_once(body: Any, says: str, shell: str) -> None:
    assert str(outcome(shell, Answer("retrieve", body, status=404)).failure) == f"Error code: 404 - {says}"


@pytest.mark.parametrize(
    "body",
    [
        {"m": {"id": "m", "description": "a large model"}},
        [{"id": "m", "description": "a large model"}, {"name": "without an id"}],
        ["a large model"],
    ],
    ids=["by name", "an array, one without id", "names"],
)
def test_the_texts_of_an_answer_that_is_no_list_are_not_taken_for_words_of_the_server(body: Any, shell: str) -> None:
    assert "a large model)" not in str(outcome(shell, Answer("list", body)).failure)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/problem+json", ""])
def test_a_plain_sentence_is_the_error_s_under_any_type(content_type: str, shell: str) -> None:
    answer = Answer("retrieve", "", status=404, headers={"content-type": content_type}, raw=SAYS.encode())
    assert SAYS in str(outcome(shell, answer).failure)


# Compressed by a proxy that doesn't say so.
ZIPPED = gzip.compress(json.dumps({"error": {"message": SAYS}}).encode(), mtime=0)


@pytest.mark.parametrize(
    "raw", [b"", b"  ", b"null", b"{}", b"[]", b'""', b"\xff\xfe", b"<html></html>", ZIPPED], ids=repr
)
def test_an_error_without_a_sentence_says_its_status(raw: bytes, shell: str) -> None:
    error = outcome(shell, Answer("delete", "", status=503, headers=JSON, raw=raw)).failure
    assert isinstance(error, APIStatusError)
    assert str(error) == "Error code: 503"


@pytest.mark.parametrize(("code", "read"), [("c", "c"), (404, "404"), (None, None)])
def test_what_stands_beside_an_error_of_text_is_read_too(code: object, read: str | None, shell: str) -> None:
    body = {"error": SAYS, "code": code, "type": "t", "param": "model"}
    error = outcome(shell, Answer("retrieve", body, status=404)).failure
    assert isinstance(error, APIStatusError)
    assert (error.code, error.type, error.param) == (read, "t", "model")


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"message": SAYS, "code": 7003, "param": "model", "type": "t"}], "success": False},
        {"error": [{"message": SAYS, "code": 7003, "param": "model", "type": "t"}]},
        {"detail": {"message": SAYS, "code": 7003, "param": "model", "type": "t"}},
        {"detail": [{"msg": SAYS, "code": 7003, "param": "model", "type": "t"}, {"type": "other"}]},
        {"error": {"message": SAYS, "type": "t"}, "code": 7003, "param": "model", "type": "error"},
    ],
    ids=["errors", "a list in error", "detail", "a list in detail", "at the top"],
)
def test_what_tells_more_is_read_from_where_it_stands(body: Any, shell: str) -> None:
    error = outcome(shell, Answer("retrieve", body, status=404)).failure
    assert isinstance(error, APIStatusError)
    assert (error.code, error.param, error.type) == ("7003", "model", "t")


@pytest.mark.parametrize("body", [{"errors": []}, {"errors": [3], "detail": [[]]}, {"error": {}}, [], 7], ids=repr)
def test_where_nothing_tells_more_there_is_none(body: Any, shell: str) -> None:
    error = outcome(shell, Answer("retrieve", body, status=404)).failure
    assert isinstance(error, APIStatusError)
    assert (error.code, error.param, error.type) == (None, None, None)
