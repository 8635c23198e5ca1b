"""Answers that don't come, that come a byte at a time, or that never end."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, LIST, Answer, Bug, path, server_with

from openai_models.contract import Target, UnusableTargetError, Verdict, _gateway, _target, run
from openai_models.contract._check import CUSTOM_CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Scope

KEY = "sk-any-0123456789"
OK = b'{"object": "list", "data": [{"id": "gpt-4o"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"


class Slow:
    """A server whose answers never end, save for those to the first requests.

    Args:
        way: What never ends: silence, the head, the body, a stream of events, or bytes as fast as they go. Or the
            connection ends, or the server.
        after: How many requests get a list.
    """

    def __init__(self, way: str, after: int) -> None:
        self.way, self.after, self.requests = way, after, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                self.requests += 1
                if self.requests <= self.after:
                    connection.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(OK) + OK)
                    return
                if self.way == "death":
                    self.close()
                if self.way in {"end", "death"}:
                    return
                if self.way == "silence":
                    connection.recv(65536)
                    return
                event = b"content-type: text/event-stream\r\n" if self.way == "events" else b"a: b\r\n"
                connection.sendall(HEAD + event + (b"x-slow: " if self.way == "head" else b"\r\n"))
                piece = {"bytes": b" " * 65536, "events": b"data: x\n\n"}.get(self.way, b"x")
                while True:
                    connection.sendall(piece)
                    sleep(0 if self.way == "bytes" else 0.05)
            except OSError:
                return


@pytest.fixture
def slow(request: pytest.FixtureRequest) -> Iterator[Slow]:
    server = Slow(*request.param)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _in_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_target, "TOTAL_TIMEOUT", 2)
    monkeypatch.setattr(_gateway, "SECONDS", 0.5)


@pytest.mark.parametrize(
    "slow", [("silence", 1), ("head", 1), ("body", 1), ("events", 1)], indirect=True, ids=lambda it: it[0]
)
def test_an_answer_that_takes_for_ever_is_a_failure_and_soon(slow: Slow) -> None:
    began = monotonic()
    report = run(Target.of_somebody(slow.base_url, KEY), max_examples=1)
    assert monotonic() - began < 30
    assert "answered" in report.failed
    assert "no answer: GET /v1/models took longer than 0.5 seconds" in {it.actual for it in report.of("answered")}
    assert report.requests == slow.requests


@pytest.mark.parametrize("slow", [("end", 5)], indirect=True, ids=lambda it: it[0])
def test_a_server_that_ends_connections_gets_no_request_past_the_count(slow: Slow) -> None:
    report = run(Target.of_somebody(slow.base_url, KEY), max_examples=1)
    assert "answered" in report.failed
    assert report.requests == slow.requests


@pytest.mark.parametrize("slow", [("death", 15)], indirect=True, ids=lambda it: it[0])
def test_the_request_at_which_a_server_died_can_be_sent_again(slow: Slow) -> None:
    report = run(Target.of_somebody(slow.base_url, KEY), max_examples=1)
    death, *_ = (failure for failure in report.of("answered") if "disconnected" in failure.actual)
    assert f' -H "Authorization: Bearer $OPENAI_API_KEY" {slow.base_url}/models' in death.curl
    assert "User-Agent" not in death.curl
    assert report.requests == slow.requests


@pytest.mark.parametrize(
    "slow", [("silence", 0), ("head", 0), ("body", 0), ("events", 0)], indirect=True, ids=lambda it: it[0]
)
def test_a_first_list_that_takes_for_ever_is_told_in_a_sentence(slow: Slow) -> None:
    with pytest.raises(UnusableTargetError, match=r"took more than 2 seconds for its list"):
        Target.of_somebody(slow.base_url, KEY)


@pytest.mark.parametrize("slow", [("bytes", 0)], indirect=True, ids=lambda it: it[0])
def test_of_a_first_list_without_end_no_more_is_read_than_of_any_answer(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_target, "TOTAL_TIMEOUT", 30)
    assert Target.of_somebody(slow.base_url, KEY).base_url == slow.base_url


def test_a_server_that_hangs_on_every_retrieval_is_not_waited_for_over_and_over() -> None:
    silences: list[str] = []

    def answered(scope: Scope, answer: Answer) -> Answer:
        hangs = path(scope).startswith(f"{LIST}/")
        silences.extend([path(scope)] * hangs)
        return replace(answer, silent=hangs)

    with server_with(Bug("silent retrievals", "none", answered=answered)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key))
    # Twice for schemathesis, twice for what is asked on purpose: 40 seconds.
    assert len(silences) == 2 * _gateway.MAX_TIMEOUTS == 4
    assert report.failed == {"answered"}
    assert report.verdict(CUSTOM_CHECKS["usable_list"]) is Verdict.PASSES
    assert any("requests were not sent, as 2 before them had no answer" in error for error in report.errors)


def test_a_server_that_hangs_on_one_sort_of_request_is_asked_the_others() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, silent=path(scope).endswith("%FF"))

    with server_with(Bug("silent about what is no UTF-8", "none", answered=answered)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), max_examples=3)
    assert report.failed == {"answered"}
    assert [failure.where for failure in report.of("answered")] == ["the id %FF"]
    assert "2 requests were not sent, as 1 before them had no answer" in report.errors
    untried = {
        name
        for name, check in CUSTOM_CHECKS.items()
        if report.verdict(check) is Verdict.NOT_TRIED and not check.deletes
    }
    assert untried == {"undecodable_id"}


def test_a_server_that_hangs_on_what_only_schemathesis_asks_falls_short() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, silent=scope["method"] == "QUERY" and path(scope) == LIST)

    with server_with(Bug("silent about QUERY", "none", answered=answered)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), max_examples=1)
    (failure,) = report.failures
    assert failure.check is CUSTOM_CHECKS["answered"]
    assert failure.actual == "no answer: QUERY /v1/models took longer than 0.5 seconds"
    assert failure.curl == f'curl -X QUERY -H "Authorization: Bearer $OPENAI_API_KEY" {report.base_url}/models'


@pytest.mark.parametrize("place", ["", "/"], ids=["the list", "every model"])
def test_a_model_that_a_hanging_server_was_not_asked_to_delete_is_said_to_be_there_still(place: str) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, silent=path(scope).startswith(f"{LIST}{place}"))

    with server_with(Bug("silent", "none", answered=answered)) as mock:
        report = run(Target(mock.base_url, mock.api_key), delete_model=DELETABLE, max_examples=1)
        assert "DELETE" not in {seen.method for seen in mock.requests}
    assert f"{DELETABLE} was not deleted: that request was not sent" in report.errors


def test_nothing_is_deleted_where_the_list_just_before_had_no_answer() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        scope["memory"]["deletes"] = scope["memory"].get("deletes") or scope["method"] == "DELETE"
        return replace(answer, silent=path(scope) == LIST and scope["memory"]["deletes"])

    with server_with(Bug("silent before the deletion", "none", answered=answered)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), delete_model=DELETABLE, max_examples=1)
        deleted = {seen.path for seen in mock.requests if seen.method == "DELETE"}
    assert deleted
    assert not any("gpt-4o-mini" in path for path in deleted)
    assert report.failed == {"answered"}
    assert f"{DELETABLE} was not deleted: that request was not sent" in report.errors


def test_where_a_server_hangs_is_said_in_the_words_of_what_was_asked_on_purpose() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, silent=path(scope) == LIST and b"authorization" not in dict(scope["headers"]))

    with server_with(Bug("silent without a key", "none", answered=answered)) as mock:
        report = run(Target.of_somebody(mock.base_url, mock.api_key), max_examples=1)
    (failure,) = report.failures
    assert report.with_repeat_count(failure) == "the list with no key, and 2 more"
