"""The pytest fixture `openai_models_mock`. pytest loads this plugin wherever the package is installed."""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

import os
from collections.abc import Iterator

import pytest

from ._mock import MockServer


@pytest.fixture
def openai_models_mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """Yield a running `openai_models.testing.MockServer`, a new one for every test.

    During the test, `OPENAI_BASE_URL` and `OPENAI_API_KEY` are those of the mock, `OPENAI_ORG_ID` and
    `OPENAI_PROJECT_ID` are unset, and `NO_PROXY` includes the mock's address: code that calls `OpenAI()` reaches the
    mock, and never the real API or a proxy.
    """
    with MockServer() as mock:
        monkeypatch.setenv("OPENAI_BASE_URL", mock.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", mock.api_key)
        for variable in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
            monkeypatch.delenv(variable, raising=False)
        direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        for variable in ("NO_PROXY", "no_proxy"):  # Python prefers the latter, other programs the former
            monkeypatch.setenv(variable, f"127.0.0.1,{direct}" if direct else "127.0.0.1")
        yield mock
