"""What the client makes of each profile: typed values, and errors with the server's message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from openai_models import (
    APIResponseValidationError,
    APIStatusError,
    BadRequestError,
    NotFoundError,
    OpenAIError,
    UnprocessableEntityError,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.testing.conftest import Call

MISTRAL_FINE_TUNED = "ft:open-mistral-7b:587a6b29:20240514:7e773925"
# Profile, operation, model ID, error class, part of the message. The errors that test_mock_profiles.py lacks.
ERRORS: list[tuple[str, str, str, type[OpenAIError], str]] = [
    ("anthropic", "retrieve", "nope", NotFoundError, "model: nope"),
    ("gemini", "retrieve", "models/gemini-2.0-flash", NotFoundError, "models/models/gemini-2.0-flash is not found"),
    ("gemini", "delete", "gemini-2.0-flash", NotFoundError, "Error code: 404"),
    ("groq", "retrieve", "nope", NotFoundError, "The model `nope` does not exist or you do not have access to it."),
    ("huggingface-router", "retrieve", "deepseek-ai/x", BadRequestError, "repo name includes an url-encoded slash"),
    ("huggingface-router", "delete", "nope", NotFoundError, "Not Found"),
    ("litellm", "delete", "my-gpt-4o", APIStatusError, "Method Not Allowed"),
    ("lm-studio", "retrieve", "x", APIResponseValidationError, "Unexpected endpoint or method. (GET /v1/models/x)"),
    ("mistral", "retrieve", "nope", BadRequestError, "Invalid model: nope"),
    ("mistral", "delete", "ministral-3b-2410", UnprocessableEntityError, "only fine-tuned models can be deleted"),
    ("openai", "retrieve", "nope", NotFoundError, "The model 'nope' does not exist"),
    ("openrouter", "retrieve", "z-ai/glm-5.2", NotFoundError, "Not Found"),
    ("openrouter", "delete", "z-ai/glm-5.2", NotFoundError, "Not Found"),
    ("together", "retrieve", "Austism/chronos-hermes-13b", NotFoundError, "Page not found"),
    ("together", "delete", "Austism/chronos-hermes-13b", NotFoundError, "Page not found"),
]


@pytest.mark.parametrize(("profile", "operation", "model_id", "error", "message"), ERRORS)
def test_a_failed_call_raises_an_error_with_the_message_of_the_server(
    profile: str, operation: str, model_id: str, error: type[OpenAIError], message: str, *, call: Call
) -> None:
    with MockServer(profile=profile) as mock:
        before = mock.models
        with pytest.raises(error) as caught:
            call(mock, operation, model_id)
        assert mock.models == before
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("profile", "model_id"),
    [
        ("anthropic", "claude-opus-5"),
        ("groq", "meta-llama/llama-4-scout-17b-16e-instruct"),
        ("litellm", "my-gpt-4o"),
        ("mistral", MISTRAL_FINE_TUNED),
        ("ollama", "qwen3:30b"),
    ],
)
def test_retrieve_returns_a_model(profile: str, model_id: str, call: Call) -> None:
    with MockServer(profile=profile) as mock:
        assert call(mock, "retrieve", model_id).id == model_id


def test_gemini_returns_an_id_with_its_prefix(call: Call) -> None:
    with MockServer(profile="gemini") as mock:
        model = call(mock, "retrieve", "gemini-2.0-flash")
    assert model.id == "models/gemini-2.0-flash"
    assert model.created is None


def test_anthropic_resolves_an_alias_and_returns_dates_as_text(call: Call) -> None:
    with MockServer(profile="anthropic") as mock:
        model = call(mock, "retrieve", "claude-sonnet-4-0")
    assert model.id == "claude-sonnet-4-20250514"
    assert model.created_at == datetime(2025, 2, 19, tzinfo=UTC)
    assert model.owned_by is None


def test_anthropic_lists_three_models_on_two_pages(call: Call) -> None:
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


def test_ollama_without_models_lists_none(call: Call) -> None:
    with MockServer(profile="ollama", models=[]) as mock:
        assert call(mock, "list") == []


def test_undocumented_fields_of_vllm_are_attributes(call: Call) -> None:
    with MockServer(profile="vllm") as mock:
        base, lora = call(mock, "list")
    assert (base.max_model_len, lora.max_model_len) == (8192, None)
    assert lora.parent == base.id
