"""The pytest fixture `openai_models_mock` and its marker. pytest loads this plugin wherever the package is installed."""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ._mock import MockServer

NAME = "openai_models_mock"  # of the fixture and of the marker
_FAILED = pytest.StashKey[bool]()
# What decides about the server of `openai_models.models`: the module's options, and the client built before.
_MODULE_STATE = (
    "api_key", "base_url", "organization", "project",
    "_module_client.MODULE_CLIENT._client", "_module_client.MODULE_CLIENT._options",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    line = f"{NAME}(*, assert_all_met=True, **options): start the mock for the test, with options of `MockServer`"
    config.addinivalue_line("markers", f"{line}; assert_all_met=False allows queued faults that no request meets")


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remember that a test has ended early: its queued faults tell nothing then."""
    if call.when != "teardown" and call.excinfo is not None:
        item.stash[_FAILED] = True


@pytest.fixture(autouse=True)
def _openai_models_mock_of_marker(request: pytest.FixtureRequest) -> None:
    """Start the mock for a test that has the marker and not the fixture, before it reaches the real API."""
    __tracebackhide__ = True
    if request.node.get_closest_marker(NAME) is not None:
        request.getfixturevalue(NAME)


@pytest.fixture
def openai_models_mock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """Yield a running `openai_models.testing.MockServer`, a new one for every test.

    During the test, `OPENAI_BASE_URL` and `OPENAI_API_KEY` are those of the mock, `OPENAI_ORG_ID` and
    `OPENAI_PROJECT_ID` are unset, and `NO_PROXY` includes the mock's address: code that calls `OpenAI()`, or
    `openai_models.models`, reaches the mock, and never the real API or a proxy. A client that was created before the
    test keeps its server.

    The marker `@pytest.mark.openai_models_mock(profile="vllm", models=[...])` sets the options of `MockServer`. If a
    test passes without meeting all the faults that it queued, it fails at its end, unless the marker has
    `assert_all_met=False`.
    """
    __tracebackhide__ = True
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(NAME))):  # the nearest last
        if marker.args:
            message = f"the marker {NAME} takes keyword arguments only: {marker.args!r}"
            raise TypeError(message)
        options |= marker.kwargs
    assert_all_met = options.pop("assert_all_met", True)
    request.node.stash[_FAILED] = False  # of an earlier run of the same test, if it is repeated
    with MockServer(**options) as mock:
        monkeypatch.setenv("OPENAI_BASE_URL", mock.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", mock.api_key)
        for variable in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
            monkeypatch.delenv(variable, raising=False)
        for name in _MODULE_STATE:
            monkeypatch.setattr(f"openai_models.{name}", None)
        host = urlsplit(mock.base_url).hostname
        direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        for variable in ("NO_PROXY", "no_proxy"):  # Python prefers the latter, other programs the former
            monkeypatch.setenv(variable, f"{host},{direct}" if direct else f"{host}")
        yield mock
        if assert_all_met and not request.node.stash[_FAILED]:
            _check_all_met(mock)


def _check_all_met(mock: MockServer) -> None:
    try:
        mock.assert_all_met()
    except AssertionError as error:
        message = f"{error}\nTo allow this: @pytest.mark.{NAME}(assert_all_met=False)"
        raise pytest.fail.Exception(message, pytrace=False) from None
