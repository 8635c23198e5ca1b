"""The pytest fixture `openai_models_mock`; pytest loads it wherever this package is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ._mock import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def openai_models_mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock of the OpenAI API's model endpoints (`openai_models.testing.MockServer`), new for every test.

    For the test, `OPENAI_BASE_URL` and `OPENAI_API_KEY` lead to it, and `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID` are
    not set: code that makes its own `OpenAI()` talks to the mock, never to the real API with a real key. Nor to a
    proxy: `NO_PROXY` names the mock's address, too.
    """
    with MockServer() as mock:
        monkeypatch.setenv("OPENAI_BASE_URL", mock.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", mock.api_key)
        for variable in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
            monkeypatch.delenv(variable, raising=False)
        direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        for variable in ("NO_PROXY", "no_proxy"):  # Python reads the latter where there are both, others the former
            monkeypatch.setenv(variable, f"127.0.0.1,{direct}" if direct else "127.0.0.1")
        yield mock
