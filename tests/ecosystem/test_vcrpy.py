"""vcrpy records and replays the calls of this package's default clients, whichever methods its version replaces.

`tests/ecosystem/run.py` runs these with three versions.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import vcr  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import Head, Reply, WireServer, answer, model_json
from tests.ecosystem.conftest import Caller
from vcr.errors import CannotOverwriteExistingCassetteException  # pyright: ignore[reportMissingImports]

from openai_models import APIConnectionError


@pytest.fixture
def cassette(tmp_path: Path, make: Callable[..., Caller], server: WireServer) -> str:
    """A cassette with three calls, which each reached the server once."""
    file = tmp_path / "cassette.yaml"
    caller = make(server.base_url)
    with vcr.use_cassette(str(file), record_mode="once", filter_headers=["authorization"]) as tape:
        assert caller.retrieve("m").owned_by == "acme"
        assert caller.list() == ["a"]
        assert caller.delete("m").deleted
        assert len(tape) == 3
    assert [head.method for head in server.heads] == ["GET", "GET", "DELETE"]
    assert caller.client.api_key not in file.read_text(encoding="utf-8")
    server.forget()
    return str(file)


def test_this_is_the_version_that_was_asked_for() -> None:
    assert vcr.__version__ == os.environ["ECOSYSTEM_VCRPY"]


@pytest.mark.parametrize("caller", ["made later", "made before", "has sent before"], indirect=True)
def test_vcrpy_replays_and_without_it_the_same_client_reaches_the_server(
    cassette: str, caller: Caller, server: WireServer
) -> None:
    for count in (1, 2):
        connections = server.connections
        with vcr.use_cassette(cassette, record_mode="none") as tape:
            assert caller.retrieve("m").owned_by == "acme"
            assert caller.list() == ["a"]
            assert caller.delete("m").deleted
            assert tape.all_played
        assert server.connections == connections
        assert caller.retrieve("m").owned_by == "acme"
        assert len(server.heads) == count


def test_a_cassette_has_what_was_sent_and_answered(cassette: str, server: WireServer) -> None:
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        request, response = tape.requests[0], tape.responses[0]
    assert (request.method, request.uri) == ("GET", f"{server.base_url}/models/m")
    assert request.headers["accept"] == "application/json"
    assert response["status"] == {"code": 200, "message": "OK"}
    assert json.loads(response["body"]["string"]) == json.loads(model_json("m"))


def test_vcrpy_replays_to_a_program_that_turned_it_on_before_the_import(
    cassette: str, server: WireServer, alone: Callable[..., str]
) -> None:
    server.reply = lambda head: Reply((answer(model_json(head.model).replace(b"acme", b"another")),))
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "vcrpy", cassette))
    assert told == {"during": ["acme"] * 2, "after": ["another"] * 2, "seen": []}
    assert len(server.heads) == 2


def test_a_request_that_is_not_on_the_cassette_fails_and_does_not_go_out(
    cassette: str, caller: Caller, server: WireServer
) -> None:
    with vcr.use_cassette(cassette, record_mode="none"), pytest.raises(APIConnectionError) as caught:
        caller.retrieve("another")
    assert isinstance(caught.value.__cause__, CannotOverwriteExistingCassetteException)
    assert server.heads == []


def test_a_compressed_answer_is_replayed_as_it_was_recorded(caller: Caller, server: WireServer, tmp_path: Path) -> None:
    def compressed(head: Head) -> Reply:
        return Reply((answer(gzip.compress(model_json(head.model)), headers="content-encoding: gzip\r\n"),))

    server.reply = compressed
    for mode in ("once", "none"):
        with vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode=mode):
            assert caller.retrieve("m").owned_by == "acme"
        assert len(server.heads) == 1
