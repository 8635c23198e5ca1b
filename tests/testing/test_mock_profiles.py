"""Each profile responds as its server does: status, content type, headers and body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = "application/json"
JSON_UTF8 = "application/json; charset=utf-8"


def fetch(
    profile: str, request: str, *, key: str | None = "valid", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Send a method and a path, relative to the base URL, to a mock with a profile."""
    method, path = request.split(" ", 1)
    with MockServer(profile=profile) as mock, httpx.Client(trust_env=False) as client:
        bearer = mock.api_key if key == "valid" else key
        authorization = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
        return client.request(method, mock.base_url + path, headers={**authorization, **(headers or {})})


@dataclass(frozen=True)
class Case:
    """A request that a server refuses, and its response."""

    profile: str
    request: str
    status: int
    content_type: str | None
    body: Any
    key: str | None = "valid"

    def __str__(self) -> str:
        return f"{self.profile}: {self.request}, {self.key or 'no'} key"


def envelope(message: str, type: str, code: object, param: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def fields(**error: object) -> dict[str, object]:
    return {"error": error}


INVALID = "sk-wrong"
BEARER = {"authorization": f"Bearer {INVALID}"}
UNEXPECTED = "Unexpected endpoint or method."
OPENROUTER_401 = fields(message="User not found.", code=401)
OPENROUTER_NO_KEY = fields(message="No auth credentials found", code=401)
NOT_FOUND = {"detail": "Not Found"}
GEMINI_400 = fields(code=400, message="Please pass a valid API key", status="INVALID_ARGUMENT")
GROQ_401 = fields(message="Invalid API Key", type="invalid_request_error", code="invalid_api_key")
LLAMA_404 = fields(message="File Not Found", type="not_found_error", code=404)
LLAMA_401 = fields(message="Invalid API Key", type="authentication_error", code=401)
DEEPSEEK_401 = envelope("Authentication Fails (no such user)", "authentication_error", "invalid_request_error")
LITELLM_401 = envelope(
    "Authentication Error, Invalid proxy server token passed. key=2ab06cfa..., not found in db."
    " Create key via `/key/generate` call.",
    "token_not_found_in_db",
    "401",
    "key",
)


def unknown_url(request: str) -> dict[str, object]:
    help_text = "Please check the URL for typos, or see the docs at https://console.groq.com/docs/"
    message = f"Unknown request URL: {request}. {help_text}"
    return fields(message=message, type="invalid_request_error", code="unknown_url")


ERRORS = [
    Case("anthropic", "DELETE /models", 405, None, ""),
    Case("anthropic", "DELETE /models/claude-opus-5", 405, None, "", key=None),
    Case("deepseek", "GET /models", 401, JSON, DEEPSEEK_401, key=INVALID),
    Case("deepseek", "GET /models/deepseek-chat", 404, None, ""),
    Case("gemini", "GET /models", 404, None, "", key=None),
    Case("gemini", "GET /models/gemini-2.0-flash", 404, None, "", key=None),
    Case("gemini", "GET /models", 400, JSON, [GEMINI_400], key=INVALID),
    Case("groq", "GET /models", 401, JSON, GROQ_401, key=None),
    Case("groq", "GET /models", 401, JSON, GROQ_401, key=INVALID),
    Case("groq", "POST /models", 404, JSON, unknown_url("POST /openai/v1/models"), key=None),
    Case("groq", "GET /completions", 404, JSON, unknown_url("GET /openai/v1/completions")),
    Case("groq", "DELETE /models/a%2Fb", 404, JSON, unknown_url("DELETE /openai/v1/models/a%2Fb")),
    Case("huggingface-router", "GET /models", 401, JSON, {"error": "Invalid username or password."}, key=INVALID),
    Case("litellm", "GET /models", 401, JSON, LITELLM_401, key=INVALID),
    Case("litellm", "GET /models/swiss-ai/apertus-8b-instruct", 404, JSON, NOT_FOUND),
    Case("litellm", "GET /models/swiss-ai%2Fapertus-8b-instruct", 404, JSON, NOT_FOUND),
    Case("llama.cpp", "GET /models/nope", 404, JSON_UTF8, LLAMA_404),
    Case("llama.cpp", "DELETE /models/nope", 404, JSON_UTF8, LLAMA_404),
    Case("llama.cpp", "GET /props", 401, JSON_UTF8, LLAMA_401, key=INVALID),
    Case("lm-studio", "GET /models/x", 200, JSON_UTF8, {"error": f"{UNEXPECTED} (GET /v1/models/x)"}),
    Case("lm-studio", "GET //models", 200, JSON_UTF8, {"error": f"{UNEXPECTED} (GET /v1//models)"}),
    Case("lm-studio", "PUT /models", 200, JSON_UTF8, {"error": f"{UNEXPECTED} (PUT /v1/models)"}),
    Case("mistral", "GET /models", 401, JSON, {"detail": "Invalid API Key"}, key=None),
    Case("mistral", "POST /models", 401, JSON, {"detail": "Invalid API Key"}, key=INVALID),
    Case("ollama", "GET /models/nope", 404, JSON, envelope("model 'nope' not found", "not_found_error", None)),
    Case("ollama", "GET /models/aaa/llava:13b", 404, "text/plain", "404 page not found"),
    Case("ollama", "GET /models/aaa%2fllava:13b", 404, "text/plain", "404 page not found"),
    Case("ollama", "DELETE /models/qwen3:30b", 404, "text/plain", "404 page not found"),
    Case("openrouter", "GET /model/z-ai/glm-5.2", 401, JSON, OPENROUTER_401, key=INVALID),
    Case("openrouter", "GET /model/z-ai/glm-5.2", 401, JSON, OPENROUTER_NO_KEY, key=None),
    Case("together", "GET /models", 401, "text/plain", "Missing API key", key=None),
    Case("together", "GET /models", 401, JSON, fields(message="Unauthorized"), key=INVALID),
    Case("together", "DELETE /models", 401, JSON, fields(message="Unauthorized"), key=INVALID),
    Case("vllm", "GET /models", 401, JSON, {"error": "Unauthorized"}, key=None),
    Case("vllm", "GET /models", 401, JSON, {"error": "Unauthorized"}, key=INVALID),
    Case("vllm", "GET /models/nope", 401, JSON, {"error": "Unauthorized"}, key=INVALID),
    Case("vllm", "GET /models/sql-lora", 404, JSON, NOT_FOUND),
    Case("vllm", "DELETE /models/sql-lora", 404, JSON, NOT_FOUND),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_an_error_is_that_of_the_server(error: Case) -> None:
    response = fetch(error.profile, error.request, key=error.key)
    assert response.status_code == error.status
    assert response.headers.get("content-type") == error.content_type
    assert (response.text if isinstance(error.body, str) else response.json()) == error.body


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "x-api-key header is required"),
        ({"x-api-key": INVALID}, "invalid x-api-key"),
        (BEARER, "Invalid bearer token"),
    ],
)
def test_anthropic_has_a_message_for_each_kind_of_key(headers: dict[str, str], message: str) -> None:
    response = fetch("anthropic", "GET /models", key=None, headers=headers)
    assert response.status_code == 401
    error = {"type": "authentication_error", "message": message}
    assert response.json() == {"type": "error", "error": error, "request_id": response.headers["request-id"]}


def test_anthropic_accepts_the_key_in_its_own_header() -> None:
    headers = {"x-api-key": MockServer().api_key, "anthropic-version": "2023-06-01"}
    assert fetch("anthropic", "GET /models", key=None, headers=headers).status_code == 200


def test_anthropic_checks_url_and_method_before_the_key() -> None:
    assert fetch("anthropic", "DELETE /models", key=None).headers["allow"] == "GET"
    unknown = fetch("anthropic", "GET /nosuchroute", key=None)
    assert unknown.status_code == 404
    assert unknown.json()["error"] == {"type": "not_found_error", "message": "Not found"}


def test_mistral_checks_the_url_before_the_key() -> None:
    response = fetch("mistral", "GET /nonexistent-path-xyz", key=None)
    assert (response.status_code, response.json()["message"]) == (404, "no Route matched with those values")
    assert response.json()["request_id"]


@pytest.mark.parametrize("key", ["valid", None])
def test_together_responds_to_an_unknown_url_with_html(key: str | None) -> None:
    response = fetch("together", "GET /nosuchroute", key=key)
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html")
    assert response.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("profile", ["llama.cpp", "lm-studio", "ollama", "openrouter"])
@pytest.mark.parametrize("key", [None, INVALID])
def test_some_servers_list_without_a_valid_key(profile: str, key: str | None) -> None:
    assert fetch(profile, "GET /models", key=key).status_code == 200


@pytest.mark.parametrize(
    ("profile", "base_path"),
    [
        ("groq", "/openai/v1"),
        ("gemini", "/v1beta/openai"),
        ("openrouter", "/api/v1"),
        ("deepseek", ""),
        ("vllm", "/v1"),
    ],
)
def test_the_base_url_has_the_path_of_the_server(profile: str, base_path: str) -> None:
    with MockServer(profile=profile) as mock:
        assert httpx.URL(mock.base_url).raw_path.decode().rstrip("/") == base_path


def test_lists_have_the_fields_of_the_server() -> None:
    assert isinstance(fetch("together", "GET /models").json(), list)
    assert list(fetch("openrouter", "GET /models").json()) == ["data"]
    assert list(fetch("lm-studio", "GET /models").json()) == ["data", "object"]
    assert fetch("deepseek", "GET /v1/models").json() == fetch("deepseek", "GET /models").json()


def test_llama_cpp_lists_its_models_in_two_fields() -> None:
    body = fetch("llama.cpp", "GET /models").json()
    assert [model["name"] for model in body["models"]] == [model["id"] for model in body["data"]]


def test_ollama_without_models_returns_null() -> None:
    with MockServer(profile="ollama", models=[]) as mock:
        assert httpx.get(f"{mock.base_url}/models", trust_env=False).json() == {"object": "list", "data": None}


def test_some_servers_retrieve_by_an_id_with_a_raw_slash() -> None:
    assert fetch("openrouter", "GET /model/z-ai/glm-5.2").json()["data"]["id"] == "z-ai/glm-5.2"
    path = "GET /models/deepseek-ai/DeepSeek-V4-Pro"
    assert fetch("huggingface-router", path).json()["id"] == "deepseek-ai/DeepSeek-V4-Pro"


def test_groq_returns_its_region_and_a_request_id() -> None:
    headers = fetch("groq", "GET /models").headers
    assert headers["x-groq-region"] == "dls"
    assert headers["x-request-id"].startswith("req_")


def test_anthropic_pages_forward_and_backward() -> None:
    models = [{"id": f"claude-{number}", "type": "model"} for number in range(5)]
    with MockServer(profile="anthropic", models=models) as mock, httpx.Client(trust_env=False) as client:
        client.headers["x-api-key"] = mock.api_key

        def page(**query: str | int) -> tuple[list[str], bool, str | None]:
            body = client.get(f"{mock.base_url}/models", params=query).json()
            assert body["first_id"] == (body["data"][0]["id"] if body["data"] else None)
            return [model["id"] for model in body["data"]], body["has_more"], body["last_id"]

        assert page(limit=2) == (["claude-0", "claude-1"], True, "claude-1")
        assert page(limit=2, after_id="claude-3") == (["claude-4"], False, "claude-4")
        assert page(limit=2, before_id="claude-4") == (["claude-2", "claude-3"], True, "claude-3")
        assert page(limit=2, before_id="claude-1") == (["claude-0"], False, "claude-0")
        assert page(after_id="claude-4") == ([], False, None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "limit=%C2%B2", "after_id=nope", "before_id=nope"]
)
def test_anthropic_rejects_an_invalid_page(query: str) -> None:
    response = fetch("anthropic", f"GET /models?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(query.split("=", maxsplit=1)[0] + ": ")


@pytest.mark.parametrize("profile", ["vllm", "mistral", "llama.cpp"])
def test_created_is_the_time_of_the_request_on_some_servers(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai_models.testing._profile_app.time.time", lambda: 1_999_999_999.5)
    assert {model["created"] for model in fetch(profile, "GET /models").json()["data"]} == {1_999_999_999}
