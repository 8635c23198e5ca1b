"""Whether another attempt follows, and after how long: rules without a clock."""

import ssl
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openai_models import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError, OpenAIError
from openai_models._core.response import status_error
from openai_models._core.retries import LONGEST_WAIT, delay_before_retry, requested_wait

NOW = 1_700_000_000.0
REQUEST = httpx.Request("GET", "http://api.test/v1/models")


def refusal(status: int, headers: dict[str, str] | httpx.Headers | None = None) -> APIStatusError:
    return status_error(httpx.Response(status, headers=headers, request=REQUEST))


def delay(failure: BaseException, *, retries_taken: int = 0, jitter: float = 0.0) -> float | None:
    return delay_before_retry(failure, retries_taken=retries_taken, now=lambda: NOW, jitter=lambda: jitter)


RETRIED = [408, 409, 429, 500, 502, 504, 529, 599, 999]
FINAL = [300, 304, 307, 400, 401, 403, 404, 413, 422, 425, 499]


@pytest.mark.parametrize("status", [*RETRIED, *FINAL])
def test_a_status_that_may_pass_is_tried_again_unless_the_server_says_otherwise(status: int) -> None:
    by_status = 0.5 if status in RETRIED else None
    told = {
        told: delay(refusal(status, {"x-should-retry": told})) for told in ("true", "false", "", "yes", "1", "TRUE")
    }
    assert told == {"true": 0.5, "false": None, **dict.fromkeys(("", "yes", "1", "TRUE"), by_status)}
    assert delay(refusal(status)) == by_status


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (APIConnectionError(request=REQUEST), 0.5),
        (APITimeoutError(REQUEST), 0.5),
        (OpenAIError("closed"), None),
        (APIResponseValidationError(httpx.Response(200, request=REQUEST), None), None),
        (ValueError("bad"), None),
        (KeyboardInterrupt(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_other_failures_only_those_of_the_connection_are_tried_again(
    failure: BaseException, expected: float | None
) -> None:
    assert delay(failure) == expected


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required", None),
        ("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", None),
        ("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] ssl/tls alert certificate expired", None),
        ("[SSL: TLSV1_ALERT_INTERNAL_ERROR] tlsv1 alert internal error", 0.5),
    ],
)
def test_a_certificate_that_the_server_refuses_is_not_sent_again(alert: str, expected: float | None) -> None:
    failure = APIConnectionError(request=REQUEST)
    failure.__cause__ = httpx.ReadError("lost")
    failure.__cause__.__cause__ = ssl.SSLError(1, alert)
    assert delay(failure) == expected


def test_a_certificate_of_the_call_before_does_not_count() -> None:
    failure = APIConnectionError(request=REQUEST)
    failure.__cause__ = httpx.ReadError("lost")
    failure.__cause__.__context__ = ssl.SSLCertVerificationError("self-signed")  # handled as this call began
    assert delay(failure) == 0.5


ZONE = timezone(timedelta(hours=5))
WAITS: dict[str, tuple[dict[str, str], float | None]] = {
    "seconds": ({"retry-after": " 7 "}, 7),
    "milliseconds before seconds": ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
    "seconds where milliseconds are garbage": ({"retry-after-ms": "soon", "retry-after": "7"}, 7),
    "a date": ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30),
    "a date of another zone": ({"retry-after": format_datetime(datetime.fromtimestamp(NOW + 30, ZONE))}, 30),
    "the longest": ({"retry-after": "120"}, 120),
    "zero": ({"retry-after": "0"}, 0.5),
    "the past": ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.5),
    "no number": ({"retry-after": "nan"}, 0.5),
    "infinite": ({"retry-after": "Infinity"}, 0.5),
    "garbage": ({"retry-after": "soon"}, 0.5),
    "a date that is none": ({"retry-after": "Wed, 99 Oct 2030 07:28:00 GMT"}, 0.5),
    "more than is waited for": ({"retry-after": "121"}, None),
    "too long, though told to retry": ({"retry-after-ms": "120001", "x-should-retry": "true"}, None),
    "a far date": ({"retry-after": formatdate(NOW + 3600, usegmt=True)}, None),
    "huge in exponents": ({"retry-after": "1e999"}, None),
}


@pytest.mark.parametrize(("headers", "expected"), WAITS.values(), ids=WAITS)
def test_the_server_says_how_long_to_wait(headers: dict[str, str], expected: float | None) -> None:
    assert delay(refusal(429, headers)) == expected
    if expected != 0.5:  # which is our own wait
        assert delay(refusal(429, headers), jitter=1.0) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a way to set the process' zone")
@pytest.mark.parametrize(
    "form", ["%a, %d %b %Y %T GMT", "%A, %d-%b-%y %T GMT", "%a %b %d %T %Y", "%a, %d %b %Y %T -0000"]
)
def test_each_form_of_a_date_is_in_utc_wherever_the_program_runs(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EST5")
        time.tzset()
        wait = requested_wait({"retry-after": time.strftime(form, time.gmtime(NOW + 30))}, NOW)
    time.tzset()
    assert wait == 30


@given(st.one_of(st.text(max_size=30), st.text(alphabet="0123456789 Wed,OctGMT:+-.e_", max_size=40)))
def test_whatever_a_server_asks_the_wait_has_bounds(text: str) -> None:
    for name in (b"retry-after", b"retry-after-ms"):
        wait = delay(refusal(503, httpx.Headers([(name, text.encode())])))
        assert wait is None or 0 < wait <= LONGEST_WAIT


def test_the_wait_doubles_from_half_a_second_to_eight_less_a_quarter_at_most() -> None:
    taken = [*range(6), 10**6]
    assert [delay(refusal(500), retries_taken=each) for each in taken] == [0.5, 1, 2, 4, 8, 8, 8]
    assert [delay(refusal(500), retries_taken=3, jitter=jitter) for jitter in (0.0, 0.5, 1.0)] == [4, 3.5, 3]
