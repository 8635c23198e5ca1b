"""Successes that are not what the API gives, errors, and which of them are tried again."""

from __future__ import annotations

import gzip
import json
import pickle
from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.probe import SYNC, probes, programs
from tests.acceptance.parity.side import CUT, DELETED, DRIP, DROP, LIST, MODEL, STALL, Answer, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

TEXT = json.dumps(MODEL).encode()
SUCCESSES: dict[str, Answer] = {
    "text-plain": reply(MODEL, content_type="text/plain"),
    "no-content-type": reply(MODEL, content_type=""),
    "json-suffix": reply(MODEL, content_type="application/vnd.api+json"),
    "charset": reply(MODEL, content_type="application/json; charset=utf-8"),
    "gzip": reply(gzip.compress(TEXT), content_encoding="gzip"),
    "status-201": reply(MODEL, 201),
    "status-206": reply(MODEL, 206),
    "utf-16": reply(json.dumps(MODEL).encode("utf-16")),
    "bom": reply(b"\xef\xbb\xbf" + TEXT),
    "nan": reply(b'{"id": "a", "created": NaN, "object": "model", "owned_by": "me"}'),
}
NO_JSON = {
    "html-as-json": reply(b"<html>"),
    "empty": reply(b""),
    "status-299": reply(b"", 299),
}
NO_MODELS = {
    "html": reply(b"<html>", content_type="text/html"),
    "empty-text": reply(b"", content_type="text/plain"),
    "no-content": reply(b"", 204),
    "null": reply(None),
    "array": reply([MODEL]),
    "text": reply("model"),
    "number": reply(5),
    "an-error": reply({"error": {"message": "No"}}),
}
NO_IDS = {"absent": {"object": "model"}, "null": {**MODEL, "id": None}, "number": {**MODEL, "id": 5}}
probes("success", SUCCESSES, lambda side, answer: side.retrieve(answer))
probes("no-json", NO_JSON, lambda side, answer: side.retrieve(answer))
probes("no-model", NO_MODELS, lambda side, answer: side.retrieve(answer))
probes("model-without-id", NO_IDS, lambda side, answer: side.retrieve(answer))


def _large(side: Side) -> object:
    body = gzip.compress(json.dumps({**MODEL, "padding": " " * (65 * 2**20)}).encode(), 1)
    return side.retrieve(reply(body, content_encoding="gzip")).id


programs("success", {"of-65-mib": _large}, SYNC)

LISTS: dict[str, Any] = {
    "empty": {"object": "list", "data": []},
    "no-object": {"data": [MODEL]},
    "another-object": {"object": "page", "data": [MODEL]},
    "data-null": {"object": "list", "data": None},
    "item-with-id-only": {"object": "list", "data": [{"id": "a"}]},
    "has-more-false": {**LIST, "has_more": False, "last_id": "b"},
    "array": [MODEL],
}
NO_LISTS: dict[str, Any] = {
    "no-data": {"object": "list"},
    "data-an-object": {"object": "list", "data": MODEL},
    "item-null": {"object": "list", "data": [None]},
    "item-text": {"object": "list", "data": ["gpt-4o"]},
    "item-without-id": {"object": "list", "data": [{"object": "model"}]},
    "an-error": {"error": {"message": "No"}},
}
NOT_EVEN_OBJECTS: dict[str, Any] = {"null": None, "text": "models", "html": NO_MODELS["html"], "204": reply(b"", 204)}


def _ids(side: Side, answer: Any) -> object:
    return [getattr(model, "id", model) for model in side.each(side.list(answer))]


for topic, lists in {"list": LISTS, "no-list": NO_LISTS, "no-object": NOT_EVEN_OBJECTS}.items():
    probes(topic, lists, _ids)
probes("no-json-list", NO_JSON, _ids)

UNCONFIRMED: dict[str, Any] = {
    "not-deleted": {**DELETED, "deleted": False},
    "deleted-absent": {"id": "ft:a", "object": "model"},
    "another-id": {**DELETED, "id": "ft:b"},
    "html": NO_MODELS["html"],
    "empty-object": {},
}
probes("deletion", {"done": DELETED, "no-content": reply(b"", 204)}, lambda side, answer: side.delete(answer))
probes("unconfirmed-deletion", UNCONFIRMED, lambda side, answer: side.delete(answer))

STRICT: dict[str, Any] = {
    "whole": MODEL,
    "more": {**MODEL, "more": 1},
    "shutdown-date": {**MODEL, "shutdown_date": "2026-10-23"},
    "text-plain": SUCCESSES["text-plain"],
}
NOT_STRICT: dict[str, Any] = {
    "created-absent": {"id": "a", "object": "model", "owned_by": "me"},
    "created-text": {**MODEL, "created": "yesterday"},
    "object-another": {**MODEL, "object": "engine"},
    "html": NO_MODELS["html"],
    "array": [MODEL],
}
STRICT_LISTS: dict[str, Any] = {"no-object": {"data": [MODEL]}, "item": {"object": "list", "data": [{"id": "a"}]}}
for topic, answers in {"strict": STRICT, "strict/refused": NOT_STRICT}.items():
    probes(topic, answers, lambda side, answer: side.retrieve(answer, _strict_response_validation=True))
for topic, answers in {"strict/list": {"whole": LIST}, "strict/refused/list": STRICT_LISTS}.items():
    probes(topic, answers, lambda side, answer: side.each(side.list(answer, _strict_response_validation=True)))

ERROR = {"message": "It went wrong", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}
STATUSES = (400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 451, 500, 501, 502, 503, 504, 529)


def _status(side: Side, status: int) -> object:
    return side.retrieve(reply({"error": ERROR}, status, x_request_id="req-6"), max_retries=1)


probes("status", {str(status): status for status in STATUSES}, _status)
programs(
    "status",
    {
        "304": lambda side: side.retrieve(reply(b"", 304)),
        "on-list": lambda side: side.list(reply({"error": ERROR}, 401)),
        "on-delete": lambda side: side.delete(reply({"error": ERROR}, 404)),
    },
)
# Errors in OpenAI's own form, and those of which the official SDK tells as much as this package.
ERRORS: dict[str, Any] = {
    "message-only": {"error": {"message": "No"}},
    "message-empty": {"error": {"message": ""}},
    "message-null": {"error": {"message": None, "code": "x"}},
    "message-number": {"error": {"message": 5}},
    "message-long": {"error": {"message": "x" * 3000}},
    "message-lines": {"error": {"message": "one\n  two"}},
    "message-spaces": {"error": {"message": "  No  "}},
    "code-number": {"error": {"message": "No", "code": 42}},
    "param-number": {"error": {"message": "No", "param": 42}},
    "type-null": {"error": {"message": "No", "type": None}},
    "param-list": {"error": {"message": "No", "param": ["a"]}},
    "more-fields": {"error": {"message": "No", "innererror": {"code": "x"}}},
    "flat": {"message": "No", "code": "x", "type": "t", "param": "p"},
    "error-null": {"error": None},
    "error-empty": {"error": {}},
    "detail-list": {"detail": [{"loc": ["path"], "msg": "bad", "type": "value_error"}]},
    "object": {},
    "number": 5,
    "null": None,
    "true": True,
}
# What a person needs to know stands elsewhere: only this package finds it.
ERRORS_OF_OTHERS: dict[str, Any] = {
    "error-text": {"error": "No"},
    "error-null-and-message": {"error": None, "message": "No"},
    "error-list": {"error": [{"message": "No"}]},
    "errors": {"errors": [{"message": "No"}]},
    "detail": {"detail": "No"},
    "problem": {"type": "about:blank", "title": "Not found", "status": 404, "detail": "No"},
    "array": [{"error": {"message": "No"}}],
    "text": "No",
    "plain": reply(b"  No\n", 404, content_type="text/plain"),
    "html": reply(b"<html><title>No</title></html>", 404, content_type="text/html"),
}
ERROR_BYTES = {
    "empty": reply(b"", 404, content_type="text/plain"),
    "cut-json": reply(b'{"error": {"mess', 404),
    "no-content-type": reply({"error": {"message": "No"}}, 404, content_type=""),
    "bom": reply(b'\xef\xbb\xbf{"error": {"message": "No"}}', 404),
    "not-utf-8": reply(b'{"error": {"message": "\xfc"}}', 404),
    "nan": reply(b'{"error": {"message": "No", "code": NaN}}', 404),
    "request-id": reply({"error": ERROR}, 404, x_request_id="req-h"),
    "request-id-of-another-name": reply({"error": ERROR}, 404, request_id="req-h"),
    "request-id-in-the-body": reply({"error": ERROR, "request_id": "req-b"}, 404),
}


def _error(side: Side, body: Any) -> object:
    return side.retrieve(body if callable(body) else reply(body, 404))


probes("error-body", ERRORS | ERROR_BYTES, _error)
probes("error-body/of-others", ERRORS_OF_OTHERS, _error)


def _caught(side: Side, *answers: Answer, **options: Any) -> Any:
    try:
        side.retrieve(*answers, **options)
    except side.sdk.APIError as error:
        return error
    raise AssertionError("no error came")


def _caught_status(side: Side) -> Any:
    return _caught(side, reply({"error": ERROR}, 404, x_request_id="req-6"))


LOOKS: dict[str, Callable[[Any], Any]] = {
    "response": lambda error: [error.response.status_code, error.response.headers["x-request-id"]],
    "response-json": lambda error: error.response.json(),
    "response-text": lambda error: error.response.text,
    "request": lambda error: [error.request.method, error.request.url.path, error.request is error.response.request],
    "args-and-cause": lambda error: [list(error.args), error.__cause__],
    "name": lambda error: [type(error).__module__.partition(".")[2], type(error).__qualname__],
    "class-status": lambda error: type(error).status_code,
    "repr": repr,
}
NAMES = """
    OpenAIError APIError APIStatusError APIConnectionError APITimeoutError APIResponseValidationError BadRequestError
    AuthenticationError PermissionDeniedError NotFoundError ConflictError UnprocessableEntityError RateLimitError
    InternalServerError
"""


def _pickled(side: Side) -> object:
    error = pickle.loads(pickle.dumps(_caught_status(side)))
    return [str(error), error.status_code]


def _tree(side: Side) -> object:
    classes = {name: getattr(side.sdk, name) for name in NAMES.split()}
    tree = {
        name: [other for other in NAMES.split() if issubclass(kind, classes[other])] for name, kind in classes.items()
    }
    return [tree, [base.__name__ for base in side.sdk.OpenAIError.__bases__]]


def _connection_error(side: Side) -> object:
    error = _caught(side, base_url="http://127.0.0.1:9/v1")
    return [type(error.__cause__).__name__, error.request.url.path, hasattr(error, "response")]


def _validation_error(side: Side) -> object:
    error = _caught(side, reply({"id": 5}), _strict_response_validation=True)
    return [type(error).__name__, error.status_code, error.body, error.response.status_code, error.request.method]


probes("error", LOOKS, lambda side, look: look(_caught_status(side)))
programs(
    "error",
    {
        "pickled": _pickled,
        "tree": _tree,
        "of-the-connection": _connection_error,
        "of-validation": _validation_error,
    },
    SYNC,
)
REQUEST = httpx.Request("GET", "http://127.0.0.1/v1/models")


def _response(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, request=REQUEST, headers=headers)


BY_HAND: dict[str, Callable[[Any], Any]] = {
    "NotFoundError": lambda sdk: sdk.NotFoundError(
        "No", response=_response(404, **{"x-request-id": "r"}), body={"code": "c"}
    ),
    "RateLimitError": lambda sdk: sdk.RateLimitError("No", response=_response(429), body=None),
    "APIStatusError": lambda sdk: sdk.APIStatusError("No", response=_response(418), body="x"),
    "APITimeoutError": lambda sdk: sdk.APITimeoutError(request=REQUEST),
    "APITimeoutError-positional": lambda sdk: sdk.APITimeoutError(REQUEST),
    "APIConnectionError": lambda sdk: sdk.APIConnectionError(request=REQUEST),
    "APIConnectionError-message": lambda sdk: sdk.APIConnectionError(message="No", request=REQUEST),
    "APIError": lambda sdk: sdk.APIError("No", REQUEST, body={"type": "t", "code": 5}),
    "APIResponseValidationError": lambda sdk: sdk.APIResponseValidationError(response=_response(200), body={}),
    "OpenAIError": lambda sdk: sdk.OpenAIError("No"),
    "NotFoundError-without-body": lambda sdk: sdk.NotFoundError("No", response=_response(404)),
}
probes("made-by-hand", BY_HAND, lambda side, make: make(side.sdk), SYNC)

CONNECTIONS: dict[str, Callable[[Side], Any]] = {
    "refused": lambda side: side.retrieve(base_url="http://127.0.0.1:9/v1"),
    "dropped": lambda side: side.retrieve(DROP),
    "cut-off": lambda side: side.retrieve(CUT),
}
TIMEOUTS: dict[str, Callable[[Side], Any]] = {
    "whole": lambda side: side.retrieve(STALL, timeout=0.2),
    "per-call": lambda side: side.retrieve(STALL, call={"timeout": side.sdk.Timeout(5, read=0.2)}),
}
programs("connection", CONNECTIONS)
programs("timed-out", TIMEOUTS)
programs(
    "timeout",
    {
        "of-a-dripping-body": lambda side: side.retrieve(DRIP, timeout=0.3),
        "phases-of-a-dripping-body": lambda side: side.retrieve(DRIP, timeout=side.sdk.Timeout(0.3)),
    },
    SYNC,
)
programs("client", {"of-no-such-scheme": lambda side: side.retrieve(base_url="ftp://127.0.0.1/v1")}, SYNC)

WAITS: dict[str, dict[str, str]] = {
    "of-its-own": {},
    "ms": {"retry_after_ms": "600"},
    "ms-over-seconds": {"retry_after_ms": "600", "retry_after": "60"},
    "seconds-as-fraction": {"retry_after": "0.6"},
    "ms-unreadable": {"retry_after_ms": "soon", "retry_after": "0.6"},
    "longest": {"retry_after": "60"},
    "too-long/ms": {"retry_after_ms": "121000"},
    "too-long/seconds": {"retry_after": "121"},
    "too-long/overflow": {"retry_after": "1e400"},
    "too-long/date": {"retry_after": "Fri, 31 Dec 2100 23:59:59 GMT"},
    "too-long/although-told-to": {"retry_after": "121", "x_should_retry": "true"},
}
TOLD = {
    "true-400": (400, "true"),
    "false-503": (503, "false"),
    "other-503": (503, "maybe"),
    "other-400": (400, "maybe"),
    "upper-case-400": (400, "TRUE"),
}
LATER = reply({"error": {"message": "Later"}}, 503)


def _wait(side: Side, headers: dict[str, str]) -> object:
    return side.retrieve(reply(ERROR, 429, **headers), MODEL, max_retries=2)


def _default_retries(side: Side) -> object:
    side.answers(LATER)
    client = side.made(base_url=side.servers.scripted.base_url)
    return side.wait(client.models.retrieve("a"))


probes("retries/wait", WAITS, _wait)
probes(
    "retries/x-should-retry",
    TOLD,
    lambda side, told: side.retrieve(reply({}, told[0], x_should_retry=told[1]), MODEL, max_retries=2),
)
probes("retries/at-most", {"0": 0, "1": 1, "5": 5}, lambda side, most: side.retrieve(LATER, max_retries=most))
programs(
    "retries",
    {
        "default": _default_retries,
        "last-error-counts": lambda side: side.retrieve(LATER, reply({}, 429), reply({}, 404), max_retries=5),
        "list": lambda side: side.list(LATER, LIST, max_retries=1).object,
        "connection-dropped": lambda side: side.retrieve(DROP, MODEL, max_retries=1),
        "body-cut-off": lambda side: side.retrieve(CUT, MODEL, max_retries=1),
        "count-header-per-call": lambda side: side.retrieve(
            LATER, MODEL, max_retries=1, call={"extra_headers": {"X-Stainless-Retry-Count": "9"}}
        ),
    },
)
