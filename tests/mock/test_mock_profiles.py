"""Each profile answers as its server does: statuses, content types, headers and bodies on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._profiles import OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHERS = [profile for profile in PROFILES if profile != OFFICIAL]
JSON = "application/json"
JSON_UTF8 = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Refusal:
    """A request that a server refuses, and what it says."""

    profile: str
    request: str
    status: int
    content_type: str | None
    body: Any
    key: str | None = "right"

    def __str__(self) -> str:
        return f"{self.profile}: {self.request}, {self.key or 'no'} key"


def envelope(message: str, type: str, code: object, param: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def fields(**error: object) -> dict[str, object]:
    return {"error": error}


WRONG = "sk-wrong"
NOT_FOUND = {"detail": "Not Found"}
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
    message = f"Unknown request URL: {request}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/"
    return fields(message=message, type="invalid_request_error", code="unknown_url")


REFUSALS = [
    Refusal("anthropic", "DELETE /models", 405, None, ""),
    Refusal("anthropic", "DELETE /models/claude-opus-5", 405, None, "", key=None),
    Refusal("deepseek", "GET /models", 401, JSON, DEEPSEEK_401, key=WRONG),
    Refusal("deepseek", "GET /models/deepseek-chat", 404, None, ""),
    Refusal("gemini", "GET /models", 404, None, "", key=None),
    Refusal("gemini", "GET /models/gemini-2.0-flash", 404, None, "", key=None),
    Refusal("groq", "GET /models", 401, JSON, GROQ_401, key=None),
    Refusal("groq", "GET /models", 401, JSON, GROQ_401, key=WRONG),
    Refusal("groq", "POST /models", 404, JSON, unknown_url("POST /openai/v1/models")),
    Refusal("groq", "POST /models", 404, JSON, unknown_url("POST /openai/v1/models"), key=None),
    Refusal("groq", "GET /completions", 404, JSON, unknown_url("GET /openai/v1/completions")),
    Refusal("groq", "DELETE /models/a%2Fb", 404, JSON, unknown_url("DELETE /openai/v1/models/a%2Fb")),
    Refusal("litellm", "GET /models", 401, JSON, LITELLM_401, key=WRONG),
    Refusal("litellm", "GET /models/swiss-ai/apertus-8b-instruct", 404, JSON, NOT_FOUND),
    Refusal("litellm", "GET /models/swiss-ai%2Fapertus-8b-instruct", 404, JSON, NOT_FOUND),
    Refusal("llama.cpp", "GET /models/nope", 404, JSON_UTF8, LLAMA_404),
    Refusal("llama.cpp", "DELETE /models/nope", 404, JSON_UTF8, LLAMA_404),
    Refusal("llama.cpp", "GET /props", 401, JSON_UTF8, LLAMA_401, key=WRONG),
    Refusal(
        "lm-studio", "GET /models/x", 200, JSON_UTF8, {"error": "Unexpected endpoint or method. (GET /v1/models/x)"}
    ),
    Refusal("lm-studio", "GET //models", 200, JSON_UTF8, {"error": "Unexpected endpoint or method. (GET /v1//models)"}),
    Refusal("lm-studio", "PUT /models", 200, JSON_UTF8, {"error": "Unexpected endpoint or method. (PUT /v1/models)"}),
    Refusal("mistral", "GET /models", 401, JSON, {"detail": "Invalid API Key"}, key=None),
    Refusal("mistral", "POST /models", 401, JSON, {"detail": "Invalid API Key"}, key=WRONG),
    Refusal("ollama", "GET /models/nope", 404, JSON, envelope("model 'nope' not found", "not_found_error", None)),
    Refusal("ollama", "GET /models/aaa/llava:13b", 404, "text/plain", "404 page not found"),
    Refusal("ollama", "GET /models/aaa%2fllava:13b", 404, "text/plain", "404 page not found"),
    Refusal("ollama", "DELETE /models/qwen3:30b", 404, "text/plain", "404 page not found"),
    Refusal("openrouter", "GET /model/z-ai/glm-5.2", 401, JSON, fields(message="User not found.", code=401), key=WRONG),
    Refusal(
        "openrouter", "GET /model/z-ai/glm-5.2", 401, JSON, fields(message="No auth credentials found", code=401), None
    ),
    Refusal("together", "GET /models", 401, "text/plain", "Missing API key", key=None),
    Refusal("together", "GET /models", 401, JSON, fields(message="Unauthorized"), key=WRONG),
    Refusal("together", "DELETE /models", 401, JSON, fields(message="Unauthorized"), key=WRONG),
    Refusal("vllm", "GET /models", 401, JSON, {"error": "Unauthorized"}, key=None),
    Refusal("vllm", "GET /models", 401, JSON, {"error": "Unauthorized"}, key=WRONG),
    Refusal("vllm", "GET /models/nope", 401, JSON, {"error": "Unauthorized"}, key=WRONG),
    Refusal("vllm", "GET /models/sql-lora", 404, JSON, NOT_FOUND),
    Refusal("vllm", "DELETE /models/sql-lora", 404, JSON, NOT_FOUND),
]


class Fetch(Protocol):
    def __call__(
        self, profile: str, request: str, *, key: str | None = "right", headers: Mapping[str, str] | None = None
    ) -> httpx.Response: ...


@pytest.fixture
def fetch() -> Fetch:
    """Ask a server of this profile for something, relative to its base URL."""

    def ask(
        profile: str, request: str, *, key: str | None = "right", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        method, path = request.split(" ", 1)
        with MockServer(profile=profile) as mock, httpx.Client(trust_env=False) as client:
            bearer = mock.api_key if key == "right" else key
            sent = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
            return client.request(method, mock.base_url + path, headers={**sent, **(headers or {})})

    return ask


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_what_a_server_refuses_it_refuses_in_its_own_words(refusal: Refusal, fetch: Fetch) -> None:
    response = fetch(refusal.profile, refusal.request, key=refusal.key)
    assert response.status_code == refusal.status
    assert response.headers.get("content-type") == refusal.content_type
    assert (response.text if isinstance(refusal.body, str) else response.json()) == refusal.body


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "x-api-key header is required"),
        ({"x-api-key": WRONG}, "invalid x-api-key"),
        ({"authorization": f"Bearer {WRONG}"}, "Invalid bearer token"),
    ],
)
def test_anthropic_refuses_each_kind_of_key_in_other_words(headers: dict[str, str], message: str, fetch: Fetch) -> None:
    response = fetch("anthropic", "GET /models", key=None, headers=headers)
    assert response.status_code == 401
    body = response.json()
    request_id = body.pop("request_id")
    assert body == {"type": "error", "error": {"type": "authentication_error", "message": message}}
    assert request_id == response.headers["request-id"]


def test_anthropic_takes_the_key_in_its_own_header() -> None:
    with MockServer(profile="anthropic") as mock:
        headers = {"x-api-key": mock.api_key, "anthropic-version": "2023-06-01"}
        assert httpx.get(f"{mock.base_url}/models", headers=headers, trust_env=False).status_code == 200


def test_anthropic_tells_of_wrong_methods_and_urls_before_it_asks_for_a_key(fetch: Fetch) -> None:
    assert fetch("anthropic", "DELETE /models", key=None).headers["allow"] == "GET"
    unknown = fetch("anthropic", "GET /nosuchroute", key=None)
    assert unknown.status_code == 404
    assert unknown.json()["error"] == {"type": "not_found_error", "message": "Not found"}


def test_mistral_does_not_know_a_url_before_it_asks_for_a_key(fetch: Fetch) -> None:
    response = fetch("mistral", "GET /nonexistent-path-xyz", key=None)
    assert response.status_code == 404
    assert response.json()["message"] == "no Route matched with those values"
    assert response.json()["request_id"]


@pytest.mark.parametrize("key", ["right", None])
def test_together_answers_unknown_urls_with_a_web_page(key: str | None, fetch: Fetch) -> None:
    response = fetch("together", "GET /nosuchroute", key=key)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html"
    assert response.text.startswith("<!DOCTYPE html>")


def test_gemini_says_400_to_a_wrong_key_in_an_array(fetch: Fetch) -> None:
    response = fetch("gemini", "GET /models", key=WRONG)
    assert response.status_code == 400
    error = {"code": 400, "message": "Please pass a valid API key", "status": "INVALID_ARGUMENT"}
    assert response.json() == [{"error": error}]


@pytest.mark.parametrize("profile", ["llama.cpp", "lm-studio", "ollama", "openrouter"])
@pytest.mark.parametrize("key", [None, WRONG])
def test_some_servers_list_for_anybody(profile: str, key: str | None, fetch: Fetch) -> None:
    assert fetch(profile, "GET /models", key=key).status_code == 200


@pytest.mark.parametrize("profile", OTHERS)
def test_each_list_is_that_of_the_profile_and_no_header_is_openais(profile: str) -> None:
    with MockServer(profile=profile) as mock:
        headers = {"authorization": f"Bearer {mock.api_key}"}
        response = httpx.get(f"{mock.base_url}/models", params={"limit": 1000}, headers=headers, trust_env=False)
        body = response.json()
        items = body if isinstance(body, list) else body["data"]
        assert [item["id"] for item in items] == [model["id"] for model in mock.models]
        assert not [name for name in response.headers if name.startswith("openai-")]
        assert mock.profile == profile


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
def test_the_base_url_ends_as_that_of_the_server(profile: str, base_path: str) -> None:
    with MockServer(profile=profile) as mock:
        assert httpx.URL(mock.base_url).raw_path.decode().rstrip("/") == base_path


def test_deepseek_has_its_models_under_v1_as_well(fetch: Fetch) -> None:
    assert fetch("deepseek", "GET /v1/models").json() == fetch("deepseek", "GET /models").json()


def test_together_lists_a_bare_array(fetch: Fetch) -> None:
    assert isinstance(fetch("together", "GET /models").json(), list)


def test_openrouter_and_lm_studio_have_their_own_order_of_fields(fetch: Fetch) -> None:
    assert list(fetch("openrouter", "GET /models").json()) == ["data"]
    assert list(fetch("lm-studio", "GET /models").json()) == ["data", "object"]


def test_llama_cpp_lists_its_models_in_two_ways_at_once(fetch: Fetch) -> None:
    body = fetch("llama.cpp", "GET /models").json()
    assert [model["name"] for model in body["models"]] == [model["id"] for model in body["data"]]


def test_ollama_without_models_has_null_for_them() -> None:
    with MockServer(profile="ollama", models=[]) as mock:
        assert httpx.get(f"{mock.base_url}/models", trust_env=False).json() == {"object": "list", "data": None}


def test_openrouter_wraps_the_one_model_and_takes_its_slash_as_it_is(fetch: Fetch) -> None:
    assert fetch("openrouter", "GET /model/z-ai/glm-5.2").json()["data"]["id"] == "z-ai/glm-5.2"


def test_the_router_of_hugging_face_takes_a_slash_only_as_it_is(fetch: Fetch) -> None:
    model = fetch("huggingface-router", "GET /models/deepseek-ai/DeepSeek-V4-Pro")
    assert model.json()["id"] == "deepseek-ai/DeepSeek-V4-Pro"
    assert fetch("huggingface-router", "GET /models/deepseek-ai%2FDeepSeek-V4-Pro").status_code == 400


def test_gemini_retrieves_by_the_id_without_its_prefix(fetch: Fetch) -> None:
    assert fetch("gemini", "GET /models/gemini-2.0-flash").json()["id"] == "models/gemini-2.0-flash"
    assert fetch("gemini", "GET /models/models/gemini-2.0-flash").status_code == 404


def test_groq_names_its_region_and_the_request(fetch: Fetch) -> None:
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
def test_anthropic_refuses_a_page_that_can_not_be(query: str, fetch: Fetch) -> None:
    response = fetch("anthropic", f"GET /models?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(query.split("=", maxsplit=1)[0] + ": ")


@pytest.mark.parametrize("profile", ["vllm", "mistral", "llama.cpp"])
def test_some_models_are_as_young_as_the_request(profile: str, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai_models.testing._profile_app.time.time", lambda: 1_999_999_999.5)
    assert {model["created"] for model in fetch(profile, "GET /models").json()["data"]} == {1_999_999_999}
