"""What a user of the client gets from each profile: typed values, and errors with the server's own sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from openai_models import (
    APIResponseValidationError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OpenAIError,
    UnprocessableEntityError,
)
from openai_models.testing import PROFILES, MockServer

if TYPE_CHECKING:
    from tests.mock.conftest import Call

MISTRAL_FINE_TUNED = "ft:open-mistral-7b:587a6b29:20240514:7e773925"
# Profile, the id asked for, the error, and what it says.
NOT_RETRIEVED: list[tuple[str, str, type[OpenAIError], str]] = [
    ("anthropic", "nope", NotFoundError, "model: nope"),
    ("deepseek", "deepseek-chat", NotFoundError, "Error code: 404"),
    ("gemini", "models/gemini-2.0-flash", NotFoundError, "models/models/gemini-2.0-flash is not found"),
    ("groq", "nope", NotFoundError, "The model `nope` does not exist or you do not have access to it."),
    ("huggingface-router", "deepseek-ai/DeepSeek-V4-Pro", BadRequestError, "repo name includes an url-encoded slash"),
    ("litellm", "swiss-ai/apertus-8b-instruct", NotFoundError, "Not Found"),
    ("llama.cpp", "nope", NotFoundError, "File Not Found"),
    ("lm-studio", "nope", APIResponseValidationError, "Unexpected endpoint or method. (GET /v1/models/nope)"),
    ("mistral", "nope", BadRequestError, "Invalid model: nope"),
    ("ollama", "nope", NotFoundError, "model 'nope' not found"),
    ("ollama", "hf.co/unsloth/Qwen3-Coder-30B-A3B-Instruct-1M-GGUF:Q4_K_M", NotFoundError, "404 page not found"),
    ("openai", "nope", NotFoundError, "The model 'nope' does not exist"),
    ("openrouter", "z-ai/glm-5.2", NotFoundError, "Not Found"),
    ("together", "Austism/chronos-hermes-13b", NotFoundError, "Page not found"),
    ("vllm", "sql-lora", NotFoundError, "Not Found"),
]
NOT_DELETED: list[tuple[str, str, type[OpenAIError], str]] = [
    ("anthropic", "claude-opus-5", APIStatusError, "Error code: 405"),
    ("deepseek", "deepseek-chat", NotFoundError, "Error code: 404"),
    ("gemini", "gemini-2.0-flash", NotFoundError, "Error code: 404"),
    (
        "groq",
        "llama-3.1-8b-instant",
        NotFoundError,
        "Unknown request URL: DELETE /openai/v1/models/llama-3.1-8b-instant",
    ),
    ("huggingface-router", "nope", NotFoundError, "Not Found"),
    ("litellm", "my-gpt-4o", APIStatusError, "Method Not Allowed"),
    ("llama.cpp", "nope", NotFoundError, "File Not Found"),
    ("lm-studio", "qwen3.6-35b-a3b-mtp", APIResponseValidationError, "Unexpected endpoint or method. (DELETE /v1/"),
    ("mistral", "ministral-3b-2410", UnprocessableEntityError, "only fine-tuned models can be deleted"),
    ("ollama", "qwen3:30b", NotFoundError, "404 page not found"),
    ("openrouter", "z-ai/glm-5.2", NotFoundError, "Not Found"),
    ("together", "Austism/chronos-hermes-13b", NotFoundError, "Page not found"),
    ("vllm", "sql-lora", NotFoundError, "Not Found"),
]
WRONG_KEY: list[tuple[str, type[OpenAIError], str]] = [
    ("anthropic", AuthenticationError, "Invalid bearer token"),
    ("deepseek", AuthenticationError, "Authentication Fails (no such user)"),
    ("gemini", BadRequestError, "Please pass a valid API key"),
    ("groq", AuthenticationError, "Invalid API Key"),
    ("huggingface-router", AuthenticationError, "Invalid username or password."),
    ("litellm", AuthenticationError, "Invalid proxy server token passed."),
    ("mistral", AuthenticationError, "Invalid API Key"),
    ("openai", AuthenticationError, "Incorrect API key provided: ********."),
    ("together", AuthenticationError, "Unauthorized"),
    ("vllm", AuthenticationError, "Unauthorized"),
]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_gives_its_models_all_pages_of_them(profile: str, call: Call) -> None:
    with MockServer(profile=profile) as mock:
        listed = call(mock, "list")
        assert [model.id for model in listed] == [model["id"] for model in mock.models]
        own = [{**model, "created": None} for model in mock.models]
        assert [{**model.to_dict(), "created": None} for model in listed] == own


@pytest.mark.parametrize(("profile", "asked", "error", "says"), NOT_RETRIEVED)
def test_what_can_not_be_retrieved_is_an_error_with_the_servers_sentence(
    profile: str, asked: str, error: type[OpenAIError], says: str, call: Call
) -> None:
    with MockServer(profile=profile) as mock, pytest.raises(error) as caught:
        call(mock, "retrieve", asked)
    assert says in str(caught.value)


@pytest.mark.parametrize(("profile", "asked", "error", "says"), NOT_DELETED)
def test_what_can_not_be_deleted_is_an_error_and_is_still_there(
    profile: str, asked: str, error: type[OpenAIError], says: str, call: Call
) -> None:
    with MockServer(profile=profile) as mock:
        before = mock.models
        with pytest.raises(error) as caught:
            call(mock, "delete", asked)
        assert mock.models == before
    assert says in str(caught.value)


@pytest.mark.parametrize(("profile", "error", "says"), WRONG_KEY)
def test_a_wrong_key_is_an_error_with_the_servers_sentence(
    profile: str, error: type[OpenAIError], says: str, call: Call
) -> None:
    with MockServer(profile=profile) as mock, pytest.raises(error) as caught:
        call(mock, "list", api_key="sk-wrong")
    assert says in str(caught.value)
    assert "sk-wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        ("anthropic", "claude-opus-5"),
        ("groq", "meta-llama/llama-4-scout-17b-16e-instruct"),
        ("litellm", "my-gpt-4o"),
        ("mistral", MISTRAL_FINE_TUNED),
        ("ollama", "qwen3:30b"),
    ],
)
def test_what_can_be_retrieved_is_a_model(profile: str, asked: str, call: Call) -> None:
    with MockServer(profile=profile) as mock:
        assert call(mock, "retrieve", asked).id == asked


def test_gemini_names_a_model_other_than_it_was_asked_for(call: Call) -> None:
    with MockServer(profile="gemini") as mock:
        model = call(mock, "retrieve", "gemini-2.0-flash")
    assert model.id == "models/gemini-2.0-flash"
    assert model.created is None


def test_anthropic_resolves_an_alias_and_dates_its_models_in_words(call: Call) -> None:
    with MockServer(profile="anthropic") as mock:
        model = call(mock, "retrieve", "claude-sonnet-4-0")
    assert model.id == "claude-sonnet-4-20250514"
    assert model.created_at == datetime(2025, 2, 19, tzinfo=UTC)
    assert model.owned_by is None


def test_anthropic_takes_two_requests_for_three_models(call: Call) -> None:
    with MockServer(profile="anthropic") as mock:
        assert len(call(mock, "list")) == 3
        assert len(mock.requests) == 2


def test_mistral_deletes_a_fine_tuned_model(call: Call) -> None:
    with MockServer(profile="mistral") as mock:
        assert call(mock, "delete", MISTRAL_FINE_TUNED).deleted
        assert MISTRAL_FINE_TUNED not in [model["id"] for model in mock.models]
        with pytest.raises(BadRequestError, match="Invalid model: ft:"):
            call(mock, "delete", MISTRAL_FINE_TUNED)
        mock.reset()
        assert call(mock, "retrieve", MISTRAL_FINE_TUNED)


def test_ollama_without_models_gives_an_empty_list(call: Call) -> None:
    with MockServer(profile="ollama", models=[]) as mock:
        assert call(mock, "list") == []


def test_what_is_not_documented_reads_as_an_attribute(call: Call) -> None:
    with MockServer(profile="vllm") as mock:
        base, lora = call(mock, "list")
    assert (base.max_model_len, lora.max_model_len) == (8192, None)
    assert lora.parent == base.id
