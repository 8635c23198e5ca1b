"""Answers that don't come, that come a byte at a time, or that never end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING

import pytest
from tests.contract.broken import DELETABLE, LIST, Answer, Bug, path, server_with
from tests.contract.conftest import recording_server

from openai_models.contract import Target, UnusableTargetError, Verdict, _exchange, _gateway, _target, run
from openai_models.contract._check import CUSTOM_CHECKS
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from starlette.types import Scope

KEY = "sk-any-0123456789"


@pytest.fixture(autouse=True)
def _in_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_target, "TOTAL_TIMEOUT", 0.5)
    monkeypatch.setattr(_gateway, "SECONDS", 0.5)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer where only some requests hang: the others must be answered in time on a busy machine, too."""
    monkeypatch.setattr(_gateway, "SECONDS", 2)


def silent(when: Callable[[Scope], bool]) -> Bug:
    """A server that leaves some requests without an answer."""
    return Bug("silent", "answered", answered=lambda scope, answer: replace(answer, silent=when(scope)))


@pytest.mark.parametrize("way", ["silence", "body"])
def test_a_first_list_that_takes_for_ever_is_told_in_a_sentence(way: str, mock: MockServer) -> None:
    if way == "silence":
        mock.delay_next(3600)
    else:
        mock.drip_next(0.05)
    with pytest.raises(UnusableTargetError, match=r"took more than 0\.5 seconds for its list"):
        Target.of_somebody(mock.base_url, mock.api_key)


@pytest.fixture
def slow_head() -> Iterator[str]:
    """A server that sends the head of its answer letter by letter, without an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
                while True:
                    connection.sendall(b"x")
                    sleep(0.05)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        thread.join()


def test_a_first_list_whose_head_takes_for_ever_is_told_in_a_sentence(slow_head: str) -> None:
    with pytest.raises(UnusableTargetError, match="seconds for its list"):
        Target.of_somebody(slow_head, KEY)


def test_of_a_first_list_without_end_no_more_is_read_than_of_any_answer(
    mock: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_target, "TOTAL_TIMEOUT", 30)
    mock.fail_next(200, body=b" " * 2 * _exchange.MAX_BYTES)
    assert Target.of_somebody(mock.base_url, mock.api_key).base_url == mock.base_url


def test_an_answer_that_takes_for_ever_is_a_failure_and_soon(mock: MockServer) -> None:
    mock.drip_next(0.05, times=1000)
    report = run(Target(mock.base_url, mock.api_key), max_examples=1)
    assert report.failed == {"answered"}
    assert "no answer: GET /v1/models took longer than 0.5 seconds" in {it.actual for it in report.failures}
    assert report.requests == len(mock.requests) <= 2 * _gateway.MAX_TIMEOUTS


def test_where_a_server_ends_connections_the_requests_are_counted_and_the_first_one_can_be_sent_again() -> None:
    with recording_server(answers=15) as wire:
        report = run(Target.of_somebody(wire.base_url, KEY), max_examples=1)
    assert report.requests == len(wire.lines)
    end, *_ = (failure for failure in report.of("answered") if "disconnected" in failure.actual)
    assert f' -H "Authorization: Bearer $OPENAI_API_KEY" {wire.base_url}/models' in end.curl
    assert "User-Agent" not in end.curl


def test_a_server_that_hangs_on_every_retrieval_is_not_waited_for_over_and_over() -> None:
    silences: list[str] = []

    def hangs(scope: Scope) -> bool:
        is_retrieval = path(scope).startswith(f"{LIST}/")
        silences.extend([path(scope)] * is_retrieval)
        return is_retrieval

    with server_with(silent(hangs)) as mock:
        report = run(Target.of_mock(mock))
    # Twice for schemathesis, twice for what is asked on purpose: 40 seconds.
    assert len(silences) == 2 * _gateway.MAX_TIMEOUTS == 4
    assert report.failed == {"answered"}
    assert report.verdict(CUSTOM_CHECKS["usable_list"]) is Verdict.PASSES
    assert any("requests were not sent, as 2 before them had no answer" in error for error in report.errors)


@pytest.mark.usefixtures("patient")
def test_a_server_that_hangs_on_one_sort_of_request_is_asked_the_others() -> None:
    with server_with(silent(lambda scope: path(scope).endswith("%FF"))) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
    assert report.failed == {"answered"}
    assert [failure.where for failure in report.of("answered")] == ["the id %FF"]
    assert "2 requests were not sent, as 1 before them had no answer" in report.errors
    untried = {check.name for check in report.checks if report.verdict(check) is Verdict.NOT_TRIED}
    assert {name for name in untried if name in CUSTOM_CHECKS and not CUSTOM_CHECKS[name].deletes} == {"undecodable_id"}


@pytest.mark.usefixtures("patient")
def test_a_server_that_hangs_on_what_only_schemathesis_asks_falls_short() -> None:
    with server_with(silent(lambda scope: scope["method"] == "QUERY" and path(scope) == LIST)) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
    (failure,) = report.failures
    assert failure.check is CUSTOM_CHECKS["answered"]
    assert failure.actual == "no answer: QUERY /v1/models took longer than 2 seconds"
    assert failure.curl == f'curl -X QUERY -H "Authorization: Bearer $OPENAI_API_KEY" {report.base_url}/models'


@pytest.mark.parametrize("place", [LIST, f"{LIST}/"], ids=["the list", "every model"])
def test_a_model_that_a_hanging_server_was_not_asked_to_delete_is_said_to_be_there_still(place: str) -> None:
    with server_with(silent(lambda scope: path(scope).startswith(place))) as mock:
        report = run(Target(mock.base_url, mock.api_key), delete_model=DELETABLE, max_examples=1)
        assert "DELETE" not in {seen.method for seen in mock.requests}
    assert f"{DELETABLE} was not deleted: that request was not sent" in report.errors


@pytest.mark.usefixtures("patient")
def test_nothing_is_deleted_where_the_list_just_before_had_no_answer() -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        scope["memory"]["deletes"] = scope["memory"].get("deletes") or scope["method"] == "DELETE"
        return replace(answer, silent=path(scope) == LIST and scope["memory"]["deletes"])

    with server_with(Bug("silent before the deletion", "answered", answered=answered)) as mock:
        report = run(Target.of_mock(mock), delete_model=DELETABLE, max_examples=1)
        deleted = {seen.path for seen in mock.requests if seen.method == "DELETE"}
    assert deleted
    assert not any("gpt-4o-mini" in path for path in deleted)
    assert report.failed == {"answered"}
    assert f"{DELETABLE} was not deleted: that request was not sent" in report.errors


@pytest.mark.usefixtures("patient")
def test_where_a_server_hangs_is_said_in_the_words_of_what_was_asked_on_purpose() -> None:
    bug = silent(lambda scope: path(scope) == LIST and b"authorization" not in dict(scope["headers"]))
    with server_with(bug) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
    (failure,) = report.failures
    assert report.with_repeat_count(failure) == "the list with no key, and 2 more"
