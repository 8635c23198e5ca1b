"""respx answers the calls of this package's default clients, as it does those of httpx's."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
import respx  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import WireServer
from tests.ecosystem.conftest import Caller

from openai_models import APIConnectionError, NotFoundError

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "respx"}


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
@pytest.mark.parametrize("caller", ["made later", "made before", "has sent before"], indirect=True)
def test_respx_answers_and_without_it_the_same_client_reaches_the_server(
    using: str, caller: Caller, server: WireServer
) -> None:
    for count in (1, 2):
        with respx.mock(base_url=server.base_url, using=using) as mock:
            mock.get("/models/m").respond(json=MODEL)
            mock.get("/models").respond(json={"object": "list", "data": [MODEL]})
            mock.delete("/models/m").respond(json={"id": "m", "object": "model", "deleted": True})
            assert caller.retrieve("m").owned_by == "respx"
            assert caller.list() == ["m"]
            assert caller.delete("m").deleted
            assert mock.calls.call_count == 3
        assert caller.retrieve("m").owned_by == "acme"
        assert len(server.heads) == count


def test_respx_answers_a_program_that_turned_it_on_before_the_import(
    server: WireServer, alone: Callable[..., str]
) -> None:
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "respx"))
    assert told == {"during": ["the tool"] * 2, "after": ["acme"] * 2, "seen": []}
    assert len(server.heads) == 2


def test_respx_answers_https_without_a_connection(make: Callable[..., Caller]) -> None:
    with WireServer(tls=True) as server, respx.mock(base_url=server.base_url) as mock:
        mock.get("/models/m").respond(json=MODEL)
        assert make(server.base_url).retrieve("m").owned_by == "respx"
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


def test_a_call_is_retried_after_a_failure_that_respx_makes_and_fails_with_its_error(
    caller: Caller, respx_mock: respx.MockRouter, server: WireServer
) -> None:
    error = httpx.Response(404, json={"error": {"message": "no such model"}})
    route = respx_mock.get(f"{server.base_url}/models/m")
    route.side_effect = [httpx.ConnectError("made up"), error]
    with pytest.raises(NotFoundError, match="no such model"):
        caller.retrieve("m")
    assert route.call_count == 2
    assert server.heads == []
