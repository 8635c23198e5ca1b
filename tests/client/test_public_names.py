"""The names that the package gives."""

from __future__ import annotations

import pytest

import openai_models


def test_everything_that_is_public_can_be_imported() -> None:
    assert sorted(openai_models.__all__) == sorted(set(openai_models.__all__))
    for name in openai_models.__all__:
        assert getattr(openai_models, name) is not None or name == "api_key"
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ChatCompletion'"):
        openai_models.ChatCompletion  # type: ignore[attr-defined]  # noqa: B018 - the access is the claim
