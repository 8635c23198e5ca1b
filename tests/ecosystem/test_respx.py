"""respx answers the calls of this package's default clients, as it does those of httpx's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
import respx  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import WireServer

from openai_models import APIConnectionError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ecosystem.caller import Caller

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "respx"}


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_respx_answers_and_no_request_goes_out(using: str, caller: Caller, server: WireServer) -> None:
    with respx.mock(base_url=server.base_url, using=using) as mock:
        mock.get("/models/m").respond(json=MODEL)
        mock.get("/models").respond(json={"object": "list", "data": [MODEL]})
        mock.delete("/models/m").respond(json={"id": "m", "object": "model", "deleted": True})
        assert caller.retrieve("m").owned_by == "respx"
        assert caller.list() == ["m"]
        assert caller.delete("m").deleted
        assert mock.calls.call_count == 3
    assert server.heads == []


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_without_respx_the_same_client_reaches_the_server_again(using: str, caller: Caller, server: WireServer) -> None:
    for _ in range(2):
        with respx.mock(base_url=server.base_url, using=using) as mock:
            mock.get("/models/m").respond(json=MODEL)
            assert caller.retrieve("m").owned_by == "respx"
        assert caller.retrieve("m").owned_by == "acme"
    assert len(server.heads) == 2


def test_respx_answers_a_program_that_turned_it_on_before_the_import(
    server: WireServer, alone: Callable[..., str]
) -> None:
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "respx"))
    assert told == {"during": ["the tool"] * 2, "after": ["acme"] * 2, "seen": []}
    assert len(server.heads) == 2


def test_respx_answers_https_without_a_connection(make: Callable[..., Caller]) -> None:
    with WireServer(tls=True) as server:
        caller = make(server.base_url)
        with respx.mock(base_url=server.base_url) as mock:
            mock.get("/models/m").respond(json=MODEL)
            assert caller.retrieve("m").owned_by == "respx"
        assert server.connections == 0


def test_a_request_that_respx_lets_through_reaches_the_server_once(caller: Caller, server: WireServer) -> None:
    with respx.mock(base_url=server.base_url) as mock:
        mock.get("/models/real").pass_through()
        mock.get("/models/m").respond(json=MODEL)
        assert caller.retrieve("real").owned_by == "acme"
        assert caller.retrieve("m").owned_by == "respx"
    assert [head.model for head in server.heads] == ["real"]


def test_what_respx_says_of_an_unknown_url_is_told_and_no_request_goes_out(caller: Caller, server: WireServer) -> None:
    with respx.mock(base_url=server.base_url), pytest.raises(APIConnectionError) as caught:
        caller.retrieve("m")
    assert isinstance(caught.value.__cause__, AssertionError)
    assert "not mocked" in "".join(caught.value.__notes__)
    assert server.heads == []


def test_an_error_s_answer_by_respx_is_that_error(caller: Caller, server: WireServer) -> None:
    with respx.mock(base_url=server.base_url) as mock:
        mock.get("/models/m").respond(404, json={"error": {"message": "no such model"}})
        with pytest.raises(NotFoundError, match="no such model"):
            caller.retrieve("m")
    assert server.heads == []


def test_a_call_is_retried_after_a_failure_that_respx_makes(caller: Caller, server: WireServer) -> None:
    with respx.mock(base_url=server.base_url) as mock:
        route = mock.get("/models/m")
        route.side_effect = [httpx.ConnectError("made up"), httpx.Response(200, json=MODEL)]
        assert caller.retrieve("m").owned_by == "respx"
        assert route.call_count == 2
    assert server.heads == []


def test_respx_turned_on_by_its_fixture_answers(
    caller: Caller, respx_mock: respx.MockRouter, server: WireServer
) -> None:
    respx_mock.get(f"{server.base_url}/models/m").respond(json=MODEL)
    assert caller.retrieve("m").owned_by == "respx"
    assert server.heads == []
