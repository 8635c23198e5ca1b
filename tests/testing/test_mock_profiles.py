"""What each profile serves: lists, single models, pages and headers. Its errors: test_mock_profile_errors.py."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files

import httpx
import pytest
from tests.testing.parts import NO, WRONG, fetch

from openai_models import BadRequestError
from openai_models.testing import PROFILES, MockServer
from openai_models.testing._profiles import OFFICIAL, ErrorKind, load_profile

OTHERS = [profile for profile in PROFILES if profile != OFFICIAL]
each_profile = pytest.mark.parametrize("profile", PROFILES)
each_other = pytest.mark.parametrize("profile", OTHERS)
MISTRAL_FINE_TUNED = "ft:open-mistral-7b:587a6b29:20240514:7e773925"


@each_profile
def test_the_client_lists_the_models_of_the_profile(profile: str) -> None:
    with MockServer(profile=profile) as mock:
        assert mock.profile == profile
        # Some servers set `created` to the time of the request.
        listed = [{**model.to_dict(), "created": None} for model in mock.client().models.list()]
        assert listed == [{**model, "created": None} for model in mock.models]
        assert len(mock.requests) == (2 if profile == "anthropic" else 1)


@pytest.mark.parametrize(
    ("profile", "path", "model_id"),
    [
        ("anthropic", "/models/claude-opus-5", "claude-opus-5"),
        ("anthropic", "/models/claude-sonnet-4-0", "claude-sonnet-4-20250514"),
        ("gemini", "/models/gemini-2.0-flash", "models/gemini-2.0-flash"),
        ("groq", "/models/meta-llama%2Fllama-4-scout-17b-16e-instruct", "meta-llama/llama-4-scout-17b-16e-instruct"),
        ("huggingface-router", "/models/deepseek-ai/DeepSeek-V4-Pro", "deepseek-ai/DeepSeek-V4-Pro"),
        ("litellm", "/models/my-gpt-4o", "my-gpt-4o"),
        ("mistral", f"/models/{MISTRAL_FINE_TUNED}", MISTRAL_FINE_TUNED),
        ("ollama", "/models/qwen3:30b", "qwen3:30b"),
        ("openrouter", "/model/z-ai/glm-5.2", "z-ai/glm-5.2"),
    ],
)
def test_a_model_is_retrieved_by_the_id_that_the_server_takes(profile: str, path: str, model_id: str) -> None:
    response = fetch(profile, f"GET {path}")
    assert response.status_code == 200
    body = response.json()
    assert (body["data"] if profile == "openrouter" else body)["id"] == model_id


def test_the_client_reads_dates_as_text_and_absent_fields() -> None:
    with MockServer(profile="anthropic") as mock:
        model = mock.client().models.retrieve("claude-sonnet-4-0")
    assert model.created_at == datetime(2025, 2, 19, tzinfo=UTC)
    assert model.owned_by is None


@each_other
def test_own_models_are_served_unchanged_without_openai_headers(profile: str) -> None:
    own: list[dict[str, object]] = [{"id": "mine", "created": 1, "extra": {"{model}": ["{path}"]}}]
    response = fetch(profile, "GET /models", models=own)
    body = response.json()
    assert (body if isinstance(body, list) else body["data"]) == own
    assert not [name for name in response.headers if name.startswith("openai-")]


@each_profile
def test_an_injected_error_has_the_format_of_the_server(profile: str, client: httpx.Client) -> None:
    with MockServer(profile=profile) as mock:
        mock.fail_next(503)
        response = client.get(f"{mock.base_url}/models")
    assert response.status_code == 503
    assert response.headers["content-type"].startswith("application/json")
    assert "The engine is currently overloaded" in json.dumps(response.json())
    assert not re.search(r"\{[a-z_]+\}", response.text)


@pytest.mark.parametrize("profile", [None, "openai"])
def test_the_default_profile_is_the_official_api(profile: str | None) -> None:
    assert MockServer(profile=profile).profile == "openai"
    response = fetch(profile, "GET /models", NO)
    assert response.json()["error"]["message"] == "Missing bearer authentication in header"
    assert "openai-version" in response.headers


def test_every_file_is_a_profile() -> None:
    names = {file.name.removesuffix(".json") for file in (files("openai_models.testing") / "profiles").iterdir()}
    assert names == set(OTHERS)


@each_other
def test_the_assumed_parts_of_a_profile_exist(profile: str) -> None:
    loaded = load_profile(profile)
    assert loaded is not None
    assert set(loaded.assumed) <= {*ErrorKind, "key", "paging", "aliases", "headers", "retrieve"}
    assert {ErrorKind.UNKNOWN_URL, ErrorKind.INJECTED} <= set(loaded.errors)


def test_anthropic_takes_the_key_in_its_own_header_and_the_method_before_the_key() -> None:
    invalid = fetch("anthropic", "GET /models", NO, {"x-api-key": "sk-wrong"})
    assert (invalid.status_code, invalid.json()["error"]["message"]) == (401, "invalid x-api-key")
    assert invalid.json()["request_id"] == invalid.headers["request-id"]
    assert fetch("anthropic", "GET /models", NO, {"x-api-key": MockServer().api_key}).status_code == 200
    assert fetch("anthropic", "DELETE /models", NO).headers["allow"] == "GET"


@pytest.mark.parametrize("profile", ["llama.cpp", "lm-studio", "ollama", "openrouter"])
@pytest.mark.parametrize("key", [NO, WRONG])
def test_some_servers_list_without_a_valid_key(profile: str, key: str) -> None:
    assert fetch(profile, "GET /models", key).status_code == 200


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
    assert fetch("ollama", "GET /models", models=[]).json() == {"object": "list", "data": None}
    llama = fetch("llama.cpp", "GET /models").json()
    assert [model["name"] for model in llama["models"]] == [model["id"] for model in llama["data"]]


def test_groq_returns_its_region_and_a_request_id() -> None:
    headers = fetch("groq", "GET /models").headers
    assert headers["x-groq-region"] == "dls"
    assert headers["x-request-id"].startswith("req_")


def test_mistral_deletes_a_fine_tuned_model() -> None:
    with MockServer(profile="mistral") as mock:
        models = mock.client().models
        assert models.delete(MISTRAL_FINE_TUNED).deleted
        assert MISTRAL_FINE_TUNED not in [model["id"] for model in mock.models]
        with pytest.raises(BadRequestError, match="Invalid model: ft:"):
            models.delete(MISTRAL_FINE_TUNED)
        mock.reset()
        assert models.retrieve(MISTRAL_FINE_TUNED)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("limit=2", (["claude-0", "claude-1"], True, "claude-1")),
        ("limit=2&after_id=claude-3", (["claude-4"], False, "claude-4")),
        ("limit=2&before_id=claude-4", (["claude-2", "claude-3"], True, "claude-3")),
        ("limit=2&before_id=claude-1", (["claude-0"], False, "claude-0")),
        ("after_id=claude-4", ([], False, None)),
        ("limit=5", ([f"claude-{number}" for number in range(5)], False, "claude-4")),
    ],
)
def test_anthropic_pages_forward_and_backward(query: str, page: tuple[list[str], bool, str | None]) -> None:
    models = [{"id": f"claude-{number}", "type": "model"} for number in range(5)]
    body = fetch("anthropic", f"GET /models?{query}", models=models).json()
    assert ([model["id"] for model in body["data"]], body["has_more"], body["last_id"]) == page
    assert body["first_id"] == next(iter(page[0]), None)


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
