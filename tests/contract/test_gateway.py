"""What goes over the wire, and what doesn't: seen from the server."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from anyio.from_thread import start_blocking_portal
from tests.contract.broken import DELETABLE, LIST, Answer, Bug, path, server_with
from tests.contract.changes import of_list

from openai_models.contract import Level, Target, _exchange, _gateway, run
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import Scope
    from tests.contract.conftest import Wire

RATE = 40


@pytest.fixture
def elsewhere() -> Iterator[MockServer]:
    """A second server, to which nothing may go."""
    with MockServer() as mock:
        yield mock


def test_no_more_requests_are_sent_than_the_rate_allows(wire: Wire) -> None:
    run(Target.of_somebody(wire.base_url, "sk-any-0123456789"), rate=RATE, max_examples=1)
    assert len(wire.times) > 2 * RATE
    assert min(later - time for time, later in zip(wire.times, wire.times[RATE:], strict=False)) >= 1


@pytest.mark.parametrize("delete", [None, "ft:mine/x"])
def test_the_report_counts_every_request_that_the_server_got(wire: Wire, delete: str | None) -> None:
    report = run(Target.of_somebody(wire.base_url, "sk-any-0123456789"), delete_model=delete, max_examples=3)
    assert report.requests == len(wire.lines)
    again = run(Target(wire.base_url, "sk-any-0123456789"), delete_model=delete, max_examples=3)
    assert again.requests == report.requests - 1


def test_the_count_is_told_with_every_request(wire: Wire) -> None:
    told: list[int] = []
    report = run(Target(wire.base_url, "sk-any-0123456789"), max_examples=1, on_request=told.append)
    assert told == list(range(1, report.requests + 1))


def redirects_to(place: Callable[[Scope], str], status: int) -> Bug:
    """A server that has moved."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer.having("location", place(scope)), status=status, body=b"")

    return Bug(f"{status}", "none", answered=answered)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_goes_to_a_server_to_which_another_redirects(elsewhere: MockServer, status: int) -> None:
    bug = redirects_to(lambda scope: elsewhere.base_url.removesuffix("/v1") + path(scope), status)
    with server_with(bug) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), delete_model=DELETABLE, max_examples=1)
        assert report.requests == len(mock.requests)
    assert elsewhere.requests == []
    assert {"usable_list", "unknown_model", "status_code_conformance"} <= report.failed
    assert f"the list gets {status}" in {failure.actual for failure in report.of("usable_list")}


def test_a_deletion_goes_to_no_other_server(elsewhere: MockServer) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        moved = elsewhere.base_url.removesuffix("/v1") + path(scope)
        return replace(answer.having("location", moved), status=307) if scope["method"] == "DELETE" else answer

    with server_with(Bug("307 for a DELETE", "none", answered=answered)) as mock:
        report = run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=1)
    assert elsewhere.requests == []
    assert {"deleted_word", "unknown_delete"} <= report.failed


@pytest.mark.parametrize("place", [path, lambda _: "http://[", lambda _: LIST], ids=["itself", "no URL", "the list"])
def test_no_redirect_is_followed_on_the_same_server(place: Callable[[Scope], str]) -> None:
    with server_with(redirects_to(place, 302)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), level=Level.COMPATIBLE, max_examples=1)
        assert report.requests == len(mock.requests)
    assert "usable_list" in report.failed


def fetch(base_url: str, *paths: str, seconds: float = 10) -> tuple[_gateway.Gateway, list[_exchange.Response]]:
    """Send requests through a gateway of their own."""
    gateway = _gateway.Gateway(Target(base_url, "sk-any-0123456789"), seconds=seconds)
    with start_blocking_portal() as portal:
        responses = [portal.call(gateway.fetch, "GET", path.encode()) for path in paths]
        gateway.close()
    return gateway, responses


def test_a_request_for_which_there_is_no_connection_is_not_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    gateway = _gateway.Gateway(Target(url, "sk-any"))
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
        gateway = _gateway.Gateway(Target(f"http://127.0.0.1:{listener.getsockname()[1]}", "sk-any"), seconds=1)
        with start_blocking_portal() as portal, pytest.raises(_exchange.ResponseTimeoutError):
            portal.call(gateway.fetch, "GET", b"/models")
    assert gateway.count == 0
    assert len(gateway.errors) == 1


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_an_interim_answer_is_not_taken_for_the_answer(interim: str) -> None:
    answer = f"HTTP/1.1 {interim}\r\nlink: </x>\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while connection.recv(65536):
                    connection.sendall(answer.encode())

        threading.Thread(target=serve, daemon=True).start()
        _, responses = fetch(f"http://127.0.0.1:{listener.getsockname()[1]}", "/models", "/models")
    assert [response.status for response in responses] == [404, 404]


def test_a_path_arrives_byte_for_byte(wire: Wire) -> None:
    paths = ("/models/%2F%3a%FF%zz[|]", "/models/..", "/models?a=%20&b")
    fetch(wire.base_url, *paths)
    assert [line.split()[1].decode() for line in wire.lines] == [f"/v1{path}" for path in paths]


@pytest.mark.parametrize(
    ("body", "deep"),
    [(b"[" * 201, True), (b'{"a":' * 300, True), (b'"' + b"[" * 300 + b'"', False), (b"[[], []]" * 300, False)],
)
def test_a_body_that_nests_deeper_than_parsers_read_is_known(body: bytes, deep: bool) -> None:  # noqa: FBT001
    assert _exchange.nests_too_deep(body) is deep


def test_an_answer_without_end_is_a_failure_that_says_so_and_no_other() -> None:
    models = [{"id": "gpt-4o", "object": "model", "created": 1, "owned_by": "me"}] * 300_000
    body = json.dumps({"object": "list", "data": models}).encode()
    assert len(body) > 2 * _exchange.MAX_BYTES
    began = monotonic()
    with server_with(Bug("a long list", "none", answered=of_list(lambda it: replace(it, body=body)))) as mock:
        report = run(Target.of_mock(mock))
    assert report.failed == {"answered"}
    assert {failure.actual for failure in report.failures} == {
        "no answer: it is longer than 8 MiB, of which the rest was not read"
    }
    assert monotonic() - began < 60
