"""Whether another attempt follows, and after how long: rules without a clock."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openai_models import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError, OpenAIError
from openai_models._core.response import status_error
from openai_models._core.retries import LONGEST_WAIT, delay_before_retry, requested_wait

NOW = 1_700_000_000.0
REQUEST = httpx.Request("GET", "http://api.test/v1/models")


def refusal(status: int, headers: dict[str, str] | None = None) -> APIStatusError:
    return status_error(httpx.Response(status, headers=headers, request=REQUEST))


def delay(failure: BaseException, *, retries_taken: int = 0, jitter: float = 0.0) -> float | None:
    return delay_before_retry(failure, retries_taken=retries_taken, now=lambda: NOW, jitter=lambda: jitter)


RETRIED = [408, 409, 429, 500, 501, 502, 503, 504, 520, 529, 599, 999]
FINAL = [300, 301, 304, 307, 400, 401, 402, 403, 404, 405, 410, 413, 418, 422, 425, 451, 499]


@pytest.mark.parametrize("status", RETRIED)
def test_a_status_that_may_pass_is_tried_again(status: int) -> None:
    assert delay(refusal(status)) == 0.5


@pytest.mark.parametrize("status", FINAL)
def test_a_status_that_will_stay_is_not_tried_again(status: int) -> None:
    assert delay(refusal(status)) is None


@pytest.mark.parametrize("status", [400, 404, 429, 500])
@pytest.mark.parametrize(("told", "expected"), [("true", 0.5), ("false", None)])
def test_x_should_retry_counts_more_than_the_status(status: int, told: str, expected: float | None) -> None:
    assert delay(refusal(status, {"x-should-retry": told})) == expected


@pytest.mark.parametrize("told", ["", "yes", "1", "TRUE", "no"])
def test_an_x_should_retry_that_says_neither_is_passed_over(told: str) -> None:
    assert delay(refusal(500, {"x-should-retry": told})) == 0.5
    assert delay(refusal(404, {"x-should-retry": told})) is None


def test_failed_connections_and_timeouts_are_tried_again() -> None:
    assert delay(APIConnectionError(request=REQUEST)) == 0.5
    assert delay(APITimeoutError(REQUEST)) == 0.5


@pytest.mark.parametrize(
    "failure",
    [
        OpenAIError("closed"),
        APIResponseValidationError(httpx.Response(200, request=REQUEST), None),
        ValueError("bad"),
        KeyboardInterrupt(),
        SystemExit(),
        GeneratorExit(),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_nothing_else_is_tried_again(failure: BaseException) -> None:
    assert delay(failure) is None


WAITS: list[tuple[str, dict[str, str], float | None]] = [
    ("seconds", {"retry-after": "7"}, 7),
    ("a fraction of a second", {"retry-after": "0.25"}, 0.25),
    ("spaces around", {"retry-after": " 7 "}, 7),
    ("milliseconds", {"retry-after-ms": "1500"}, 1.5),
    ("milliseconds before seconds", {"retry-after-ms": "10", "retry-after": "7"}, 0.01),
    ("seconds where milliseconds are garbage", {"retry-after-ms": "soon", "retry-after": "7"}, 7),
    ("a date", {"retry-after": formatdate(NOW + 30, usegmt=True)}, 30),
    ("a date of another zone", {"retry-after": format_datetime(datetime.fromtimestamp(NOW + 30, timezone(timedelta(hours=5))))}, 30),
    ("the longest", {"retry-after": "120"}, 120),
    ("zero", {"retry-after": "0"}, 0.5),
    ("zero milliseconds", {"retry-after-ms": "0"}, 0.5),
    ("negative", {"retry-after": "-5"}, 0.5),
    ("negative milliseconds", {"retry-after-ms": "-5"}, 0.5),
    ("the past", {"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.5),
    ("no number", {"retry-after": "nan"}, 0.5),
    ("infinite", {"retry-after": "inf"}, 0.5),
    ("infinite, in full", {"retry-after": "Infinity"}, 0.5),
    ("minus infinite", {"retry-after": "-inf"}, 0.5),
    ("garbage", {"retry-after": "soon"}, 0.5),
    ("empty", {"retry-after": ""}, 0.5),
    ("half a date", {"retry-after": "Wed, 21 Oct"}, 0.5),
    ("a date that is none", {"retry-after": "Wed, 99 Oct 2030 07:28:00 GMT"}, 0.5),
    ("more than is waited for", {"retry-after": "121"}, None),
    ("a little more", {"retry-after-ms": "120001"}, None),
    ("a far date", {"retry-after": formatdate(NOW + 3600, usegmt=True)}, None),
    ("huge", {"retry-after": "9" * 400}, None),
    ("huge in exponents", {"retry-after": "1e999"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "expected"), [row[1:] for row in WAITS], ids=[row[0] for row in WAITS])
def test_the_server_says_how_long_to_wait(headers: dict[str, str], expected: float | None) -> None:
    assert delay(refusal(429, headers)) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a way to set the process' zone")
@pytest.mark.parametrize(
    "form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S -0000"]
)  # fmt: skip
def test_each_form_of_a_date_is_in_utc_wherever_the_program_runs(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EST5")
        time.tzset()
        wait = requested_wait({"retry-after": time.strftime(form, time.gmtime(NOW + 30))}, NOW)
    time.tzset()
    assert wait == 30


def test_a_wait_that_is_too_long_is_not_waited_for_though_the_server_says_to_retry() -> None:
    assert delay(refusal(429, {"retry-after": "121", "x-should-retry": "true"})) is None


@given(st.one_of(st.text(max_size=30), st.text(alphabet="0123456789 Wed,OctGMT:+-.e_", max_size=40)))
def test_whatever_a_server_asks_the_wait_has_bounds(text: str) -> None:
    for name in (b"retry-after", b"retry-after-ms"):
        headers = httpx.Headers([(name, text.encode())])
        requested_wait(headers, NOW)
        wait = delay(status_error(httpx.Response(503, headers=headers, request=REQUEST)))
        assert wait is None or 0 < wait <= LONGEST_WAIT


def test_the_wait_doubles_from_half_a_second_to_eight() -> None:
    failure = refusal(500)
    waits = [delay(failure, retries_taken=taken) for taken in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8, 8]
    assert delay(failure, retries_taken=10**6) == 8


@pytest.mark.parametrize("taken", [0, 3, 100])
def test_jitter_takes_off_a_quarter_at_most(taken: int) -> None:
    failure = refusal(500)
    waits = [delay(failure, retries_taken=taken, jitter=jitter) or 0.0 for jitter in (0.0, 0.5, 1.0)]
    assert all(longer > shorter for longer, shorter in pairwise(waits))
    assert waits[-1] == 0.75 * waits[0]


def test_a_wait_that_the_server_asks_for_is_kept_to_without_jitter() -> None:
    assert delay(refusal(429, {"retry-after": "2"}), jitter=1.0) == 2
