"""Failures that may pass: what is tried again, how often, and after how long."""

import time
from collections.abc import Sequence
from email.utils import formatdate
from typing import Any

from tests.acceptance.faults.fault import GONE, Fails, Group, Seen, Value, Visit, answer, closed, reset, silent
from tests.acceptance.faults.faults_errors import CLASSES

GROUP = Group("retry")
fault = GROUP.fault

BUSY = {"error": {"message": "Try later."}}
KINDS = {
    **CLASSES,
    408: "APIStatusError",
    502: "InternalServerError",
    504: "InternalServerError",
    599: "InternalServerError",
}


def attempts(number: int, max_retries: int = 2) -> dict[str, Any]:
    """Expect so many requests, and hold another library to no more than those."""

    def check(seen: Sequence[Seen]) -> str | None:
        return f"{len(seen)} requests, with a bound of {number}" if len(seen) > number else None

    return {"requests": number, "check": check, "max_retries": max_retries}


def waited(least: float) -> dict[str, Any]:
    """Expect the second request to come after as long as was asked for."""

    def check(seen: Sequence[Seen]) -> str | None:
        gap = seen[1].at - seen[0].at if len(seen) > 1 else 0.0
        return f"the second request came after {gap:.2f} s, where {least} s were asked for" if gap < least else None

    return {"requests": 2, "check": check, "max_retries": 1}


def busy(status: int, **headers: str) -> bytes:
    """Spell an error; an underscore in the name of a header is a hyphen."""
    return answer(BUSY, status, {name.replace("_", "-"): value for name, value in headers.items()})


def fails(status: int) -> Fails:
    return Fails(KINDS[status], status, ["Try later."])


ONCE = {"requests": 2, "max_retries": 2}
for status in (408, 409, 429, 500, 502, 503, 504, 599):
    fault(f"{status} once", (busy(status), answer()), Value(), **ONCE)
    fault(f"{status} for ever", busy(status), fails(status), **attempts(3))
    fault(f"{status} without retries", busy(status), fails(status), **attempts(1, max_retries=0))
for status in (400, 401, 403, 404, 422):
    fault(f"{status}, with retries left", busy(status), fails(status), **attempts(1))

for name, headers, least in (
    ("retry-after: 0.3", {"retry_after": "0.3"}, 0.29),
    ("retry-after-ms: 300", {"retry_after_ms": "300"}, 0.29),
    ("retry-after-ms before retry-after", {"retry_after_ms": "300", "retry_after": "1000"}, 0.29),
    ("retry-after: 0", {"retry_after": "0"}, 0.0),
    ("retry-after: -5", {"retry_after": "-5"}, 0.0),
    ("retry-after: NaN", {"retry_after": "nan"}, 0.0),
    ("retry-after: infinity", {"retry_after": "inf"}, 0.0),
    ("retry-after: not a number", {"retry_after": "soon"}, 0.0),
    ("retry-after: empty", {"retry_after": ""}, 0.0),
    ("retry-after-ms: -5", {"retry_after_ms": "-5"}, 0.0),
    ("retry-after-ms: NaN", {"retry_after_ms": "nan"}, 0.0),
    ("retry-after: a date that has passed", {"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ("retry-after: an invalid date", {"retry_after": "Wed, 99 Oct 99999 07:28:00 GMT"}, 0.0),
):
    fault(name, (busy(429, **headers), answer()), Value(), **waited(least))
for name, headers in {
    "retry-after: an hour": {"retry_after": "3600"},
    "retry-after: 1e30": {"retry_after": "1e30"},
    "retry-after: 400 digits": {"retry_after": "9" * 400},
    "retry-after-ms: an hour": {"retry_after_ms": "3600000"},
    "retry-after: a date in 2099": {"retry_after": "Wed, 21 Oct 2099 07:28:00 GMT"},
}.items():
    fault(name, busy(429, **headers), fails(429), **(attempts(3) | {"requests": 1}))


def a_date_to_come(visit: Visit) -> None:
    # Dates are of whole seconds: this one is between 1 s and 2 s from now.
    visit.send(busy(503, retry_after=formatdate(time.time() + 2, usegmt=True)))


fault("retry-after: a date to come", (a_date_to_come, answer()), Value(), **waited(0.5))
COOKIE = busy(503, set_cookie="a=\u00e9; Path=/")
fault("a cookie that isn't ASCII, set by the response before a retry", (COOKIE, answer()), Value(), **ONCE)
TOLD, TOLD_NOT, TOLD_ODDLY = {"x_should_retry": "true"}, {"x_should_retry": "false"}, {"x_should_retry": "perhaps"}
fault("x-should-retry: true, on a 400", (busy(400, **TOLD), answer()), Value(), **ONCE)
fault("x-should-retry: true, for ever", busy(400, **TOLD), fails(400), **attempts(3))
fault("x-should-retry: false, on a 500", busy(500, **TOLD_NOT), fails(500), **attempts(1))
fault("x-should-retry: perhaps", busy(400, **TOLD_ODDLY), fails(400), **attempts(1))
fault("silent once, then an answer", (silent, answer()), Value(), max_retries=1, requests=2, timeout=1.0)
BROKEN = Fails("APIConnectionError", cause="TransportError")
fault("reset at each attempt", reset, BROKEN, **attempts(3))
EACH = (reset, busy(503), answer(b"half", headers={"content-length": "100"}), busy(404))
fault("each attempt fails in another way", EACH, Fails("NotFoundError", 404), **attempts(4, max_retries=3))
HTML = answer("<html>", headers={"content-type": "text/html"})
fault("HTML with 200 is not tried again", HTML, Fails("APIResponseValidationError", 200), max_retries=2, requests=1)
UNHEARD = Fails(
    "NotFoundError", 404, explains=["An earlier attempt of this call may be the one that deleted the model"]
)
fault("DELETE: done, response lost, then 404", (closed, busy(404)), UNHEARD, call="delete", **ONCE)
fault("DELETE: 500, then done", (busy(500), answer(GONE)), Value(), call="delete", **ONCE)
