"""Whatever form a server gives its refusal, the sentence in it reaches the person."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.parts import Server, Shell, answer, processor_time_below

from openai_models import APIStatusError, OpenAIError
from openai_models._core.error_text import sentence
from openai_models._core.response import status_error

REQUEST = httpx.Request("GET", "http://api.test/v1/models")


def refused(body: Any, *, status: int = 400, headers: dict[str, str] | None = None) -> APIStatusError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status_error(httpx.Response(status, content=content, headers=headers, request=REQUEST))


TOLD_MORE: dict[str, str | None] = {"code": "7003", "param": "model", "type": "t"}
NO_MORE: dict[str, str | None] = {"code": None, "param": None, "type": None}
# The forms that servers which speak this API were seen to use.
FORMS: dict[str, tuple[Any, str, dict[str, str | None]]] = {
    "openai": (
        {"error": {"message": "no such key", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}},
        "no such key",
        {"code": "invalid_api_key", "param": None, "type": "invalid_request_error"},
    ),
    "openai with a status beside it": ({"error": {"message": "no", "type": "t", "code": "c", "param": "p"}, "status": 401}, "no", {"code": "c", "param": "p", "type": "t"}),
    "anthropic": ({"type": "error", "error": {"type": "not_found_error", "message": "model: x"}, "request_id": "req-b"}, "model: x", {"type": "not_found_error", "request_id": "req-b"}),
    "gemini": ([{"error": {"code": 400, "message": "pass a key", "status": "INVALID_ARGUMENT"}}], "pass a key", {"code": "400"}),
    "llama.cpp": ({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}, "Loading model", {"code": "503", "type": "unavailable_error"}),
    "mistral": ({"object": "error", "message": "Invalid model", "type": "invalid_model", "param": None, "code": "1500"}, "Invalid model", {"code": "1500", "type": "invalid_model"}),
    "kong": ({"message": "no Route matched", "request_id": "req-b"}, "no Route matched", {"request_id": "req-b"}),
    "vllm": ({"error": "Unauthorized"}, "Unauthorized", {"code": None}),
    "text with a code beside it": ({"error": "no", "code": "c", "type": "t", "param": "p"}, "no", {"code": "c", "type": "t", "param": "p"}),
    "fastapi": ({"detail": "Not Found"}, "Not Found", {}),
    "fastapi with an object": ({"detail": {"error": {"message": "no"}}}, "no", {}),
    "fastapi validation": ({"detail": [{"loc": ["query", "a"], "msg": "field required", "type": "missing"}, {"msg": "too short"}]}, "field required; too short", {}),
    "a list of errors": ({"errors": [{"message": "no"}]}, "no", {}),
    "a list of texts": ({"errors": ["no", "never"]}, "no; never", {}),
    "problem document": ({"type": "about:blank", "title": "Forbidden", "detail": "not yours", "status": 403}, "not yours", {}),
    "problem document, short": ({"type": "about:blank", "title": "Forbidden", "status": 403}, "Forbidden", {}),
    "oauth": ({"error": {}, "error_description": "expired"}, "expired", {}),
    "error null": ({"error": None, "message": "no"}, "no", {}),
    "a request id within": ({"error": {"message": "no", "request_id": "req-b"}}, "no", {"request_id": "req-b"}),
    "a request id in a list": ([{"error": {"message": "no"}, "request_id": "req-b"}], "no", {"request_id": "req-b"}),
    "a bare text as JSON": ("no", "no", {}),
    "plain text": (b"404 page not found\n", "404 page not found", {}),
    "plain text of braces": (b"{not json}", "{not json}", {}),
    "html with a title": (b"<!DOCTYPE html><html><head><title>502 Bad &amp;\n Gateway</title></head><body>x</body></html>", "502 Bad & Gateway", {}),
    "html without one": (b"<html><style>p {}</style><script>x()</script><!-- c --><p>No <b>luck</b></p></html>", "No luck", {}),
    "html in upper case": (b"<HTML><TITLE>no</TITLE></HTML>", "no", {}),
    "html behind a byte order mark": (b"\xef\xbb\xbf<html><title>no</title></html>", "no", {}),
    "text behind a byte order mark": (b"\xef\xbb\xbfno", "no", {}),
    "nothing": (b"", "", {"code": None, "param": None, "type": None, "request_id": None}),
    "whitespace": (b" \r\n\t", "", {}),
    "an empty object": ({}, "", {}),
    "an empty error": ({"error": {}}, "", {}),
    "null": (None, "", {}),
    "a number": (5, "", {}),
    "nothing but numbers": ({"error": {"message": 5}}, "", {}),
    "JSON behind a byte order mark": (b'\xef\xbb\xbf{"error": {"message": "no"}}', "no", {}),
    "JSON in UTF-16": ('{"error": {"message": "n\u00f6"}}'.encode("utf-16"), "n\u00f6", {}),
    "JSON in UTF-16 without a mark": ('{"error": {"message": "no"}}'.encode("utf-16-le"), "no", {}),
    "JSON in UTF-32": ('{"error": {"message": "no"}}'.encode("utf-32"), "no", {}),
    "a number of ever so many digits": (b'{"error": {"message": "no", "code": ' + b"9" * 4000 + b"}}", "no", {"code": "9" * 4000}),
    "not a number": (b'{"error": {"message": "no", "code": NaN}}', "no", {"code": "nan"}),
    "the last of duplicates": (b'{"error": {"message": "yes", "message": "no"}}', "no", {}),
    "detail with a message": ({"detail": {"message": "no"}}, "no", {}),
    "msg": ({"code": 7, "msg": "no"}, "no", {"code": "7"}),
    "a gateway's fault": ({"fault": {"faultstring": "no", "detail": {"errorcode": "x"}}}, "no", {}),
    "with a capital": ({"Message": "no"}, "no", {}),
    "in one word": ({"errorMessage": "no"}, "no", {}),
    "with underscores": ({"error_message": "no"}, "no", {}),
    "of a status": ({"statusCode": 404, "statusMessage": "no"}, "no", {}),
    "field by field": ({"errors": {"model": ["no"]}}, "no", {}),
    "a text in a message": ({"error": {"message": {"text": "no"}}}, "no", {}),
    "oauth with a code": ({"error": "not_found", "error_description": "gone"}, "gone", {}),
    "spring": ({"timestamp": "t", "status": 404, "error": "Not Found", "message": "no model", "path": "/v1"}, "Not Found: no model", {}),
    "nestjs": ({"statusCode": 400, "message": ["no", "and more"], "error": "Bad Request"}, "Bad Request: no; and more", {}),
    "a code with a detail": ({"error": "not_found", "detail": "gone"}, "not_found: gone", {}),
    "a phrase that the sentence repeats": ({"error": "invalid", "message": "the id is invalid"}, "the id is invalid", {}),
    "a sentence that the phrase repeats": ({"error": "Unauthorized", "message": "unauthorized"}, "Unauthorized", {}),
    "a phrase and an empty sentence": ({"error": "down", "message": ""}, "down", {}),
    "django": ({"non_field_errors": ["no"]}, "no", {}),
    "django, field by field": ({"model": ["no"]}, "no", {}),
    "baidu": ({"error_code": 336, "error_msg": "no"}, "no", {}),
    "wechat": ({"errcode": 40001, "errmsg": "no"}, "no", {}),
    "minimax": ({"base_resp": {"status_code": 1004, "status_msg": "no"}}, "no", {}),
    "volcengine": ({"ResponseMetadata": {"RequestId": "r", "Error": {"Code": "c", "Message": "no"}}}, "no", {}),
    "in a result": ({"status": "fail", "result": {"message": "no"}}, "no", {}),
    "odata": ({"error": {"code": "c", "message": {"lang": "en-US", "value": "no"}}}, "no", {"code": "c"}),
    "odata, of old": ({"odata.error": {"code": "c", "message": {"lang": "en-US", "value": "no"}}}, "no", {}),
    "in a description": ({"code": 1, "description": "no"}, "no", {}),
    "an exception": ({"exception": "no"}, "no", {}),
    "details in a list of errors": ({"errors": [{"message": "no", "code": 7003, "param": "model", "type": "t"}], "success": False}, "no", TOLD_MORE),
    "details in a list in error": ({"error": [{"message": "no", "code": 7003, "param": "model", "type": "t"}]}, "no", TOLD_MORE),
    "details in detail": ({"detail": {"message": "no", "code": 7003, "param": "model", "type": "t"}}, "no", TOLD_MORE),
    "details in a list in detail": ({"detail": [{"msg": "no", "code": 7003, "param": "model", "type": "t"}, {"type": "other"}]}, "no", TOLD_MORE),
    "details at the top": ({"error": {"message": "no", "type": "t"}, "code": 7003, "param": "model", "type": "error"}, "no", TOLD_MORE),
    "errors of nothing": ({"errors": [3], "detail": [[]]}, "", NO_MORE),
    "no errors": ({"errors": []}, "", NO_MORE),
    "compressed, and not said so": (gzip.compress(b'{"error": {"message": "no"}}', mtime=0), "", {}),
    "no UTF-8": (b"\xff\xfe", "", {}),
    "an empty page": (b"<html></html>", "", {}),
    "a code that is true": ({"error": {"message": "no", "code": True}}, "no", {"code": "True"}),
    "a code that is a list": ({"error": {"message": "no", "code": ["a"]}}, "no", {"code": "['a']"}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "said", "attributes"), FORMS.values(), ids=FORMS)
def test_the_servers_sentence_and_its_details_are_found(
    body: Any, said: str, attributes: dict[str, str | None]
) -> None:
    error = refused(body)
    assert str(error) == error.message == ("Error code: 400 - " + said if said else "Error code: 400")
    for name, value in attributes.items():
        assert getattr(error, name) == value


# An array is a list of models.
NO_ARRAYS = {name: form for name, form in FORMS.items() if not isinstance(form[0], list)}


@pytest.mark.parametrize(("body", "said", "_"), NO_ARRAYS.values(), ids=NO_ARRAYS)
def test_a_success_that_holds_a_refusal_quotes_it_or_shows_the_body(
    body: Any, said: str, _: object, shell: Shell
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    failure = shell.failure(shell.client(Server(answer(content=content))).models.list)
    assert failure.status_code == 200
    shown = f"the body begins {content.decode(errors='replace')[:200]!r}" if content else "the body is empty"
    assert shown in str(failure)
    if isinstance(body, dict) and body.get("error") and said:
        assert f"({said})" in str(failure)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/problem+json", ""])
def test_a_plain_sentence_is_the_error_s_under_any_type(content_type: str) -> None:
    assert str(refused(b"no", headers={"content-type": content_type})) == "Error code: 400 - no"


def test_the_request_id_is_that_of_the_header_before_that_of_the_body() -> None:
    body = {"error": {"message": "no"}, "request_id": "req-b"}
    assert refused(body, headers={"x-request-id": "req-h"}).request_id == "req-h"
    assert refused(body, headers={"request-id": "req-h"}).request_id == "req-h"
    assert refused(body).request_id == "req-b"


def test_the_body_is_the_error_object_or_the_whole_answer() -> None:
    assert refused({"error": {"message": "no"}}).body == {"message": "no"}
    assert refused({"detail": "no"}).body == {"detail": "no"}
    assert refused(b"<html>").body == "<html>"


def test_what_a_server_says_at_length_is_cut() -> None:
    for body in ({"error": {"message": "x" * 10**6}}, b"x" * 10**6, b"<html><p>" + b"x" * 10**6):
        error = refused(body)
        assert len(str(error)) <= 1100
        assert str(error).endswith("\u2026")
    assert isinstance(refused({"detail": "x" * 10**6}).body, dict)


@pytest.mark.parametrize(
    "body", ["<script" * 2857, "<script>" * 2500, "<!--" * 5000, "<title>" * 2857, "<title></title " * 1300, "<" * 20_000, "</" * 10_000], ids=lambda body: body[:16]
)  # fmt: skip
def test_no_page_takes_long_to_look_through(body: str) -> None:
    with processor_time_below(1):
        sentence(body)


@pytest.mark.parametrize("depth", [*range(100, 1000, 50), 970, 990, 5000, 100_000])
@pytest.mark.parametrize("form", ['{"error":{"code":%s}}', '{"error":%s}', "%s", '{"data":[{"id":"a","x":%s}]}', '{"id":"a","created":%s}'])  # fmt: skip
@pytest.mark.parametrize("status", [200, 400])
def test_nesting_of_any_depth_gives_a_result_or_an_api_error(status: int, form: str, depth: int) -> None:
    content = (form % ("[" * depth + "]" * depth)).encode()
    client = Shell("sync").client(Server(answer(content=content, status=status)))
    strict = Shell("sync").client(Server(answer(content=content, status=status)), _strict_response_validation=True)
    for call in (client.models.list, lambda: client.models.retrieve("a"), lambda: strict.models.retrieve("a")):
        try:
            result = call()
        except OpenAIError as error:
            assert len(str(error)) < 5000
        else:
            assert result.to_dict()
            assert repr(result)


CHARSETS = ["hex", "zlib", "bz2", "base64", "uu", "quopri", "rot13", "undefined", "idna", "punycode", "utf-16", "utf-32", "utf-7", "unicode_escape", "raw_unicode_escape", "latin-1", "nonsense", "", "\u00fc", "mbcs"]  # fmt: skip


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("charset", CHARSETS)
def test_no_charset_that_a_server_names_breaks_the_error(charset: str, status: int, shell: Shell) -> None:
    headers = {"content-type": f"text/plain; charset={charset}"}
    try:
        response = httpx.Headers(headers)
    except UnicodeEncodeError:
        response = httpx.Headers([(b"content-type", headers["content-type"].encode())])
    server = Server(answer(content=b"sorry \xff", status=status, headers=response))
    failure = shell.failure(shell.client(server).models.list)
    assert failure.status_code == status


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/html; charset=punycode", b"a-" + b"b" * 100_000),
        ('text/html; a="' + ";" * 60_000, b"sorry"),
        ("text/html" + "; charset" * 10_000, b"sorry"),
    ],
    ids=["an encoding of Python's own that is slow", "a quote without an end", "many names without a value"],
)
def test_no_content_type_makes_reading_a_refusal_slow(content_type: str, content: bytes) -> None:
    with processor_time_below(1):
        assert content.decode()[:900] in str(refused(content, headers={"content-type": content_type}))


@pytest.mark.filterwarnings("error")
def test_what_a_server_sends_makes_python_warn_of_nothing() -> None:
    error = refused(b"C:\\qwerty", headers={"content-type": "text/plain; charset=unicode_escape"})
    assert str(error) == "Error code: 400 - C:\\qwerty"


@pytest.mark.parametrize(
    "written", ["charset=latin-1", 'Charset="ISO-8859-1"', "charset = 'l1'", "a=b;charset=latin1;c=d"]
)
def test_a_charset_is_found_however_it_is_written(written: str) -> None:
    assert "modèle" in str(refused("modèle".encode("latin-1"), headers={"content-type": f"text/plain; {written}"}))


def test_brackets_in_a_text_make_reading_it_no_slower() -> None:
    seconds = {}
    for text in ("[" * 1_000_000 + "]" * 1_000_000, "xy" * 1_000_000):
        content = json.dumps({"error": text}).encode()
        started = time.process_time()
        assert str(refused(content)).startswith(f"Error code: 400 - {text[:3]}")
        seconds[text[0]] = time.process_time() - started
    assert seconds["["] < 10 * seconds["x"] + 0.5


@given(st.binary(max_size=60))
def test_any_bytes_of_a_refusal_give_the_status_own_error(content: bytes) -> None:
    error = refused(content)
    assert str(error).startswith("Error code: 400")
    assert error.status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["error", "message", "detail", "errors", "code", "request_id", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_any_json_of_a_refusal_gives_the_status_own_error(body: Any) -> None:
    error = refused(body)
    assert error.status_code == 400
    assert all(isinstance(value, str | None) for value in (error.code, error.param, error.type, error.request_id))
