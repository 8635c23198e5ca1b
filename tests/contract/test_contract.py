"""The bundled mock holds the contract, and each server that it plays differs as the real one does."""

import pytest
from tests.contract.broken import DELETABLE
from tests.contract.conftest import problems

from openai_models.contract import Level, Target, Verdict, run
from openai_models.testing import PROFILES, MockServer

SLASHED = {"id": "meta-llama/Llama-3.1-8B", "object": "model", "created": 1719581274, "owned_by": "meta"}


def test_the_mock_passes_every_check_and_the_whole_life_of_the_deleted_model_is_looked_at(mock: MockServer) -> None:
    report = run(Target.of_mock(mock), delete_model=DELETABLE)
    assert problems(report) == []
    assert {check.name for check in report.checks if report.verdict(check) is not Verdict.PASSES} == set()
    assert len(report.checks) == 36
    last = [(seen.method, seen.path.removeprefix("/v1")) for seen in mock.requests[-5:]]
    path = "/models/ft%3Agpt-4o-mini%3Aacemeco%3Asuffix%3Aabc123"
    assert last == [("GET", path), ("DELETE", path), ("DELETE", path), ("GET", path), ("GET", "/models")]


@pytest.mark.parametrize(
    "models", [[], [SLASHED, {**SLASHED, "id": "modèle 中文"}, {**SLASHED, "id": "a:b/c%2Fd"}]], ids=["none", "odd ids"]
)
def test_a_mock_of_other_models_passes(models: list[dict[str, object]]) -> None:
    with MockServer(models=models) as mock:
        assert problems(run(Target.of_mock(mock), max_examples=10)) == []


# What clients can't do with these servers: the facts are in the profiles.
UNLIKE = {
    "openai": set(),
    "anthropic": set(),
    "groq": set(),
    "deepseek": {"listed_model", "error_sentence"},
    "gemini": {"listed_model", "error_sentence", "key_refusal"},
    "huggingface-router": {"listed_model", "slash_in_id"},
    "litellm": {"listed_model", "slash_in_id"},
    "llama.cpp": {"listed_model"},
    "lm-studio": {
        "usable_model",
        "no_error_under_200",
        "unknown_model",
        "colon_in_id",
        "slash_in_id",
        "non_ascii_id",
        "undecodable_id",
        "other_method",
    },
    "mistral": {"unknown_model"},
    "ollama": {"listed_model", "slash_in_id", "error_sentence"},
    "openrouter": {"listed_model"},
    "together": {"listed_model", "error_sentence", "key_refusal"},
    "vllm": {"listed_model"},
}


def test_every_server_that_the_mock_plays_has_a_verdict() -> None:
    assert set(UNLIKE) == set(PROFILES)


@pytest.mark.parametrize("profile", UNLIKE)
def test_a_compatible_server_is_told_what_clients_miss_and_no_more(profile: str) -> None:
    with MockServer(profile=profile) as mock:
        report = run(Target.of_mock(mock), level=Level.COMPATIBLE, max_examples=1)
    assert report.failed == UNLIKE[profile]
    assert report.errors == []
    assert bool(report.notes) is (profile != "openai")
