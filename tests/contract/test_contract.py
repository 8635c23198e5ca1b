"""The bundled mock holds the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, Answer, Bug, server_with

from openai_models.contract import Level, Report, Target, Verdict, run
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS
from openai_models.testing import PROFILES, MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Scope

SLASHED = {"id": "meta-llama/Llama-3.1-8B", "object": "model", "created": 1719581274, "owned_by": "meta"}


@pytest.fixture(scope="module")
def report() -> Iterator[Report]:
    with MockServer() as mock:
        yield run(Target.of_mock(mock), delete_model=DELETABLE)


@pytest.mark.parametrize("name", [*CUSTOM_CHECKS, *BUILTIN_CHECKS])
def test_the_mock_holds(name: str, report: Report) -> None:
    failures = report.of(name)
    assert not failures, "\n\n".join(map(str, failures))
    assert report.verdict(CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]) is Verdict.PASSES


def test_the_suite_ran_to_its_end(report: Report) -> None:
    assert report.errors == []


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize(
    "models", [[], [SLASHED, {**SLASHED, "id": "modèle 中文"}, {**SLASHED, "id": "a:b/c%2Fd"}]], ids=["none", "odd ids"]
)
def test_a_mock_of_other_models_holds(level: Level, models: list[dict[str, object]]) -> None:
    with MockServer(models=models) as mock:
        report = run(Target.of_mock(mock), level=level)
    assert [str(failure) for failure in report.failures] == []
    assert report.errors == []


@pytest.mark.parametrize(
    ("status", "level"),
    [(404, Level.OFFICIAL), (501, Level.COMPATIBLE), (400, Level.COMPATIBLE), (422, Level.COMPATIBLE)],
)
def test_a_server_may_refuse_other_methods_in_its_own_way(status: int, level: Level) -> None:
    def answered(_: Scope, answer: Answer) -> Answer:
        return replace(answer.without("allow"), status=status) if answer.status == 405 else answer

    with server_with(Bug(f"{status} for 405", "none", answered=answered)) as mock:
        report = run(Target.of_mock(mock), level=level, max_examples=3)
    assert [str(failure) for failure in report.failures] == []


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
        report = run(Target.of_mock(mock), level=Level.COMPATIBLE, max_examples=3)
    assert report.failed == UNLIKE[profile]
    assert report.errors == []
    assert bool(report.notes) is (profile != "openai")
