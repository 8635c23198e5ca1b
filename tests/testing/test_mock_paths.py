"""URLs, methods and headers of the official API: an ID is one segment of the raw path; every error has an envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.testing.conftest import Send, SendRaw

COMMON = ("x-request-id", "openai-organization", "openai-processing-ms", "openai-version")
ODD_IDS = ["a/b", "a b", "a?b=c", "a#b", "100%", "a+b", "модель", "模型/七", "..", ".", "%2F", "a\\b", "a\x00b", "🤖"]


@pytest.mark.parametrize(
    "encoded", ["ft:gpt-4o-mini:acemeco:suffix:abc123", "ft%3Agpt-4o-mini%3aacemeco:suffix:abc123"]
)
def test_colons_may_be_percent_encoded(send: Send, encoded: str) -> None:
    assert b'"id":"ft:gpt-4o-mini:acemeco:suffix:abc123"' in send("GET", f"/v1/models/{encoded}").body
    assert send("DELETE", f"/v1/models/{encoded}").status == 200


@pytest.mark.parametrize("model_id", ODD_IDS)
def test_a_percent_encoded_id_can_be_any_string(model_id: str) -> None:
    model = {"id": model_id, "object": "model", "created": 1, "owned_by": "acemeco"}
    with MockServer(models=[model]) as mock:
        # Every byte is encoded, so that the client does not normalize dots and slashes.
        target = "".join(f"%{byte:02X}" for byte in model_id.encode())
        headers = {"Authorization": f"Bearer {mock.api_key}"}
        response = httpx.get(f"{mock.base_url}/models/{target}", headers=headers, trust_env=False)
        assert (response.status_code, response.json()) == (200, model)


@pytest.mark.parametrize("model_id", ODD_IDS)
def test_the_error_for_an_unknown_id_contains_it_decoded(send: Send, model_id: str) -> None:
    response = send("GET", f"/v1/models/{quote(model_id, safe='')}")
    assert response.status == 404
    assert response.error["message"] == f"The model '{model_id}' does not exist"


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/nope", "/v1/models/", "/v1/models/a/b", "//v1/models", "/v1/models/gpt-4o/", "/models"],
)
def test_an_unknown_url_is_404(send: Send, path: str) -> None:
    response = send("GET", path)
    assert response.status == 404
    assert response.error == {
        "message": f"Invalid URL (GET {path})",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


@pytest.mark.parametrize("segment", ["%", "%2", "%zz", "a%", "%ff", "%C3", "%ED%A0%80", "%C0%AF", "a%2Gb"])
def test_an_id_that_is_not_percent_encoded_utf8_is_400(send: Send, segment: str) -> None:
    response = send("GET", f"/v1/models/{segment}")
    assert response.status == 400
    assert response.error["param"] == "model"


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "__CLASS__", "get"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/models", "GET, HEAD"), ("/v1/models/gpt-4o", "DELETE, GET, HEAD")],
)
def test_another_method_is_405_with_the_allowed_ones(send: Send, method: str, path: str, allowed: str) -> None:
    response = send(method, path)
    assert response.status == 405
    assert response.headers.get_all("allow") == [allowed]
    assert response.error == {
        "message": f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_head_responds_without_the_body_of_get(send: Send) -> None:
    get, head = send("GET", "/v1/models"), send("HEAD", "/v1/models")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(get.body))
    assert send("HEAD", "/v1/models/no-such-model").status == 404


def test_the_list_can_not_be_deleted(send: Send) -> None:
    assert send("DELETE", "/v1/models").status == 405


def test_the_query_is_ignored(send: Send) -> None:
    assert send("GET", "/v1/models?limit=%zz&after=a/b").body == send("GET", "/v1/models").body


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/v1/models", None),
        ("GET", "/v1/models/gpt-4o", None),
        ("HEAD", "/v1/models", None),
        ("DELETE", "/v1/models/ft:gpt-4o-mini:acemeco:suffix:abc123", None),
        ("GET", "/v1/models/%zz", None),
        ("GET", "/v1/models", "sk-wrong"),
        ("DELETE", "/v1/models/gpt-4o", None),
        ("GET", "/v1/models/nope", None),
        ("GET", "/v1/nope", None),
        ("POST", "/v1/models", None),
    ],
    ids=str,
)
def test_every_response_has_each_official_header_once(send: Send, method: str, path: str, key: str | None) -> None:
    response = send(method, path, key=key)
    for name in COMMON:
        assert len(response.headers.get_all(name, [])) == 1, name
    assert response.headers["content-type"] == "application/json"
    assert response.headers["openai-version"] == "2020-10-01"
    assert int(response.headers["openai-processing-ms"]) >= 0
    assert not [name for name in response.headers if name.lower().startswith("x-ratelimit-")]


def test_request_ids_look_official_and_are_unique(send: Send) -> None:
    seen = [send("GET", path).headers["x-request-id"] for path in ("/v1/models", "/v1/nope") for _ in range(20)]
    assert all(id.startswith("req_") and len(id) == 36 for id in seen)
    assert len(set(seen)) == len(seen)


def test_the_organization_of_the_request_is_returned(client: httpx.Client) -> None:
    assert client.get("/models").headers["openai-organization"] == "acemeco"
    named = client.get("/models", headers={"OpenAI-Organization": "org-123"})
    assert named.headers.get_list("openai-organization") == ["org-123"]


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        "GET /v1/models/модель HTTP/1.1\r\nHost: mock\r\n\r\n".encode(),
        b"GET /v1/models HTTP/1.1\r\n\r\n",
        # Just beyond h11's 64 KiB. With more unread bytes, the server would reset the connection.
        b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nX: " + b"x" * 65_600,
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["not HTTP", "raw UTF-8 in the path", "no Host", "too long a header", "malformed chunk"],
)
def test_a_malformed_request_is_400(send_raw: SendRaw, sent: bytes) -> None:
    head, _, body = send_raw(sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert head.count(b"\r\nx-request-id: req_") == 1
    assert body.startswith(b'{"error":{"message":"')
    assert body.endswith(b"}}")


def test_pipelined_requests_are_answered(send_raw: SendRaw, mock: MockServer) -> None:
    request = b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer %s\r\n%s\r\n"
    key = mock.api_key.encode()
    received = send_raw(request % (key, b"") + request % (key, b"Connection: close\r\n"))
    assert received.count(b"HTTP/1.1 200 OK") == 2
