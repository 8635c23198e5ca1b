"""Answers on demand, over the wire and through the facade: statuses, bodies, and whom they are meant for."""

from __future__ import annotations

import gzip
import json
import threading
from typing import TYPE_CHECKING, Any, get_args

import httpx
import pytest

from openai_models import APIResponseValidationError, APIStatusError, InternalServerError, RateLimitError
from openai_models.testing import MockServer
from openai_models.testing._faults import Operation

if TYPE_CHECKING:
    from tests.mock.conftest import Call

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
# Long enough for a test that waited for it to fail.
LONG = 60.0


def ids(mock: MockServer) -> list[object]:
    return [model["id"] for model in mock.models]


def test_the_next_requests_fail_and_those_after_them_don_t(client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(status=429, headers={"retry-after-ms": "50"}, times=2)
    answers = [client.get("/models") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after-ms"] == "50"
    assert answers[0].json()["error"] == {
        "message": "Rate limit reached for requests",
        "type": "requests",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert mock.pending_faults == []


def test_a_client_that_retries_gets_through(mock: MockServer, call: Call) -> None:
    mock.fail_next(status=429, headers={"retry-after-ms": "1"}, times=2)
    assert len(call(mock, "list", max_retries=2)) == len(mock.models)
    assert len(mock.requests) == 3


def test_a_client_that_gives_up_gets_the_error(mock: MockServer, call: Call) -> None:
    mock.fail_next(status=429, headers={"retry-after-ms": "1", "x-request-id": "req_mine"}, times=3)
    with pytest.raises(RateLimitError, match="Rate limit reached for requests") as caught:
        call(mock, "list", max_retries=2)
    assert len(mock.requests) == 3
    assert caught.value.request_id == "req_mine"
    assert caught.value.code == "rate_limit_exceeded"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 418, 422, 429, 500, 502, 503, 520, 599])
def test_every_status_has_an_error_of_its_own_accord(status: int, mock: MockServer, call: Call) -> None:
    mock.fail_next(status)
    with pytest.raises(APIStatusError) as caught:
        call(mock, "retrieve", "gpt-4o")
    assert caught.value.status_code == status
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["type"] in {"invalid_request_error", "requests", "server_error"}
    assert caught.value.message != f"Error code: {status}"


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        ({"error": "é"}, "application/json", '{"error":"é"}'.encode()),
        ([{"error": {}}], "application/json", b'[{"error":{}}]'),
        ("overloaded", "text/plain; charset=utf-8", b"overloaded"),
        (" <html></html>", "text/html; charset=utf-8", b" <html></html>"),
        ("", "text/plain; charset=utf-8", b""),
        (b"\xff\x00", "application/json", b"\xff\x00"),
    ],
    ids=["object", "array", "text", "html", "nothing", "bytes"],
)
def test_a_body_of_the_callers_own_is_sent_as_it_is(
    body: Any, content_type: str, sent: bytes, client: httpx.Client, mock: MockServer
) -> None:
    mock.fail_next(502, body=body)
    answer = client.get("/models")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (502, content_type, sent)


def test_headers_of_the_callers_own_go_before_all_others(client: httpx.Client, mock: MockServer) -> None:
    headers = {"X-Request-ID": "req_1", "Content-Type": "text/csv", "Content-Encoding": "gzip", "X-Empty": ""}
    mock.fail_next(500, headers=headers, body=gzip.compress(b"a,b"))
    answer = client.get("/models")
    assert answer.headers.get_list("x-request-id") == ["req_1"]
    assert answer.headers.get_list("content-type") == ["text/csv"]
    assert answer.headers["x-empty"] == ""
    assert answer.text == "a,b"
    assert "openai-version" in answer.headers


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_is_sent_without_one(status: int, client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(status)
    answer = client.get("/models")
    assert (answer.status_code, answer.content) == (status, b"")
    assert client.get("/models").status_code == 200


def test_an_error_under_the_status_of_success_is_one_for_the_client(mock: MockServer, call: Call) -> None:
    mock.fail_next(200, body={"error": "Unexpected endpoint"})
    with pytest.raises(APIResponseValidationError, match="Unexpected endpoint"):
        call(mock, "list")


def test_a_failed_request_is_recorded_and_changes_nothing(mock: MockServer, call: Call) -> None:
    mock.fail_next(500)
    with pytest.raises(InternalServerError):
        call(mock, "delete", FINE_TUNED)
    assert FINE_TUNED in ids(mock)
    assert [request.method for request in mock.requests] == ["DELETE"]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("truncated", "The body is not JSON"),
        ("garbage", "The body is not JSON"),
        ("html", "The body is not JSON"),
        ("empty", "The body is empty, where JSON should be"),
    ],
)
def test_a_broken_body_is_an_error_of_the_client_under_status_200(
    how: Any, says: str, mock: MockServer, call: Call
) -> None:
    mock.break_next(how)
    with pytest.raises(APIResponseValidationError, match=says) as caught:
        call(mock, "list")
    assert caught.value.status_code == 200
    assert mock.pending_faults == []


def test_each_broken_body_is_whole_to_http(client: httpx.Client, mock: MockServer) -> None:
    whole = client.get("/models").content
    bodies = {}
    for how in ("truncated", "garbage", "html", "empty"):
        mock.break_next(how)
        answer = client.get("/models")
        bodies[how] = answer.content, answer.headers["content-type"]
        assert answer.headers["content-length"] == str(len(answer.content))
    assert bodies["truncated"] == (whole[: len(whole) // 2], "application/json")
    assert bodies["empty"] == (b"", "application/json")
    assert bodies["html"][1] == "text/html; charset=utf-8"
    assert b"<html>" in bodies["html"][0]
    with pytest.raises(UnicodeDecodeError):
        bodies["garbage"][0].decode()


def test_a_request_is_carried_out_though_its_answer_is_broken(mock: MockServer, call: Call) -> None:
    mock.break_next("truncated")
    with pytest.raises(APIResponseValidationError):
        call(mock, "delete", FINE_TUNED)
    assert FINE_TUNED not in ids(mock)


def test_a_fault_can_wait_for_its_operation(mock: MockServer, call: Call) -> None:
    mock.fail_next(500, on="delete")
    mock.fail_next(503, on="retrieve")
    assert call(mock, "list")
    with pytest.raises(InternalServerError) as retrieving:
        call(mock, "retrieve", "gpt-4o")
    with pytest.raises(InternalServerError) as deleting:
        call(mock, "delete", FINE_TUNED)
    assert (retrieving.value.status_code, deleting.value.status_code) == (503, 500)


@pytest.mark.parametrize(
    ("profile", "request_line", "operation"),
    [
        (None, "GET /models", "list"),
        (None, "GET /models/models", "retrieve"),
        (None, "DELETE /models/a%2Fmodels", "delete"),
        ("groq", "GET /models/a%2Fb", "retrieve"),
        ("openrouter", "GET /model/z-ai/glm-5.2", "retrieve"),
        ("deepseek", "GET /v1/models", "list"),
    ],
)
def test_operations_are_known_by_method_and_path(
    profile: str | None, request_line: str, operation: Any, client: httpx.Client
) -> None:
    method, path = request_line.split(" ")
    with MockServer(profile=profile) as mock:
        for other in get_args(Operation):
            if other != operation:
                mock.fail_next(418, on=other)
        mock.fail_next(599, on=operation)
        assert client.request(method, mock.base_url + path).status_code == 599
        assert len(mock.pending_faults) == 2


@pytest.mark.parametrize(
    "request_line", ["POST /models", "DELETE /models", "GET /modelsx", "GET /models/", "GET /nope"]
)
def test_what_is_no_operation_is_passed_by_all_that_waits_for_one(
    request_line: str, client: httpx.Client, mock: MockServer
) -> None:
    for operation in get_args(Operation):
        mock.fail_next(599, on=operation)
    assert client.request(*request_line.split(" ")).status_code in {404, 405}
    assert len(mock.pending_faults) == 3


def test_faults_happen_in_the_order_in_which_they_were_asked_for(mock: MockServer, client: httpx.Client) -> None:
    mock.fail_next(500)
    mock.fail_next(503, times=2)
    mock.break_next("empty")
    mock.delay_next(0)
    assert [client.get("/models").status_code for _ in range(5)] == [500, 503, 503, 200, 200]


def test_a_fault_meets_whatever_comes_keys_and_urls_apart(mock: MockServer) -> None:
    mock.fail_next(503)
    assert httpx.put(f"{mock.base_url}/nope", trust_env=False).status_code == 503


def test_an_answer_to_head_has_no_body_to_break(client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(503)
    mock.break_next("html")
    mock.drip_next(LONG)
    mock.drop_next(after_bytes=5)
    assert [client.head("/models").status_code for _ in range(3)] == [503, 200, 200]
    with pytest.raises(httpx.RemoteProtocolError):
        client.head("/models")
    assert client.get("/models").status_code == 200


def test_faults_of_many_threads_are_made_once_each(mock: MockServer) -> None:
    mock.fail_next(429, times=10)
    statuses: list[int] = []

    def ask() -> None:
        with httpx.Client(trust_env=False, headers={"authorization": f"Bearer {mock.api_key}"}) as client:
            statuses.extend(client.get(f"{mock.base_url}/models").status_code for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 10 + [429] * 10


def test_json_of_a_truncated_body_is_none(client: httpx.Client, mock: MockServer) -> None:
    mock.break_next()
    with pytest.raises(json.JSONDecodeError):
        client.get("/models").json()
