"""Successes that are not what the API gives, errors, and which of them are tried again."""

import gzip
import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
from tests.acceptance.parity.probe import SYNC, by_value, probes, programs
from tests.acceptance.parity.side import DELETED, LIST, MODEL, Answer, Side, reply

TEXT = json.dumps(MODEL).encode()
HTML = reply(b"<html>", content_type="text/html")
CONTENT_TYPES = ("text/plain", "", "application/vnd.api+json", "application/json; charset=utf-8")
SUCCESSES: dict[str, Any] = {
    **{kind: reply(MODEL, content_type=kind) for kind in CONTENT_TYPES},
    "gzip": reply(gzip.compress(TEXT), content_encoding="gzip"),
    "status-201": reply(MODEL, 201),
    "utf-16": reply(json.dumps(MODEL).encode("utf-16")),
    "bom": reply(b"\xef\xbb\xbf" + TEXT),
    "nan": reply(b'{"id": "a", "created": NaN, "object": "model", "owned_by": "me"}'),
}
NO_JSON = {"html": reply(b"<html>"), "empty": reply(b""), "status-299": reply(b"", 299)}
NO_MODELS: dict[str, Any] = {
    "html": HTML,
    "empty-text": reply(b"", content_type="text/plain"),
    "no-content": reply(b"", 204),
    **{json.dumps(value): reply(value) for value in (None, [MODEL], "model", 5, {"error": {"message": "No"}})},
}
NO_IDS = {"absent": {"object": "model"}, "null": {**MODEL, "id": None}, "number": {**MODEL, "id": 5}}
LISTS: dict[str, Any] = {
    "empty": {"object": "list", "data": []},
    "no-object": {"data": [{"id": "a"}]},
    "data-null": {"object": "list", "data": None},
    "has-more-false": {**LIST, "has_more": False, "last_id": "b"},
    "array": [MODEL],
}
NO_LISTS: dict[str, Any] = {
    "no-data": {"object": "list"},
    "data-an-object": {"object": "list", "data": MODEL},
    **{f"item-{item}": {"object": "list", "data": [item]} for item in (None, "gpt-4o", {"object": "model"})},
    "an-error": {"error": {"message": "No"}},
}
NO_OBJECTS: dict[str, Any] = {"null": None, "text": "models", "html": HTML, "204": reply(b"", 204)}
UNCONFIRMED: dict[str, Any] = {
    "not-deleted": {**DELETED, "deleted": False},
    "deleted-absent": {"id": "ft:a", "object": "model"},
    "another-id": {**DELETED, "id": "ft:b"},
    "html": HTML,
    "empty-object": {},
}
STRICT: dict[str, Any] = {"more": {**MODEL, "more": 1, "shutdown_date": "2026-10-23"}, "text": SUCCESSES["text/plain"]}
NOT_STRICT: dict[str, Any] = {
    "created-absent": {"id": "a", "object": "model", "owned_by": "me"},
    "created-text": {**MODEL, "created": "yesterday"},
    "object-another": {**MODEL, "object": "engine"},
    "html": HTML,
    "array": [MODEL],
}
NOT_STRICT_LISTS: dict[str, Any] = {"no-object": {"data": [MODEL]}, "item": {"object": "list", "data": [{"id": "a"}]}}


def _retrieve(side: Side, answer: Any) -> object:
    return side.retrieve(answer)


def _retrieve_strictly(side: Side, answer: Any) -> object:
    return side.retrieve(answer, _strict_response_validation=True)


def _list(side: Side, answer: Any, **options: Any) -> object:
    return [getattr(model, "id", model) for model in side.each(side.list(answer, **options))]


def _list_strictly(side: Side, answer: Any) -> object:
    return _list(side, answer, _strict_response_validation=True)


probes("success", SUCCESSES, _retrieve)
probes("no-json", NO_JSON, _retrieve)
probes("no-model", NO_MODELS, _retrieve)
probes("model-without-id", NO_IDS, _retrieve)
probes("list", LISTS, _list)
probes("no-list", NO_LISTS, _list)
probes("no-object", NO_OBJECTS, _list)
probes("no-json-list", NO_JSON, _list)
probes("deletion", {"done": DELETED, "no-content": reply(b"", 204)}, lambda side, answer: side.delete(answer))
probes("unconfirmed-deletion", UNCONFIRMED, lambda side, answer: side.delete(answer))
probes("strict", STRICT, _retrieve_strictly)
probes("strict/refused", NOT_STRICT, _retrieve_strictly)
probes("strict/list", {"whole": LIST}, _list_strictly)
probes("strict/refused/list", NOT_STRICT_LISTS, _list_strictly)

ERROR = {"message": "It went wrong", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}
STATUSES = (400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 451, 500, 501, 502, 503, 504, 529)
MESSAGES = ("No", "", 5, "x" * 3000, "one\n  two", "  No  ")
OWN_FORM: tuple[dict[str, object], ...] = (
    {"message": None, "code": "x"},
    {"message": "No", "code": 42},
    {"message": "No", "param": 42},
    {"message": "No", "param": ["a"]},
    {"message": "No", "type": None, "innererror": {"code": "x"}},
)
FLAT = {"message": "No", "code": "x", "type": "t", "param": "p"}
OTHER_FORMS: tuple[Any, ...] = (FLAT, {"error": None}, {"error": {}}, {}, 5, None, True)
# What a person needs to know stands elsewhere: only this package finds it.
ONLY_FOUND_HERE: tuple[Any, ...] = (
    {"error": "No"},
    {"error": None, "message": "No"},
    {"error": [{"message": "No"}]},
    {"errors": [{"message": "No"}]},
    {"detail": "No"},
    {"type": "about:blank", "title": "Not found", "status": 404, "detail": "No"},
    [{"error": {"message": "No"}}],
    "No",
)
BYTES: dict[str, Any] = {
    "empty": reply(b"", 404, content_type="text/plain"),
    "cut-json": reply(b'{"error": {"mess', 404),
    "no-content-type": reply({"error": {"message": "No"}}, 404, content_type=""),
    "bom": reply(b'\xef\xbb\xbf{"error": {"message": "No"}}', 404),
    "not-utf-8": reply(b'{"error": {"message": "\xfc"}}', 404),
    "nan": reply(b'{"error": {"message": "No", "code": NaN}}', 404),
    "detail-list": reply({"detail": [{"loc": ["path"], "msg": "bad", "type": "value_error"}]}, 404),
    "only-found-here/plain": reply(b"  No\n", 404, content_type="text/plain"),
    "only-found-here/html": reply(b"<html><title>No</title></html>", 404, content_type="text/html"),
    "request-id": reply({"error": ERROR}, 404, x_request_id="req-h"),
    "request-id-of-another-name": reply({"error": ERROR}, 404, request_id="req-h"),
    "request-id-in-the-body": reply({"error": ERROR, "request_id": "req-b"}, 404),
}


def _error(side: Side, body: Any) -> object:
    return side.retrieve(reply(body, 404))


def _status(side: Side, status: int) -> object:
    return side.retrieve(reply({"error": ERROR}, status, x_request_id="req-6"), max_retries=1)


probes("status", by_value(*STATUSES), _status)
probes("message", by_value(*MESSAGES), lambda side, message: _error(side, {"error": {"message": message}}))
probes("error-body", by_value(*OWN_FORM), lambda side, error: _error(side, {"error": error}))
probes("error-body", by_value(*OTHER_FORMS), _error)
probes("error-body/only-found-here", by_value(*ONLY_FOUND_HERE), _error)
probes("error-body", BYTES, _retrieve)


def _caught(side: Side, *answers: Answer, **options: Any) -> Any:
    try:
        side.retrieve(*answers, **options)
    except side.sdk.APIError as error:
        return error
    raise AssertionError("no error came")


def _not_found(side: Side) -> Any:
    return _caught(side, reply({"error": ERROR}, 404, x_request_id="req-6"))


def _looks(side: Side) -> object:
    error = _not_found(side)
    name = [type(error).__module__.partition(".")[2], type(error).__qualname__, type(error).status_code]
    return [error, name, error.response.headers["x-request-id"], list(error.args), error.__cause__, repr(error)]


REQUEST = httpx.Request("GET", "http://127.0.0.1/v1/models")
RESPONSE = httpx.Response(404, request=REQUEST, headers={"x-request-id": "r"})
BY_HAND: dict[str, Callable[[Any], Any]] = {
    "status": lambda sdk: sdk.NotFoundError("No", response=RESPONSE, body={"code": "c"}),
    "status-without-body": lambda sdk: sdk.NotFoundError("No", response=RESPONSE),
    "any-status": lambda sdk: sdk.APIStatusError("No", response=RESPONSE, body="x"),
    "timeout-positional": lambda sdk: sdk.APITimeoutError(REQUEST),
    "connection-message": lambda sdk: sdk.APIConnectionError(message="No", request=REQUEST),
    "any": lambda sdk: sdk.APIError("No", REQUEST, body={"type": "t", "code": 5}),
    "validation": lambda sdk: sdk.APIResponseValidationError(response=RESPONSE, body={}),
    "base": lambda sdk: sdk.OpenAIError("No"),
}


def _large(side: Side) -> object:
    body = gzip.compress(json.dumps({**MODEL, "padding": " " * (65 * 2**20)}).encode(), 1)
    return side.retrieve(reply(body, content_encoding="gzip")).id


probes("error-by-hand", BY_HAND, lambda side, make: make(side.sdk), SYNC)
programs(
    {
        "status/304": lambda side: side.retrieve(reply(b"", 304)),
        "status/on-list": lambda side: side.list(reply({"error": ERROR}, 401)),
        "status/on-delete": lambda side: side.delete(reply({"error": ERROR}, 404)),
    }
)
programs(
    {
        "success/of-65-mib": _large,
        "error/looks": _looks,
        "error/pickled": lambda side: pickle.loads(pickle.dumps(_not_found(side))),
        "error/cause": lambda side: type(_caught(side, base_url="http://127.0.0.1:9/v1").__cause__).__name__,
    },
    SYNC,
)
