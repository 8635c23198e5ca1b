"""What goes over the wire, and what doesn't: seen from the server."""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest
from anyio.from_thread import start_blocking_portal
from tests.contract.broken import DELETABLE, LIST, Answer, Bug, of_list, path, server_with
from tests.contract.conftest import Wire, recording_server

from openai_models.contract import Report, Target, _exchange, run
from openai_models.contract._engine import load
from openai_models.contract._gateway import Gateway
from openai_models.contract._probes import UNKNOWN_ID, deletable
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from starlette.types import Scope

RATE = 40
KEY = "sk-any-0123456789"
MINE = "ft:mine/x"


class Recorded(NamedTuple):
    """A run, what came to the server, and what was counted meanwhile."""

    report: Report
    wire: Wire
    counts: list[int]


@pytest.fixture(scope="module", params=[None, MINE], ids=["reads", "deletes"])
def recorded(request: pytest.FixtureRequest) -> Recorded:
    counts: list[int] = []
    with recording_server() as wire:
        target = Target.of_somebody(wire.base_url, KEY)
        report = run(target, delete_model=request.param, rate=RATE, max_examples=1, on_request=counts.append)
    return Recorded(report, wire, counts)


def test_no_more_requests_are_sent_than_the_rate_allows(recorded: Recorded) -> None:
    times = recorded.wire.times
    assert len(times) > 2 * RATE
    assert min(later - time for time, later in zip(times, times[RATE:], strict=False)) >= 1


def test_the_report_and_the_callback_count_every_request_and_the_one_that_looked_for_the_server(
    recorded: Recorded,
) -> None:
    assert recorded.report.requests == len(recorded.wire.lines)
    assert recorded.counts == list(range(2, recorded.report.requests + 1))


def test_only_the_named_model_and_ids_that_nobody_has_are_deleted(recorded: Recorded) -> None:
    lines = [line.split() for line in recorded.wire.lines]
    deleted = [path.decode() for method, path, *_ in lines if method.upper() == b"DELETE"]
    mine = "/v1/models/ft%3Amine%2Fx"
    others = [path for path in deleted if path != mine]
    assert (deleted.count(mine), len(others)) == ((2, 6) if recorded.report.deletes else (0, 0))
    assert all(UNKNOWN_ID in path for path in others)


def test_a_delete_that_schemathesis_came_up_with_by_itself_would_not_be_sent(mock: MockServer) -> None:
    gateway = Gateway(Target(mock.base_url, mock.api_key), may_delete=deletable("mine"))
    operation = load(gateway, None)["/models/{model}"]["DELETE"]
    for model in ("gpt-4o", "", "mine/../gpt-4o"):
        with pytest.raises(PermissionError, match="not ours"):
            operation.Case(path_parameters={"model": model}).call()
    with pytest.raises(PermissionError, match="not ours"):
        operation.Case(path_parameters={"model": "mine"}).call(url=f"{mock.base_url}/models/gpt-4o")
    assert mock.requests == []


def test_no_redirect_is_followed_to_another_server_nor_on_the_same_one(mock: MockServer) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        number = scope["memory"]["number"] = scope["memory"].get("number", -1) + 1
        places = (mock.base_url.removesuffix("/v1") + path(scope), path(scope), "http://[", LIST)
        status = (301, 302, 303, 307, 308)[number % 5]
        return replace(answer.having("location", places[number % 4]), status=status, body=b"")

    with server_with(Bug("has moved", "none", answered=answered)) as moved:
        report = run(Target.of_somebody(moved.base_url, moved.api_key), delete_model=DELETABLE, max_examples=1)
        assert report.requests == len(moved.requests)
    assert mock.requests == []
    assert {"usable_list", "unknown_model", "status_code_conformance"} <= report.failed
    assert re.match("the list gets 30[12378]$", report.of("usable_list")[0].actual)


def test_a_deletion_goes_to_no_other_server(mock: MockServer) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        location = mock.base_url.removesuffix("/v1") + path(scope)
        return replace(answer.having("location", location), status=307) if scope["method"] == "DELETE" else answer

    with server_with(Bug("307 for a DELETE", "none", answered=answered)) as moved:
        report = run(Target.of_mock(moved), delete_model=DELETABLE, max_examples=1)
    assert mock.requests == []
    assert {"deleted_word", "unknown_delete"} <= report.failed


def fetch(base_url: str, *paths: str) -> list[_exchange.Response]:
    """Send requests through a gateway of their own."""
    gateway = Gateway(Target(base_url, KEY))
    with start_blocking_portal() as portal:
        return [portal.call(gateway.fetch, "GET", path.encode()) for path in paths]


def test_a_request_without_a_response_is_not_sent_again(mock: MockServer) -> None:
    gateway = Gateway(Target.of_mock(mock))
    with start_blocking_portal() as portal:
        portal.call(gateway.fetch, "GET", b"/models")
        mock.drop_next()
        with pytest.raises(_exchange.GatewayError):
            portal.call(gateway.fetch, "GET", b"/models")
    assert len(mock.requests) == gateway.count == 2


def test_a_request_for_which_there_is_no_connection_is_not_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    gateway = Gateway(Target(url, "sk-any"))
    with start_blocking_portal() as portal, pytest.raises(_exchange.GatewayError, match="refused"):
        portal.call(gateway.fetch, "GET", b"/models")
    assert gateway.count == 0


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse what a full queue has no room for")
def test_a_request_that_waits_for_a_connection_in_vain_is_not_counted() -> None:
    with contextlib.ExitStack() as kept:
        listener = kept.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # nobody accepts, and the queue is full
            waiting = kept.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        gateway = Gateway(Target(f"http://127.0.0.1:{listener.getsockname()[1]}", "sk-any"), seconds=1)
        with start_blocking_portal() as portal, pytest.raises(_exchange.ResponseTimeoutError):
            portal.call(gateway.fetch, "GET", b"/models")
    assert gateway.count == 0
    assert len(gateway.errors) == 1


def test_interim_answers_are_not_taken_for_the_answer() -> None:
    interim = [
        f"HTTP/1.1 {line}\r\nlink: </x>\r\n\r\n" for line in ("100 Continue", "102 Processing", "103 Early Hints")
    ]
    answer = "".join([*interim, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"])
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while connection.recv(65536):
                    connection.sendall(answer.encode())

        threading.Thread(target=serve, daemon=True).start()
        (response,) = fetch(f"http://127.0.0.1:{listener.getsockname()[1]}", "/models")
    assert response.status == 404


def test_a_path_arrives_byte_for_byte() -> None:
    paths = ("/models/%2F%3a%FF%zz[|]", "/models/..", "/models?a=%20&b")
    with recording_server() as wire:
        fetch(wire.base_url, *paths)
    assert [line.split()[1].decode() for line in wire.lines] == [f"/v1{path}" for path in paths]


@pytest.mark.parametrize(
    ("body", "deep"),
    [(b"[" * 201, True), (b'{"a":' * 300, True), (b'"' + b"[" * 300 + b'"', False), (b"[[], []]" * 300, False)],
)
def test_a_body_that_nests_deeper_than_parsers_read_is_known(body: bytes, deep: bool) -> None:  # noqa: FBT001
    assert _exchange.nests_too_deep(body) is deep


def test_an_answer_without_end_is_a_failure_that_says_so_and_no_other() -> None:
    body = b'{"object": "list", "data": [' + b" " * 2 * _exchange.MAX_BYTES
    with server_with(Bug("a long list", "none", answered=of_list(lambda it: replace(it, body=body)))) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
    assert report.failed == {"answered"}
    actual = "no answer: it is longer than 8 MiB, of which the rest was not read"
    assert {failure.actual for failure in report.failures} == {actual}
