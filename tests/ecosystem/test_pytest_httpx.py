"""pytest-httpx answers the calls of this package's default clients, as it does those of httpx's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from pytest_httpx import HTTPXMock  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import WireServer
from tests.ecosystem.conftest import Caller

from openai_models import APITimeoutError, NotFoundError

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "pytest-httpx"}


# In each test, the caller stands before the mock: that is the order in which pytest makes them.
@pytest.mark.parametrize("caller", ["made later", "made before", "has sent before"], indirect=True)
def test_pytest_httpx_answers_and_without_it_the_same_client_reaches_the_server(
    caller: Caller, httpx_mock: HTTPXMock, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{server.base_url}/models"
    httpx_mock.add_response(method="GET", url=f"{url}/m", json=MODEL)
    httpx_mock.add_response(method="GET", url=url, json={"object": "list", "data": [MODEL]})
    httpx_mock.add_response(method="DELETE", url=f"{url}/m", json={"id": "m", "object": "model", "deleted": True})
    assert caller.retrieve("m").owned_by == "pytest-httpx"
    assert caller.list() == ["m"]
    assert caller.delete("m").deleted
    assert len(httpx_mock.get_requests()) == 3
    assert server.heads == []
    monkeypatch.undo()  # the fixture of the same name with which pytest-httpx patches
    assert caller.retrieve("m").owned_by == "acme"
    assert len(server.heads) == 1


def test_pytest_httpx_answers_a_test_that_imports_the_package_under_it(
    server: WireServer, alone: Callable[..., str]
) -> None:
    program = "tests/ecosystem/pytest_httpx_first.py"
    assert "2 passed" in alone("-m", "pytest", "--noconftest", "-p", "no:cacheprovider", program)
    assert len(server.heads) == 2


def test_pytest_httpx_answers_https_without_a_connection(make: Callable[..., Caller], httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json=MODEL)
    with WireServer(tls=True) as server:
        assert make(server.base_url).retrieve("m").owned_by == "pytest-httpx"
        assert server.connections == 0


@pytest.mark.httpx_mock(should_mock=lambda request: request.url.path != "/v1/models/real")
def test_a_request_that_pytest_httpx_lets_through_reaches_the_server_once(
    caller: Caller, httpx_mock: HTTPXMock, server: WireServer
) -> None:
    httpx_mock.add_response(json=MODEL)
    assert caller.retrieve("real").owned_by == "acme"
    assert caller.retrieve("m").owned_by == "pytest-httpx"
    assert [head.model for head in server.heads] == ["real"]


@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
def test_a_request_that_pytest_httpx_was_not_told_of_fails_and_does_not_go_out(
    caller: Caller, httpx_mock: HTTPXMock, server: WireServer
) -> None:
    with pytest.raises(APITimeoutError) as caught:
        caller.retrieve("m")
    assert isinstance(caught.value.__cause__, httpx.TimeoutException)
    assert server.heads == []


def test_a_call_is_retried_after_a_failure_that_pytest_httpx_makes_and_fails_with_its_error(
    caller: Caller, httpx_mock: HTTPXMock, server: WireServer
) -> None:
    httpx_mock.add_exception(httpx.ConnectError("made up"))
    httpx_mock.add_response(404, json={"error": {"message": "no such model"}})
    with pytest.raises(NotFoundError, match="no such model"):
        caller.retrieve("m")
    assert len(httpx_mock.get_requests()) == 2
    assert server.heads == []
