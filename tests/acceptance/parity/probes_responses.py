"""Raw and streamed responses."""

import gzip
import inspect
import json
from typing import Any

from tests.acceptance.parity.probe import BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import CUT, DELETED, LIST, MODEL, Side, reply

BODY = json.dumps(MODEL).encode() + b"\n\n"
ANSWER = reply(BODY, x_request_id="req-7", x_two="2")
COMPRESSED = reply(gzip.compress(BODY), content_encoding="gzip")
LATER = reply({}, 503)
NOT_FOUND = reply({"error": {"message": "No", "code": "x"}}, 404)
OPERATIONS = ("retrieve", "list", "delete")
# Methods and attributes that are used one after the other; `:10` is the size of the pieces.
USES = ("read", "text", "json", "read read", "read parse", "read iter_bytes", "iter_bytes", "iter_lines", "elapsed")
MORE_USES = ("iter_bytes:10", "iter_text:10", "close is_closed")


def _use(side: Side, response: Any, names: str) -> list[object]:
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


def _told(response: Any) -> object:
    """Return what a response tells without its body."""
    names = ("status_code", "request_id", "retries_taken", "method", "http_version", "is_closed")
    request, inner = response.http_request, response.http_response
    return [getattr(response, name) for name in names] + [
        [response.url.path, response.headers["X-Request-Id"], response.headers.get("x-two")],
        [request.method, request.url.path, request.headers["x-stainless-retry-count"]],
        [inner.status_code, inner.reason_phrase],
    ]


def _parsed(side: Side, response: Any) -> object:
    first, second = side.wait(response.parse()), side.wait(response.parse())
    return [side.each(first) if hasattr(first, "data") else first, first is second, first._request_id]


def _call(side: Side, models: Any, name: str) -> Any:
    arguments = [] if name == "list" else ["ft:a"]
    return getattr(models, name)(*arguments, extra_headers={"X-One": "1"}, timeout=3)


def _client(side: Side, name: str) -> Any:
    return side.client(reply({"list": LIST, "retrieve": MODEL, "delete": DELETED}[name], x_request_id="req-8"))


def _raw(side: Side, *answers: Any, **options: Any) -> Any:
    return side.wait(side.client(*answers, **options).models.with_raw_response.retrieve("a"))


def _raw_of(side: Side, name: str) -> object:
    client = _client(side, name)
    each = (client.models.with_raw_response, client.with_raw_response.models)
    return [_parsed(side, side.wait(_call(side, models, name))) for models in each]


def _streamed(side: Side, *answers: Any, **options: Any) -> Any:
    return side.entered(side.client(*answers, **options).models.with_streaming_response.retrieve("a"))


def _use_streamed(side: Side, names: str, answer: Any = ANSWER) -> object:
    with _streamed(side, answer) as response:
        return _use(side, response, names)


def _streamed_of(side: Side, name: str) -> object:
    client = _client(side, name)
    results = []
    for models in (client.models.with_streaming_response, client.with_streaming_response.models):
        with side.entered(_call(side, models, name)) as response:
            results.append(_parsed(side, response))
    return results


def _told_streamed(side: Side) -> object:
    with _streamed(side, LATER, ANSWER, max_retries=1) as response:
        inside = _told(response)
    return [inside, response.is_closed]


def _not_entered(side: Side) -> object:
    side.client().models.with_streaming_response.retrieve("a")
    return len(side.sent)


def _to_a_file(side: Side) -> object:
    with _streamed(side, ANSWER) as response:
        return hasattr(response, "stream_to_file")


probes("raw", by_value("text", "content"), lambda side, name: _use(side, _raw(side, ANSWER), name))
probes("raw-added", by_value("json", "read"), lambda side, name: _use(side, _raw(side, ANSWER), name))
probes("raw-of", by_value(*OPERATIONS), _raw_of, BOTH)
probes("streamed", by_value(*USES, *MORE_USES), _use_streamed, BOTH)
probes("streamed-of", by_value(*OPERATIONS), _streamed_of, BOTH)
probes("streamed-gone", by_value("iter_bytes read", "iter_bytes parse"), _use_streamed, BOTH)
probes("streamed-cut-off", by_value("read", "iter_bytes"), lambda side, names: _use_streamed(side, names, CUT), BOTH)
programs(
    {
        "raw/told": lambda side: _told(_raw(side, LATER, LATER, ANSWER, max_retries=2)),
        "raw/not-found": lambda side: _raw(side, NOT_FOUND),
        "raw/not-json": lambda side: _use(side, _raw(side, reply(b"<html>")), "status_code text"),
        "raw/empty-id": lambda side: side.wait(side.client().models.with_raw_response.retrieve("")),
        "raw/text-called": lambda side: _raw(side, ANSWER).text(),
        "raw/parse-to-another-type": lambda side: _raw(side, ANSWER).parse(to=dict),
        "streamed/told": _told_streamed,
        "streamed/iter-twice": lambda side: _use_streamed(side, "iter_bytes iter_bytes"),
        "streamed/close-and-read": lambda side: _use_streamed(side, "close read"),
        "streamed/compressed": lambda side: _use_streamed(side, "iter_bytes", COMPRESSED),
        "streamed/json-of-something-else": lambda side: _use_streamed(side, "json", reply(b"<html>")),
        "streamed/not-found": lambda side: _use_streamed(side, "status_code", NOT_FOUND),
    }
)
programs({"streamed/not-entered": _not_entered, "streamed/to-a-file": _to_a_file}, SYNC)
