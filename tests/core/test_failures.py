"""Whatever form a server gives its refusal, the sentence in it reaches the person."""

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


def refused(body: Any, *, headers: dict[str, str] | None = None) -> APIStatusError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status_error(httpx.Response(400, content=content, headers=headers, request=REQUEST))


MORE = {"code": 7003, "param": "model", "type": "t"}
TOLD = {"code": "7003", "param": "model", "type": "t"}
# The forms that servers which speak this API were seen to use, the sentence, and details that they have.
FORMS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "openai": ({"error": {"message": "no", "param": None, "code": "c"}}, "no", {"code": "c", "param": None}),
    "anthropic": ({"type": "error", "error": {"type": "t", "message": "no"}}, "no", {"type": "t"}),
    "gemini": ([{"error": {"code": 400, "message": "no", "status": "INVALID"}}], "no", {"code": "400"}),
    "vllm": ({"error": "Unauthorized"}, "Unauthorized", {"code": None}),
    "text with details beside it": ({"error": "no", **MORE}, "no", TOLD),
    "fastapi validation": ({"detail": [{"loc": ["a"], "msg": "no"}, {"msg": "too short"}]}, "no; too short", {}),
    "a list of texts": ({"errors": ["no", "never"]}, "no; never", {}),
    "problem document": ({"type": "about:blank", "title": "Forbidden", "detail": "not yours"}, "not yours", {}),
    "oauth": ({"error": "not_found", "error_description": "gone"}, "gone", {}),
    "error null": ({"error": None, "message": "no"}, "no", {}),
    "a request id within": ({"error": {"message": "no", "request_id": "req-b"}}, "no", {"request_id": "req-b"}),
    "a bare text as JSON": ("no", "no", {}),
    "plain text": (b"404 page not found\n", "404 page not found", {}),
    "html with a title": (b"<!DOCTYPE html><title>502 Bad &amp;\n Gate</title>x", "502 Bad & Gate", {}),
    "html without one": (b"<html><style>p {}</style><script>x()</script><!-- c -->No <b>luck</b>", "No luck", {}),
    "nothing": (b"", "", {"code": None, "param": None, "type": None, "request_id": None}),
    "null": (None, "", {}),
    "nothing but numbers": ({"error": {"message": 5}}, "", {}),
    "JSON behind a byte order mark": (b'\xef\xbb\xbf{"error": {"message": "no"}}', "no", {}),
    "JSON with a byte that is no UTF-8": (b'{"error": {"message": "no", "x": "\xff"}}', "no", {}),
    "many digits": (b'{"error": {"message": "no", "code": ' + b"9" * 4000 + b"}}", "no", {"code": "9" * 4000}),
    "field by field": ({"errors": {"model": ["no"]}}, "no", {}),
    "a text in a message": ({"error": {"message": {"text": "no"}}}, "no", {}),
    "spring": ({"status": 404, "error": "Not Found", "message": "no model"}, "Not Found: no model", {}),
    "nestjs": ({"message": ["no", "and more"], "error": "Bad Request"}, "Bad Request: no; and more", {}),
    "a code with a detail": ({"error": "not_found", "detail": "gone"}, "not_found: gone", {}),
    "a phrase in the sentence": ({"error": "invalid", "message": "the id is invalid"}, "the id is invalid", {}),
    "a sentence in the phrase": ({"error": "Unauthorized", "message": "unauthorized"}, "Unauthorized", {}),
    "django": ({"non_field_errors": ["no"]}, "no", {}),
    "minimax": ({"base_resp": {"status_code": 1004, "status_msg": "no"}}, "no", {}),
    "odata": ({"odata.error": {"code": "c", "message": {"lang": "en-US", "value": "no"}}}, "no", {}),
    "details in a list in error": ({"error": [{"message": "no", **MORE}]}, "no", TOLD),
    "details in a list in detail": ({"detail": [{"msg": "no", **MORE}, {"type": "other"}]}, "no", TOLD),
    "details at the top": ({"error": {"message": "no", "type": "t"}, **MORE, "type": "error"}, "no", TOLD),
    "errors of nothing": ({"errors": [3], "detail": [[]]}, "", {"code": None, "param": None, "type": None}),
    "compressed, and not said so": (gzip.compress(b'{"error": {"message": "no"}}', mtime=0), "", {}),
    "no UTF-8": (b"\xff\xfe", "", {}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "said", "details"), FORMS.values(), ids=FORMS)
def test_the_servers_sentence_and_its_details_are_found(body: Any, said: str, details: dict[str, Any]) -> None:
    error = refused(body)
    assert str(error) == error.message == ("Error code: 400 - " + said if said else "Error code: 400")
    assert {name: getattr(error, name) for name in details} == details


NAMES = (
    "Message detail errorMessage error_message error_msg errmsg status_msg statusMessage user_message fault faultstring "
    "msg description exception title reason text value errors error_description"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_the_sentence_is_found_under_each_name_that_servers_use(name: str) -> None:
    assert sentence({"code": 7, "id": "a", name: " no ", "more": 5}) == "no"


@pytest.mark.parametrize("name", ["openai", "vllm", "oauth", "plain text", "nothing", "null"])
def test_a_success_that_holds_a_refusal_quotes_it_or_shows_the_body(name: str, shell: Shell) -> None:
    body, said, _ = FORMS[name]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    failure = shell.failure(shell.client(Server(answer(content=content))).models.list)
    assert failure.status_code == 200
    assert (f"the body begins {content.decode()!r}" if content else "the body is empty") in str(failure)
    assert (f"({said})" in str(failure)) == isinstance(body, dict)


@pytest.mark.parametrize("content_type", ["text/plain", "application/problem+json", ""])
def test_a_plain_sentence_is_the_error_s_under_any_type(content_type: str) -> None:
    assert str(refused(b"no", headers={"content-type": content_type})) == "Error code: 400 - no"


def test_the_request_id_is_that_of_the_header_before_that_of_the_body() -> None:
    body = {"error": {"message": "no"}, "request_id": "req-b"}
    headers: list[dict[str, str]] = [{"x-request-id": "req-h"}, {"request-id": "req-h"}, {}]
    assert [refused(body, headers=each).request_id for each in headers] == ["req-h", "req-h", "req-b"]


@pytest.mark.parametrize(
    "body", [{"error": "x" * 10**6}, b"x" * 10**6, b"<p>" + b"x" * 10**6], ids=["json", "text", "html"]
)
def test_what_a_server_says_at_length_is_cut(body: Any) -> None:
    error = refused(body)
    assert len(str(error)) <= 1100
    assert str(error).endswith("\u2026")


@pytest.mark.parametrize("begin", ["<script", "<script>", "<!--", "<title></title ", "<"])
def test_no_page_takes_long_to_look_through(begin: str) -> None:
    with processor_time_below(1):
        sentence(begin * 20_000)


@pytest.mark.parametrize("depth", [95, 105, 970, 100_000])
@pytest.mark.parametrize(
    "form", ["%s", '{"error":{"code":%s}}', '{"data":[{"id":"a","x":%s}]}', '{"id":"a","created":%s}']
)
@pytest.mark.parametrize("status", [200, 400])
def test_nesting_of_any_depth_gives_a_result_or_an_api_error(status: int, form: str, depth: int, shell: Shell) -> None:
    server = Server(answer(content=(form % ("[" * depth + "]" * depth)).encode(), status=status))
    client, strict = shell.client(server), shell.client(server, _strict_response_validation=True)
    for call in (client.models.list, lambda: client.models.retrieve("a"), lambda: strict.models.retrieve("a")):
        try:
            result = call()
        except OpenAIError as error:
            assert len(str(error)) < 5000
        else:
            assert depth < 100
            assert result.to_dict()
            assert repr(result)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "charset", ["hex", "rot13", "undefined", "idna", "utf-16", "unicode_escape", "none", "", "\u00fc"]
)
@pytest.mark.filterwarnings("error")
def test_no_charset_that_a_server_names_breaks_the_error(charset: str, status: int, shell: Shell) -> None:
    headers = httpx.Headers([(b"content-type", f"text/plain; charset={charset}".encode())])
    server = Server(answer(content=b"sorry \\q \xff", status=status, headers=headers))
    assert shell.failure(shell.client(server).models.list).status_code == status


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/html; charset=punycode", b"a-" + b"b" * 100_000),
        ("text/plain; charset=unicode_escape", b"C:\\qwerty"),
        ('text/html; a="' + ";" * 60_000, b"sorry"),
        ("text/html" + "; charset" * 10_000, b"sorry"),
    ],
    ids=["slow in Python", "Python's own", "a quote without an end", "many names without a value"],
)
def test_no_content_type_makes_reading_a_refusal_slow_or_wrong(content_type: str, content: bytes) -> None:
    with processor_time_below(1):
        assert content.decode()[:900] in str(refused(content, headers={"content-type": content_type}))


@pytest.mark.parametrize("written", ["charset=latin-1", 'Charset="ISO-8859-1"', "a=b;charset = 'l1';c=d"])
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "message", "errors", "code", "request_id", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON | st.binary(max_size=60))
def test_any_json_and_any_bytes_of_a_refusal_give_the_status_own_error(body: Any) -> None:
    error = refused(body)
    assert error.status_code == 400
    assert str(error).startswith("Error code: 400")
    assert all(isinstance(value, str | None) for value in (error.code, error.param, error.type, error.request_id))
