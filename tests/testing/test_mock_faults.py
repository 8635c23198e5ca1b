"""Queued faults: statuses, bodies, and the requests that they apply to."""

import gzip
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import httpx
import pytest
from tests.testing.parts import FINE_TUNED, LONG, error, ids

from openai_models import APIStatusError, InternalServerError
from openai_models.resources import Models
from openai_models.testing import Fault, MockServer
from openai_models.testing._faults import Operation


def test_fail_next_applies_to_the_next_requests_only(client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(status=429, headers={"retry-after-ms": "50"}, times=2)
    responses = [client.get("/models") for _ in range(3)]
    assert [response.status_code for response in responses] == [429, 429, 200]
    assert responses[0].headers["retry-after-ms"] == "50"
    assert responses[0].json() == error("Rate limit reached for requests", "requests", code="rate_limit_exceeded")
    assert mock.pending_faults == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (418, "invalid_request_error"),
        (429, "requests"),
        (500, "server_error"),
        (502, "server_error"),
        (503, "server_error"),
        (599, "server_error"),
    ],
)
def test_every_status_has_a_default_error_body(status: int, kind: str, mock: MockServer, models: Models) -> None:
    mock.fail_next(status)
    with pytest.raises(APIStatusError) as caught:
        models.retrieve("gpt-4o")
    assert caught.value.status_code == status
    assert caught.value.type == kind
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
def test_an_own_body_is_sent_with_a_matching_content_type(
    body: Any, content_type: str, sent: bytes, client: httpx.Client, mock: MockServer
) -> None:
    mock.fail_next(502, body=body)
    response = client.get("/models")
    assert (response.status_code, response.headers["content-type"], response.content) == (502, content_type, sent)


def test_own_headers_replace_the_default_ones(client: httpx.Client, mock: MockServer) -> None:
    headers = {"X-Request-ID": "req_1", "Content-Type": "text/csv", "Content-Encoding": "gzip", "X-Empty": ""}
    headers |= {"Date": "yesterday"}
    mock.fail_next(500, headers=headers, body=gzip.compress(b"a,b"))
    response = client.get("/models")
    assert response.headers.get_list("x-request-id") == ["req_1"]
    assert response.headers.get_list("content-type") == ["text/csv"]
    assert response.headers.get_list("date") == ["yesterday"]
    assert response.headers["x-empty"] == ""
    assert response.text == "a,b"
    assert "openai-version" in response.headers


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(status: int, client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(status)
    response = client.get("/models")
    assert (response.status_code, response.content) == (status, b"")
    assert client.get("/models").status_code == 200


def test_a_failed_request_is_recorded_and_not_performed(mock: MockServer, models: Models) -> None:
    mock.fail_next(500)
    with pytest.raises(InternalServerError):
        models.delete(FINE_TUNED)
    assert FINE_TUNED in ids(mock)
    assert [request.method for request in mock.requests] == ["DELETE"]


@pytest.mark.parametrize(
    ("how", "content_type", "start"),
    [
        ("truncated", "application/json", b'{"id":"ft:gpt'),
        ("garbage", "application/json", bytes(range(256))),
        ("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("empty", "application/json", b""),
    ],
)
def test_a_broken_body_is_valid_http_and_the_operation_is_performed(
    how: Any, content_type: str, start: bytes, client: httpx.Client, mock: MockServer
) -> None:
    complete = len(b'{"id":"","object":"model","deleted":true}' + FINE_TUNED.encode())
    mock.break_next(how)
    response = client.delete(f"/models/{FINE_TUNED}")
    assert (response.status_code, response.headers["content-type"]) == (200, content_type)
    assert response.headers["content-length"] == str(len(response.content))
    assert response.content.startswith(start)
    if how == "truncated":
        assert len(response.content) == complete // 2
    with pytest.raises(ValueError, match=r"utf|Expecting|Unterminated"):
        response.json()
    assert FINE_TUNED not in ids(mock)
    assert mock.pending_faults == []


@pytest.mark.parametrize(
    ("profile", "request_line", "operation"),
    [
        (None, "GET /models", "list"),
        (None, "GET /models/models", "retrieve"),
        (None, "DELETE /models/a%2Fmodels", "delete"),
        ("groq", "GET /models/a%2Fb", "retrieve"),
        ("openrouter", "GET /model/z-ai/glm-5.2", "retrieve"),
        ("deepseek", "GET /v1/models", "list"),
        (None, "POST /models", None),
        (None, "DELETE /models", None),
        (None, "GET /modelsx", None),
        (None, "GET /models/", None),
        (None, "GET /nope", None),
    ],
)
def test_a_fault_can_be_limited_to_an_operation(
    profile: str | None, request_line: str, operation: str | None, client: httpx.Client
) -> None:
    statuses = dict(zip(get_args(Operation), (501, 502, 503), strict=True))
    method, path = request_line.split(" ")
    with MockServer(profile=profile) as mock:
        for on, status in statuses.items():
            mock.fail_next(status, on=on)
        status = client.request(method, mock.base_url + path).status_code
        assert status in ([statuses[operation]] if operation else [404, 405])
        assert [fault.on for fault in mock.pending_faults] == [on for on in statuses if on != operation]


def test_faults_happen_in_the_order_in_which_they_were_queued(mock: MockServer, client: httpx.Client) -> None:
    mock.fail_next(500)
    mock.fail_next(503, times=2)
    mock.break_next("empty")
    mock.delay_next(0)
    assert [client.get("/models").status_code for _ in range(5)] == [500, 503, 503, 200, 200]


def test_a_fault_applies_without_a_key_and_to_any_url(mock: MockServer) -> None:
    mock.fail_next(503)
    assert httpx.put(f"{mock.base_url}/nope", trust_env=False).status_code == 503


def test_a_response_to_head_has_no_body_to_break(client: httpx.Client, mock: MockServer) -> None:
    mock.fail_next(503)
    mock.break_next("html")
    mock.drip_next(LONG)
    mock.drop_next(after_bytes=5)
    assert [client.head("/models").status_code for _ in range(3)] == [503, 200, 200]
    with pytest.raises(httpx.RemoteProtocolError):
        client.head("/models")
    assert client.get("/models").status_code == 200


def test_each_fault_happens_once_among_concurrent_requests(mock: MockServer, client: httpx.Client) -> None:
    mock.fail_next(429, times=10)
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: client.get("/models").status_code, range(20)))
    assert sorted(statuses) == [200] * 10 + [429] * 10


def test_pending_faults_are_shown_as_the_calls_that_queued_them_without_headers_and_body(mock: MockServer) -> None:
    secret = "sk-proj-secret-0123456789"
    mock.fail_next(429, times=2, headers={"x-api-key": secret}, body={"key": secret})
    mock.break_next("html", on="list")
    mock.delay_next(0.25)
    mock.drop_next(after_bytes=10)
    mock.drip_next(0.01, chunk=4, on="retrieve")
    assert repr(mock.pending_faults) == (
        "[<Fault fail_next(status=429, times=2)>, <Fault break_next('html', times=1, on='list')>,"
        " <Fault delay_next(0.25, times=1)>, <Fault drop_next(after_bytes=10, times=1)>,"
        " <Fault drip_next(0.01, chunk=4, times=1, on='retrieve')>]"
    )


def test_pending_faults_count_down_and_are_a_copy_that_can_be_read_after_the_block(client: httpx.Client) -> None:
    with MockServer() as mock:
        mock.fail_next(429, times=3)
        mock.pending_faults.clear()
        assert [fault.times for fault in mock.pending_faults] == [3]
        client.get(f"{mock.base_url}/models")
    assert [(fault.kind, fault.status, fault.times) for fault in mock.pending_faults] == [("fail", 429, 2)]


def test_faults_can_be_queued_before_the_server_runs_and_are_removed_by_reset(client: httpx.Client) -> None:
    mock = MockServer()
    mock.fail_next(503, times=5)
    with mock:
        assert client.get(f"{mock.base_url}/models").status_code == 503
        mock.reset()
        assert mock.pending_faults == []
        assert client.get(f"{mock.base_url}/models").status_code == 200


def test_a_fault_can_be_pickled_and_compared() -> None:
    fault = Fault(kind="drop", times=2)
    assert pickle.loads(pickle.dumps(fault)) == fault
