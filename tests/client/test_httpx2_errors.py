"""Clients of httpx2: their errors, and that no key shows."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING

import httpx2
import pytest
from tests.client.httpx2_parts import answer, retrieve
from tests.parts import KEY, everything_in

from openai_models import (
    APIConnectionError,
    APITimeoutError,
    InternalServerError,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.httpx2_parts import Run


def raising(error: Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    def reply(_: httpx2.Request) -> httpx2.Response:
        raise error

    return reply


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (httpx2.ConnectError("x"), APIConnectionError, "Connection error: can't connect to http://api.test: x"),
        (httpx2.ReadError("x"), APIConnectionError, "Connection error: lost the connection to http://api.test: x"),
        (httpx2.RemoteProtocolError("x"), APIConnectionError, "Connection error: no valid response from http://api.test: x"),
        (httpx2.ReadTimeout("x"), APITimeoutError, "Request timed out: no data from http://api.test within 9 seconds (read)"),
        (httpx2.ConnectTimeout("x"), APITimeoutError, "Request timed out: can't connect to http://api.test within 2 seconds (connect)"),
        (KeyError("x"), APIConnectionError, "Connection error: the request failed at http://api.test: KeyError: 'x'"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_its_errors_are_told_as_those_of_httpx_and_retried(
    run: Run, error: Exception, kind: type[Exception], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    failure = run.failure(raising(error), retrieve, timeout=httpx2.Timeout(9, connect=2), max_retries=1)
    assert (type(failure), str(failure), len(run.requests)) == (kind, text, 2)
    assert failure.__cause__ is error
    assert str(pickle.loads(pickle.dumps(failure))) == text


def test_a_header_that_cannot_be_sent_is_not_quoted(run: Run) -> None:
    with MockServer() as mock:
        http = {"headers": [(b"X-Key", f"{KEY}\n".encode())]}
        failure = run.failure(None, retrieve, http, base_url=mock.base_url)
    assert KEY not in f"{failure} {failure.__notes__}"
    assert "adds a header that HTTP doesn't allow" in str(failure)


def test_a_status_is_the_usual_error_and_is_retried(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    failure = run.failure(answer(status=500), retrieve, max_retries=2)
    assert (type(failure), len(run.requests)) == (InternalServerError, 3)


def test_no_log_line_and_no_error_shows_a_key(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MockServer() as mock:
        mock.fail_next(500)
        base_url = mock.base_url.replace("://", f"://user:{KEY}@") + f"?code={KEY}"
        failure = run.failure(None, retrieve, base_url=base_url, default_query={"key": KEY})
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("hpack")]
    assert any("HTTP Request: GET" in line for line in lines)
    assert [line for line in lines if KEY in line] == []
    assert KEY not in f"{failure!r} {failure}"


def test_no_variable_of_the_packages_frames_holds_a_key(run: Run) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    failure = run.failure(refuse, retrieve, default_query={"key": KEY}, default_headers={"X-Key": KEY})
    shown = everything_in(failure)
    own = [part for part in shown.split('  File "') if "openai_models" in part.partition('"')[0]]
    assert own
    assert [part for part in own if KEY in part] == []
