"""The names that the package gives."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import openai_models

if TYPE_CHECKING:
    from types import ModuleType


def test_everything_that_is_public_can_be_imported() -> None:
    assert sorted(openai_models.__all__) == sorted(set(openai_models.__all__))
    for name in openai_models.__all__:
        assert getattr(openai_models, name) is not None or name == "api_key"
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)


@pytest.mark.parametrize("module", [openai_models, openai_models.resources], ids=lambda module: module.__name__)
def test_what_is_imported_when_it_is_used_is_listed_before(module: ModuleType) -> None:
    code = f"import {module.__name__} as module; print(*dir(module))"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(module.__all__) <= set(listed)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ChatCompletion'"):
        openai_models.ChatCompletion  # type: ignore[attr-defined]  # noqa: B018 - the access is the claim
