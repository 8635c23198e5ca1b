"""URLs and methods: an id is one segment of the raw path, and what isn't there says so in the envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.mock.conftest import Ask, Wire

COMMON = ("x-request-id", "openai-organization", "openai-processing-ms", "openai-version")
ODD_IDS = ["a/b", "a b", "a?b=c", "a#b", "100%", "a+b", "модель", "模型/七", "..", ".", "%2F", "a\\b", "a\x00b", "🤖"]


@pytest.mark.parametrize(
    "encoded", ["ft:gpt-4o-mini:acemeco:suffix:abc123", "ft%3Agpt-4o-mini%3aacemeco:suffix:abc123"]
)
def test_colons_arrive_raw_or_percent_encoded(ask: Ask, encoded: str) -> None:
    assert b'"id":"ft:gpt-4o-mini:acemeco:suffix:abc123"' in ask("GET", f"/v1/models/{encoded}").body
    assert ask("DELETE", f"/v1/models/{encoded}").status == 200


@pytest.mark.parametrize("model_id", ODD_IDS)
def test_any_id_can_be_served_when_it_is_percent_encoded(model_id: str) -> None:
    seed = {"id": model_id, "object": "model", "created": 1, "owned_by": "acemeco"}
    with MockServer(models=[seed]) as mock:
        # With every byte encoded, so that no client takes a dot or a slash for its own.
        target = "".join(f"%{byte:02X}" for byte in model_id.encode())
        headers = {"Authorization": f"Bearer {mock.api_key}"}
        answer = httpx.get(f"{mock.base_url}/models/{target}", headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()) == (200, seed)


@pytest.mark.parametrize("model_id", ODD_IDS)
def test_an_unknown_id_is_named_decoded_in_the_error(ask: Ask, model_id: str) -> None:
    answer = ask("GET", f"/v1/models/{quote(model_id, safe='')}")
    assert answer.status == 404
    assert answer.error["message"] == f"The model '{model_id}' does not exist"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/nope",
        "/v1/models/",
        "/v1/models/a/b",
        "//v1/models",
        "/v1/models/gpt-4o/",
        "/models",
        "/v2/models",
    ],
)
def test_an_unknown_url_is_404_in_the_envelope(ask: Ask, path: str) -> None:
    answer = ask("GET", path)
    assert answer.status == 404
    assert answer.error == {
        "message": f"Invalid URL (GET {path})",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


@pytest.mark.parametrize("segment", ["%", "%2", "%zz", "a%", "%ff", "%C3", "%ED%A0%80", "%C0%AF", "a%2Gb"])
def test_an_id_that_is_no_percent_encoded_utf8_is_400(ask: Ask, segment: str) -> None:
    answer = ask("GET", f"/v1/models/{segment}")
    assert answer.status == 400
    assert answer.error["param"] == "model"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "OPTIONS", "TRACE", "DISPATCH", "__CLASS__", "get"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/models", "GET, HEAD"), ("/v1/models/gpt-4o", "DELETE, GET, HEAD")],
)
def test_a_method_that_the_url_has_not_is_405_and_says_which_it_has(
    ask: Ask, method: str, path: str, allowed: str
) -> None:
    answer = ask(method, path)
    assert answer.status == 405
    assert answer.headers.get_all("allow") == [allowed]
    assert answer.error == {
        "message": f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_delete_on_the_list_is_405(ask: Ask) -> None:
    assert ask("DELETE", "/v1/models").status == 405


def test_head_is_get_without_the_body(ask: Ask) -> None:
    got, head = ask("GET", "/v1/models"), ask("HEAD", "/v1/models")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))
    assert ask("HEAD", "/v1/models/no-such-model").status == 404


def test_a_query_changes_nothing(ask: Ask) -> None:
    assert ask("GET", "/v1/models?limit=%zz&after=a/b").body == ask("GET", "/v1/models").body


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
def test_every_answer_has_each_official_header_once(ask: Ask, method: str, path: str, key: str | None) -> None:
    answer = ask(method, path, key=key)
    for name in COMMON:
        assert len(answer.headers.get_all(name, [])) == 1, name
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["openai-version"] == "2020-10-01"
    assert int(answer.headers["openai-processing-ms"]) >= 0
    assert not [name for name in answer.headers if name.lower().startswith("x-ratelimit-")]


def test_request_ids_look_official_and_never_repeat(ask: Ask) -> None:
    seen = [ask("GET", path).headers["x-request-id"] for path in ("/v1/models", "/v1/nope") for _ in range(20)]
    assert all(id.startswith("req_") and len(id) == 36 for id in seen)
    assert len(set(seen)) == len(seen)


def test_the_organization_is_the_one_that_the_request_names(client: httpx.Client) -> None:
    assert client.get("/models").headers["openai-organization"] == "acemeco"
    named = client.get("/models", headers={"OpenAI-Organization": "org-123"})
    assert named.headers.get_list("openai-organization") == ["org-123"]


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        "GET /v1/models/модель HTTP/1.1\r\nHost: mock\r\n\r\n".encode(),
        b"GET /v1/models HTTP/1.1\r\n\r\n",
        # Just beyond h11's 64 KiB: a server that closes with more unread resets the connection.
        b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nX: " + b"x" * 65_600,
        b"POST /v1/models HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["no HTTP", "raw UTF-8 in the path", "no Host", "a header without end", "a broken chunk"],
)
def test_what_is_not_http_is_400_in_the_envelope(wire: Wire, sent: bytes) -> None:
    head, _, body = wire(sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert head.count(b"\r\nx-request-id: req_") == 1
    assert body.startswith(b'{"error":{"message":"')
    assert body.endswith(b"}}")


def test_pipelined_requests_are_answered_in_turn(wire: Wire, mock: MockServer) -> None:
    request = b"GET /v1/models HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer %s\r\n%s\r\n"
    key = mock.api_key.encode()
    received = wire(request % (key, b"") + request % (key, b"Connection: close\r\n"))
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_every_url_stands_under_v1(mock: MockServer) -> None:
    assert urlsplit(mock.base_url).path == "/v1"
