"""Failures that may pass: what is tried again, how often, and after how long."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING

from tests.acceptance.faults.fault import Fails, Group, Value
from tests.acceptance.faults.faults_errors import CLASSES
from tests.acceptance.faults.wire import GONE, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.acceptance.faults.fault import Seen
    from tests.acceptance.faults.wire import Visit

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


def at_most(most: int) -> Callable[[Sequence[Seen]], str | None]:
    """Hold the number of requests to a bound."""
    return lambda seen: f"{len(seen)} requests, with a bound of {most}" if len(seen) > most else None


def waited(least: float) -> Callable[[Sequence[Seen]], str | None]:
    """Hold the second request to come after as long as was asked for."""

    def check(seen: Sequence[Seen]) -> str | None:
        gap = seen[1].at - seen[0].at if len(seen) > 1 else 0.0
        return f"the second request came after {gap:.2f} s, where {least} s were asked for" if gap < least else None

    return check


def fails(status: int) -> Fails:
    return Fails(KINDS[status], status, ["Try later."])


def always(status: int, headers: Mapping[str, str] | None = None) -> Callable[[Visit], None]:
    sent = answer(BUSY, status, headers)
    return lambda visit: visit.send(sent)


def once(status: int, headers: Mapping[str, str] | None = None) -> Callable[[Visit], None]:
    sent = answer(BUSY, status, headers)
    return lambda visit: visit.send(sent if visit.number == 1 else answer())


for status in (408, 409, 429, 500, 502, 503, 504, 599):
    fault(f"{status} once", Value(), max_retries=2, requests=2)(once(status))
    fault(f"{status} for ever", fails(status), max_retries=2, requests=3, check=at_most(3))(always(status))
    fault(f"{status} without retries", fails(status), requests=1, check=at_most(1))(always(status))
for status in (400, 401, 403, 404, 422):
    fault(f"{status}, with retries left", fails(status), max_retries=2, requests=1, check=at_most(1))(always(status))

for name, headers, least in (
    ("retry-after: 0.3", {"retry-after": "0.3"}, 0.29),
    ("retry-after-ms: 300", {"retry-after-ms": "300"}, 0.29),
    ("retry-after-ms before retry-after", {"retry-after-ms": "300", "retry-after": "1000"}, 0.29),
    ("retry-after: 0", {"retry-after": "0"}, 0.0),
    ("retry-after: -5", {"retry-after": "-5"}, 0.0),
    ("retry-after: NaN", {"retry-after": "nan"}, 0.0),
    ("retry-after: infinity", {"retry-after": "inf"}, 0.0),
    ("retry-after: not a number", {"retry-after": "soon"}, 0.0),
    ("retry-after: empty", {"retry-after": ""}, 0.0),
    ("retry-after-ms: -5", {"retry-after-ms": "-5"}, 0.0),
    ("retry-after-ms: NaN", {"retry-after-ms": "nan"}, 0.0),
    ("retry-after: a date that has passed", {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ("retry-after: a date that can't be", {"retry-after": "Wed, 99 Oct 99999 07:28:00 GMT"}, 0.0),
):
    fault(name, Value(), max_retries=1, requests=2, check=waited(least))(once(429, headers))

for name, headers in {
    "retry-after: an hour": {"retry-after": "3600"},
    "retry-after: 1e30": {"retry-after": "1e30"},
    "retry-after: 400 digits": {"retry-after": "9" * 400},
    "retry-after-ms: an hour": {"retry-after-ms": "3600000"},
    "retry-after: a date in 2099": {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"},
}.items():
    fault(name, fails(429), max_retries=2, requests=1, check=at_most(3))(always(429, headers))


@fault("retry-after: a date to come", Value(), max_retries=1, requests=2, check=waited(0.5))
def a_date_to_come(visit: Visit) -> None:
    # Dates are of whole seconds: this one is between 1 s and 2 s from now.
    visit.send(
        answer(BUSY, 503, {"retry-after": formatdate(time.time() + 2, usegmt=True)}) if visit.number == 1 else answer()
    )


fault("a cookie that isn't ASCII, set by what is tried again", Value(), max_retries=1, requests=2)(
    once(503, {"set-cookie": "a=\u00e9; Path=/"})
)

TOLD = {"x-should-retry": "true"}
TOLD_NOT = {"x-should-retry": "false"}
fault("x-should-retry: true, on a 400", Value(), max_retries=1, requests=2)(once(400, TOLD))
fault("x-should-retry: true, for ever", fails(400), max_retries=2, requests=3, check=at_most(3))(always(400, TOLD))
fault("x-should-retry: false, on a 500", fails(500), max_retries=2, requests=1, check=at_most(1))(always(500, TOLD_NOT))
fault("x-should-retry: perhaps", fails(400), max_retries=2, requests=1, check=at_most(1))(
    always(400, {"x-should-retry": "perhaps"})
)


@fault("silent once, then an answer", Value(), max_retries=1, requests=2, timeout=1.5)
def silent_once(visit: Visit) -> None:
    if visit.number == 1:
        visit.wait_for_the_end()
    visit.answer()


@fault(
    "reset at each attempt",
    Fails("APIConnectionError", cause="TransportError"),
    max_retries=2,
    requests=3,
    check=at_most(3),
)
def reset_always(visit: Visit) -> None:
    visit.reset()


@fault("each attempt fails in another way", Fails("NotFoundError", 404), max_retries=3, requests=4, check=at_most(4))
def one_after_the_other(visit: Visit) -> None:
    if visit.number == 1:
        visit.reset()
    elif visit.number == 2:
        visit.answer(BUSY, 503)
    elif visit.number == 3:
        visit.send(answer(b"half", headers={"content-length": "100"}))
    else:
        visit.answer(BUSY, 404)


@fault("HTML with 200 is not tried again", Fails("APIResponseValidationError", 200), max_retries=2, requests=1)
def html_once(visit: Visit) -> None:
    visit.answer("<html>", content_type="text/html")


NOTE = "An earlier attempt of this call may be the one that deleted the model"


def _gone_unheard(visit: Visit) -> None:
    if visit.number > 1:
        visit.answer(BUSY, 404)


fault(
    "DELETE: done unheard, then 404",
    Fails("NotFoundError", 404, explains=[NOTE]),
    call="delete",
    max_retries=2,
    requests=2,
)(_gone_unheard)


@fault("DELETE: 500, then done", Value(), call="delete", max_retries=2, requests=2)
def done_at_second(visit: Visit) -> None:
    visit.send(answer(BUSY, 500) if visit.number == 1 else answer(GONE))
