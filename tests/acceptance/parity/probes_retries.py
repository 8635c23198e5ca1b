"""Attempts: which follow, how many, after how long, and what they say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import DELETED, MODEL, PAGE

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

ERROR = {"error": {"message": "Later"}}


def failing(status: int, **headers: str) -> Answer:
    """Answer with an error that asks for next to no wait."""
    return reply(ERROR, status, **({"retry_after_ms": "1"} | headers))


@probes(
    "retries/status", {str(status): status for status in (400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504)}
)
def _(side: Side, status: int) -> object:
    return side.wait(side.client(failing(status), MODEL, max_retries=2).models.retrieve("a"))


@probes("retries/at-most", {"0": 0, "1": 1, "2": 2, "5": 5})
def _(side: Side, most: int) -> object:
    return side.wait(side.client(failing(503), max_retries=most).models.retrieve("a"))


@probe("retries/default")
def _(side: Side) -> object:
    side.answers(failing(503))
    client = side.closing(side.kind(api_key="k", base_url=side.servers.scripted.base_url))
    return side.wait(client.models.retrieve("a"))


@probe("retries/last-error-counts")
def _(side: Side) -> object:
    return side.wait(side.client(failing(503), failing(429), failing(404), max_retries=5).models.retrieve("a"))


@probes("retries/operation", {"list": "list", "delete": "delete"})
def _(side: Side, name: str) -> object:
    client = side.client(failing(500), PAGE if name == "list" else DELETED, max_retries=1)
    return side.wait(client.models.list()).object if name == "list" else side.wait(client.models.delete("ft:a"))


@probes(
    "retries/x-should-retry",
    {
        "true-400": (400, "true"),
        "false-503": (503, "false"),
        "other-503": (503, "maybe"),
        "other-400": (400, "maybe"),
        "upper-case-400": (400, "TRUE"),
    },
)
def _(side: Side, case: tuple[int, str]) -> object:
    status, told = case
    return side.wait(side.client(failing(status, x_should_retry=told), MODEL, max_retries=2).models.retrieve("a"))


@probes(
    "retries/too-long-a-wait",
    {
        "ms": {"retry_after_ms": "121000"},
        "seconds": {"retry_after": "121"},
        "overflow": {"retry_after": "1e400"},
        "date": {"retry_after": "Fri, 31 Dec 2100 23:59:59 GMT"},
        "although-told-to": {"retry_after": "121", "x_should_retry": "true"},
    },
)
def _(side: Side, headers: dict[str, str]) -> object:
    return side.wait(side.client(reply(ERROR, 429, **headers), MODEL, max_retries=2).models.retrieve("a"))


@probes(
    "retries/wait",
    {
        "ms": {"retry_after_ms": "600"},
        "ms-over-seconds": {"retry_after_ms": "600", "retry_after": "60"},
        "seconds-as-fraction": {"retry_after": "0.6"},
        "ms-unreadable": {"retry_after_ms": "soon", "retry_after": "0.6"},
    },
)
def _(side: Side, headers: dict[str, str]) -> object:
    side.wait(side.client(reply(ERROR, 429, **headers), MODEL, max_retries=1).models.retrieve("a"))
    first, second = (request.moment for request in side.servers.scripted.requests)
    waited = second - first
    return "as asked" if 0.6 <= waited < 30 else waited


@probe("retries/wait-of-its-own")
def _(side: Side) -> object:
    side.wait(side.client(reply(ERROR, 503), MODEL, max_retries=1).models.retrieve("a"))
    first, second = (request.moment for request in side.servers.scripted.requests)
    waited = second - first
    return "half a second, less a quarter at most" if 0.375 <= waited < 30 else waited


@probe("retries/connection-dropped")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(dropped=True), MODEL, max_retries=1).models.retrieve("a"))


@probe("retries/body-cut-off")
def _(side: Side) -> object:
    cut = Answer(200, b'{"id": "a"', cut=10)
    return side.wait(side.client(cut, MODEL, max_retries=1).models.retrieve("a"))


@probe("retries/timeout")
def _(side: Side) -> object:
    client = side.client(Answer(stalled=True), MODEL, max_retries=1, timeout=0.15)
    return side.wait(client.models.retrieve("a"))


@probe("retries/not-json-is-not-tried-again")
def _(side: Side) -> object:
    client = side.client(Answer(200, b"<html>", {"content-type": "application/json"}), MODEL, max_retries=2)
    try:
        side.wait(client.models.retrieve("a"))
    except (ValueError, side.sdk.OpenAIError):
        return len(side.servers.scripted.requests)
    return "no error"


@probe("retries/per-call-count-header-stays")
def _(side: Side) -> object:
    client = side.client(failing(503), MODEL, max_retries=1)
    return side.wait(client.models.retrieve("a", extra_headers={"X-Stainless-Retry-Count": "9"}))


@probe("retries/with-options")
def _(side: Side) -> object:
    return side.wait(side.client(failing(503), MODEL).with_options(max_retries=1).models.retrieve("a"))
