"""Raw and streamed responses."""

from __future__ import annotations

import gzip
import inspect
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import CUT, DELETED, LIST, MODEL, reply

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

BODY = json.dumps(MODEL).encode() + b"\n\n"
ANSWER = reply(BODY, x_request_id="req-7", x_two="2")
LATER = reply({}, 503, retry_after_ms="1")
NOT_FOUND = reply({"error": {"message": "No", "code": "x"}}, 404)


def _told(response: Any) -> object:
    """Return what a response tells without its body."""
    names = ("status_code", "request_id", "retries_taken", "method", "http_version", "is_closed")
    request, inner = response.http_request, response.http_response
    return {name: getattr(response, name) for name in names} | {
        "url": response.url.path,
        "headers": [response.headers["X-Request-Id"], response.headers.get("x-two")],
        "http_request": [request.method, request.url.path, request.headers["x-stainless-retry-count"]],
        "http_response": [inner.status_code, inner.reason_phrase],
    }


def _use(side: Side, response: Any, names: str) -> list[object]:
    """Read some attributes, and call those that are methods (`name:10` with a number), one after the other."""
    results = []
    for use in names.split():
        name, _, size = use.partition(":")
        value = getattr(response, name)
        if callable(value) and not isinstance(value, str):
            value = side.wait(value(int(size)) if size else value())
        if inspect.isgenerator(value) or inspect.isasyncgen(value):
            pieces = side.each(value)
            value = pieces if size or name == "iter_lines" else b"".join(pieces)
        results.append(value)
    return results


def _raw(side: Side, *answers: Any, **options: Any) -> Any:
    return side.wait(side.client(*answers, **options).models.with_raw_response.retrieve("a"))


def _streamed(side: Side, *answers: Any, **options: Any) -> Any:
    return side.entered(side.client(*answers, **options).models.with_streaming_response.retrieve("a"))


def _use_streamed(side: Side, names: str, answer: Any = ANSWER) -> object:
    with _streamed(side, answer) as response:
        return _use(side, response, names)


def _parsed(value: Any) -> object:
    return [value, value._request_id]


def _raw_of(side: Side, name: str) -> object:
    client = side.client({"list": LIST, "retrieve": MODEL, "delete": DELETED}[name])
    arguments = [] if name == "list" else ["ft:a"]
    parsed = []
    for models in (client.models.with_raw_response, client.with_raw_response.models):
        response = side.wait(getattr(models, name)(*arguments, extra_headers={"X-One": "1"}, timeout=3))
        parsed.append(response.parse())
    return [side.each(page) for page in parsed] if name == "list" else parsed


def _streamed_of(side: Side, name: str) -> object:
    client = side.client({"list": LIST, "retrieve": MODEL, "delete": DELETED}[name])
    arguments = [] if name == "list" else ["ft:a"]
    parsed = []
    for models in (client.models.with_streaming_response, client.with_streaming_response.models):
        with side.entered(getattr(models, name)(*arguments)) as response:
            parsed.append(side.wait(response.parse()))
    return [side.each(page) for page in parsed] if name == "list" else parsed


def _same_object(side: Side, response: Any) -> object:
    first, second = side.wait(response.parse()), side.wait(response.parse())
    return [first is second, first._request_id, response.elapsed.total_seconds() >= 0]


def _told_streamed(side: Side) -> object:
    with _streamed(side, LATER, ANSWER, max_retries=1) as response:
        inside = _told(response)
    return [inside, response.is_closed]


def _same_object_streamed(side: Side) -> object:
    with _streamed(side, ANSWER) as response:
        return _same_object(side, response)


def _an_error_inside(side: Side) -> object:
    kept = []
    with suppress(KeyError), _streamed(side) as response:
        kept.append(response)
        raise KeyError
    return kept[0].is_closed


def _not_entered(side: Side) -> object:
    side.client().models.with_streaming_response.retrieve("a")
    return len(side.sent)


def _not_found(side: Side) -> object:
    with _streamed(side, NOT_FOUND) as response:
        return response.status_code


def _has_stream_to_file(side: Side) -> object:
    with _streamed(side, ANSWER) as response:
        return hasattr(response, "stream_to_file")


OPERATIONS = ("retrieve", "list", "delete")
probes("raw", by_value("parse", "text", "content"), lambda side, names: _use(side, _raw(side, ANSWER), names))
probes("raw/added", by_value("json", "read"), lambda side, name: _use(side, _raw(side, ANSWER), name))
probes("raw-of", by_value(*OPERATIONS), _raw_of, BOTH)
programs(
    "raw",
    {
        "told": lambda side: _told(_raw(side, LATER, LATER, ANSWER, max_retries=2)),
        "same-object": lambda side: _same_object(side, _raw(side, ANSWER)),
        "not-found": lambda side: _raw(side, NOT_FOUND),
        "not-json": lambda side: _use(side, _raw(side, reply(b"<html>")), "status_code text"),
        "empty-id": lambda side: side.wait(side.client().models.with_raw_response.retrieve("")),
        "text-called": lambda side: _raw(side, ANSWER).text(),
        "parse-to-another-type": lambda side: _raw(side, ANSWER).parse(to=dict),
    },
)
USES = (
    *("read", "text", "json", "parse", "read read", "read parse", "read iter_bytes", "iter_bytes", "iter_text:10"),
    *("iter_bytes:10", "iter_lines", "close is_closed", "elapsed"),
)
GONE = ("iter_bytes read", "iter_bytes parse")
probes("streamed", by_value(*USES), _use_streamed, BOTH)
probes("streamed-of", by_value(*OPERATIONS), _streamed_of, BOTH)
probes("streamed-gone", by_value(*GONE), _use_streamed, BOTH)
probes("streamed-cut-off", by_value("read", "iter_bytes"), lambda side, names: _use_streamed(side, names, CUT), BOTH)
programs(
    "streamed",
    {
        "told": _told_streamed,
        "same-object": _same_object_streamed,
        "iter-twice": lambda side: _use_streamed(side, "iter_bytes iter_bytes"),
        "close-and-read": lambda side: _use_streamed(side, "close read"),
        "compressed": lambda side: _use_streamed(
            side, "iter_bytes", reply(gzip.compress(BODY), content_encoding="gzip")
        ),
        "json-of-something-else": lambda side: _use_streamed(side, "json", reply(b"<html>")),
        "not-found": _not_found,
        "an-error-inside": _an_error_inside,
    },
)
programs("streamed", {"not-entered": _not_entered, "to-a-file": _has_stream_to_file}, SYNC)
