"""vcrpy records and replays the calls of this package's default clients, whichever methods its version replaces.

`tests/ecosystem/run.py` runs these with three versions.
"""

from __future__ import annotations

import gzip
import json
import os
from typing import TYPE_CHECKING

import pytest
import vcr  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import Reply, WireServer, answer, model_json
from tests.ecosystem.caller import KEY
from vcr.errors import CannotOverwriteExistingCassetteException  # pyright: ignore[reportMissingImports]

from openai_models import APIConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.acceptance.hard.wire import Head
    from tests.ecosystem.caller import Caller


@pytest.fixture
def cassette(tmp_path: Path) -> str:
    return str(tmp_path / "cassette.yaml")


def record(server: WireServer, make: Callable[..., Caller], cassette: str) -> None:
    """Record three calls, which each reach the server once."""
    caller = make(server.base_url)
    with vcr.use_cassette(cassette, record_mode="once", filter_headers=["authorization"]) as tape:
        assert caller.retrieve("m").owned_by == "acme"
        assert caller.list() == ["a"]
        assert caller.delete("m").deleted
        assert len(tape) == 3
    assert [head.method for head in server.heads] == ["GET", "GET", "DELETE"]
    server.forget()


def test_this_is_the_version_that_was_asked_for() -> None:
    assert vcr.__version__ == os.environ["ECOSYSTEM_VCRPY"]


def test_vcrpy_replays_without_a_real_request(
    caller: Caller, make: Callable[..., Caller], server: WireServer, cassette: str
) -> None:
    record(server, make, cassette)
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        assert caller.retrieve("m").owned_by == "acme"
        assert caller.list() == ["a"]
        assert caller.delete("m").deleted
        assert tape.play_count == 3
    assert server.heads == []


def test_vcrpy_replays_when_the_server_is_gone(make: Callable[..., Caller], cassette: str) -> None:
    with WireServer() as server:
        record(server, make, cassette)
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        caller = make(server.base_url)
        assert (caller.retrieve("m").id, caller.list(), caller.delete("m").deleted) == ("m", ["a"], True)
        assert tape.all_played


def test_a_cassette_has_what_was_sent_and_answered(
    make: Callable[..., Caller], server: WireServer, cassette: str, tmp_path: Path
) -> None:
    record(server, make, cassette)
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        request, response = tape.requests[0], tape.responses[0]
    assert (request.method, request.uri) == ("GET", f"{server.base_url}/models/m")
    assert request.headers["accept"] == "application/json"
    assert response["status"] == {"code": 200, "message": "OK"}
    assert json.loads(response["body"]["string"]) == json.loads(model_json("m"))
    assert KEY not in (tmp_path / "cassette.yaml").read_text(encoding="utf-8")


def test_without_vcrpy_the_same_client_reaches_the_server_again(
    caller: Caller, make: Callable[..., Caller], server: WireServer, cassette: str
) -> None:
    record(server, make, cassette)
    for count in (1, 2):
        with vcr.use_cassette(cassette, record_mode="none"):
            assert caller.retrieve("m").owned_by == "acme"
        assert caller.retrieve("m").owned_by == "acme"
        assert len(server.heads) == count


def test_vcrpy_replays_to_a_program_that_turned_it_on_before_the_import(
    make: Callable[..., Caller], server: WireServer, cassette: str, alone: Callable[..., str]
) -> None:
    record(server, make, cassette)
    server.reply = owned_by_another
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "vcrpy", cassette))
    assert told == {"during": ["acme"] * 2, "after": ["another"] * 2, "seen": []}
    assert len(server.heads) == 2


def test_a_request_that_is_not_on_the_cassette_fails_and_does_not_go_out(
    caller: Caller, make: Callable[..., Caller], server: WireServer, cassette: str
) -> None:
    record(server, make, cassette)
    with vcr.use_cassette(cassette, record_mode="none"), pytest.raises(APIConnectionError) as caught:
        caller.retrieve("another")
    assert isinstance(caught.value.__cause__, CannotOverwriteExistingCassetteException)
    assert server.heads == []


def test_a_compressed_answer_is_replayed_as_it_was_recorded(caller: Caller, server: WireServer, cassette: str) -> None:
    server.reply = compressed
    with vcr.use_cassette(cassette, record_mode="once"):
        assert caller.retrieve("m").owned_by == "acme"
    assert len(server.heads) == 1
    with vcr.use_cassette(cassette, record_mode="none"):
        assert caller.retrieve("m").owned_by == "acme"
    assert len(server.heads) == 1


def compressed(head: Head) -> Reply:
    return Reply((answer(gzip.compress(model_json(head.model)), headers="content-encoding: gzip\r\n"),))


def owned_by_another(head: Head) -> Reply:
    return Reply((answer(model_json(head.model).replace(b"acme", b"another")),))
