"""URLs, methods and headers of the official API: an ID is one segment of the raw path; every error has an envelope."""

from urllib.parse import quote

import httpx
import pytest
from tests.testing.conftest import Send
from tests.testing.parts import FINE_TUNED, connect, error, received

from openai_models.testing import MockServer

COMMON = ("x-request-id", "openai-organization", "openai-processing-ms", "openai-version")
ODD_IDS = ["a/b", "a b", "a?b=c", "a#b", "100%", "a+b", "модель", "..", ".", "%2F", "a\\b", "a\x00b", "🤖"]


def check_headers(response: httpx.Response) -> None:
    """Every response has each official header once."""
    assert {name: len(response.headers.get_list(name)) for name in COMMON} == dict.fromkeys(COMMON, 1)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["openai-version"] == "2020-10-01"
    assert int(response.headers["openai-processing-ms"]) >= 0
    assert not [name for name in response.headers if name.startswith("x-ratelimit-")]


@pytest.mark.parametrize("encoded", [FINE_TUNED, "ft%3Agpt-4o-mini%3aacemeco:suffix:abc123"])
def test_colons_may_be_percent_encoded(send: Send, encoded: str) -> None:
    assert send(f"GET /v1/models/{encoded}").json()["id"] == FINE_TUNED
    response = send(f"DELETE /v1/models/{encoded}")
    assert response.status_code == 200
    check_headers(response)


def test_a_percent_encoded_id_can_be_any_string(client: httpx.Client) -> None:
    models = [{"id": model_id, "object": "model", "created": 1, "owned_by": "acemeco"} for model_id in ODD_IDS]
    with MockServer(models=models) as mock:
        # Every byte is encoded, so that the client does not normalize dots and slashes.
        targets = ["".join(f"%{byte:02X}" for byte in model_id.encode()) for model_id in ODD_IDS]
        assert [client.get(f"{mock.base_url}/models/{target}").json() for target in targets] == models


@pytest.mark.parametrize("model_id", ODD_IDS)
def test_the_error_for_an_unknown_id_contains_it_decoded(send: Send, model_id: str) -> None:
    response = send(f"GET /v1/models/{quote(model_id, safe='')}")
    assert response.status_code == 404
    message = f"The model '{model_id}' does not exist"
    assert response.json() == error(message, param="model", code="model_not_found")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nope", "/v1/models/", "/v1/models/a/b", "//v1/models", "/v1/models/gpt-4o/", "/models"]
)
def test_an_unknown_url_is_404(send: Send, path: str) -> None:
    response = send(f"GET {path}")
    assert (response.status_code, response.json()) == (404, error(f"Invalid URL (GET {path})"))
    check_headers(response)


@pytest.mark.parametrize("segment", ["%", "%2", "%zz", "a%", "%ff", "%C3", "%ED%A0%80", "%C0%AF", "a%2Gb"])
def test_an_id_that_is_not_percent_encoded_utf8_is_400(send: Send, segment: str) -> None:
    response = send(f"GET /v1/models/{segment}")
    assert (response.status_code, response.json()["error"]["param"]) == (400, "model")
    check_headers(response)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/models", "GET, HEAD"),
        ("DELETE", "/v1/models", "GET, HEAD"),
        ("OPTIONS", "/v1/models/gpt-4o", "DELETE, GET, HEAD"),
        ("__CLASS__", "/v1/models/gpt-4o", "DELETE, GET, HEAD"),
    ],
)
def test_another_method_is_405_with_the_allowed_ones(send: Send, method: str, path: str, allowed: str) -> None:
    response = send(f"{method} {path}")
    hint = "(HINT: Perhaps you meant to use a different HTTP method?)"
    assert (response.status_code, response.json()) == (405, error(f"Not allowed to {method} on {path}. {hint}"))
    assert response.headers.get_list("allow") == [allowed]
    check_headers(response)


def test_deleting_a_base_model_is_403(send: Send, mock: MockServer) -> None:
    before = mock.models
    response = send("DELETE /v1/models/gpt-4o-mini")
    assert response.status_code == 403
    assert response.json()["error"]["message"].startswith("You have insufficient permissions for this operation.")
    assert mock.models == before
    check_headers(response)


def test_head_responds_without_the_body_of_get(send: Send) -> None:
    get, head = send("GET /v1/models"), send("HEAD /v1/models")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    assert send("HEAD /v1/models/no-such-model").status_code == 404
    check_headers(get)
    check_headers(head)


def test_the_query_is_ignored(send: Send) -> None:
    assert send("GET /v1/models?limit=%zz&after=a/b").content == send("GET /v1/models").content


def test_request_ids_look_official_and_are_unique(send: Send) -> None:
    seen = {send(f"GET {path}").headers["x-request-id"] for path in ("/v1/models", "/v1/nope") for _ in range(5)}
    assert {(id[:4], len(id)) for id in seen} == {("req_", 36)}
    assert len(seen) == 10


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
def test_a_malformed_request_is_400(mock: MockServer, sent: bytes) -> None:
    with connect(mock) as connection:
        connection.sendall(sent)
        head, _, body = received(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert head.count(b"\r\nx-request-id: req_") == 1
    assert body.startswith(b'{"error":{"message":"')
    assert body.endswith(b"}}")


def test_pipelined_requests_are_answered(mock: MockServer) -> None:
    request = b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer %s\r\n%s\r\n"
    key = mock.api_key.encode()
    with connect(mock) as connection:
        connection.sendall(request % (key, b"") + request % (key, b"Connection: close\r\n"))
        assert received(connection).count(b"HTTP/1.1 200 OK") == 2
