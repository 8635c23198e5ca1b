"""Errors: their classes, their attributes, their text."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import MODEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

STATUSES = (400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 451, 500, 501, 502, 503, 504, 529)
ERROR = {"message": "It went wrong", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}
NAMES = (
    "OpenAIError",
    "APIError",
    "APIStatusError",
    "APIConnectionError",
    "APITimeoutError",
    "APIResponseValidationError",
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "InternalServerError",
)


@probes("status", {str(status): status for status in STATUSES})
def _(side: Side, status: int) -> object:
    return side.wait(side.client(reply({"error": ERROR}, status, x_request_id="req-6")).models.retrieve("a"))


@probes("status/unusual", {"304": 304, "299": 299, "600": 600})
def _(side: Side, status: int) -> object:
    return side.wait(side.client(Answer(status, b"")).models.retrieve("a"))


@probes("status/on-delete", {"403": 403, "404": 404})
def _(side: Side, status: int) -> object:
    return side.wait(side.client(reply({"error": ERROR}, status)).models.delete("ft:a"))


@probe("status/on-list")
def _(side: Side) -> object:
    return side.wait(side.client(reply({"error": ERROR}, 401)).models.list())


BODIES: dict[str, Any] = {
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
    "error-text": {"error": "No"},
    "error-null": {"error": None},
    "error-null-and-message": {"error": None, "message": "No"},
    "error-list": {"error": [{"message": "No"}]},
    "error-empty": {"error": {}},
    "errors": {"errors": [{"message": "No"}]},
    "detail": {"detail": "Not Found"},
    "detail-list": {"detail": [{"loc": ["path"], "msg": "bad", "type": "value_error"}]},
    "problem": {"type": "about:blank", "title": "Not found", "status": 404, "detail": "No such model"},
    "object": {},
    "array": [{"error": {"message": "No"}}],
    "text": "No",
    "number": 5,
    "null": None,
    "true": True,
}


@probes("error-body", BODIES)
def _(side: Side, body: Any) -> object:
    return side.wait(side.client(reply(body, 404)).models.retrieve("a"))


@probes(
    "error-body",
    {
        "empty": Answer(404, b"", {"content-type": "text/plain"}),
        "plain": Answer(404, b"  not here\n", {"content-type": "text/plain"}),
        "html": Answer(502, b"<html><title>Bad gateway</title></html>", {"content-type": "text/html"}),
        "cut-json": Answer(404, b'{"error": {"mess'),
        "no-content-type": Answer(404, b'{"error": {"message": "No"}}', {"content-type": ""}),
        "bom": Answer(404, b'\xef\xbb\xbf{"error": {"message": "No"}}'),
        "not-utf-8": Answer(404, b'{"error": {"message": "\xfc"}}'),
        "nan": Answer(404, b'{"error": {"message": "No", "code": NaN}}'),
        "request-id": reply({"error": ERROR}, 404, x_request_id="req-h"),
        "request-id-of-another-name": reply({"error": ERROR}, 404, request_id="req-h"),
        "request-id-in-the-body": reply({"error": ERROR, "request_id": "req-b"}, 404),
    },
)
def _(side: Side, answer: Answer) -> object:
    return side.wait(side.client(answer).models.retrieve("a"))


def _caught(side: Side, answer: Answer, **options: Any) -> Any:
    try:
        side.wait(side.client(answer, **options).models.retrieve("a"))
    except side.sdk.APIError as error:
        return error
    msg = "no error came"
    raise AssertionError(msg)


LOOKS: dict[str, Callable[[Any], Any]] = {
    "response": lambda error: [error.response.status_code, error.response.headers["x-request-id"]],
    "response-json": lambda error: error.response.json(),
    "response-text": lambda error: error.response.text,
    "response-request": lambda error: error.response.request.url.path,
    "request": lambda error: [error.request.method, error.request.url.path],
    "request-is-the-responses": lambda error: error.request is error.response.request,
    "args": lambda error: list(error.args),
    "cause": lambda error: error.__cause__,
    "module": lambda error: type(error).__module__.partition(".")[2],
    "qualified-name": lambda error: type(error).__qualname__,
    "body-is-the-inner-object": lambda error: error.body["message"],
    "class-status": lambda error: type(error).status_code,
    "repr": repr,
}


@probes("error", LOOKS)
def _(side: Side, look: Callable[[Any], Any]) -> object:
    return look(_caught(side, reply({"error": ERROR}, 404, x_request_id="req-6")))


@probe("error/pickled")
def _(side: Side) -> object:
    error = pickle.loads(pickle.dumps(_caught(side, reply({"error": ERROR}, 404))))
    return [str(error), error.status_code]


@probe("error/tree")
def _(side: Side) -> object:
    classes = {name: getattr(side.sdk, name) for name in NAMES}
    return {name: [other for other in NAMES if issubclass(kind, classes[other])] for name, kind in classes.items()} | {
        "base": [base.__name__ for base in side.sdk.OpenAIError.__bases__]
    }


@probe("connection/refused")
def _(side: Side) -> object:
    return side.wait(side.client(base_url="http://127.0.0.1:9/v1").models.retrieve("a"))


@probe("connection/refused-cause")
def _(side: Side) -> object:
    error = _caught(side, reply(MODEL), base_url="http://127.0.0.1:9/v1")
    return [type(error.__cause__).__name__, error.request.url.path, hasattr(error, "response")]


@probe("connection/no-such-scheme")
def _(side: Side) -> object:
    return side.wait(side.client(base_url="ftp://127.0.0.1/v1").models.retrieve("a"))


@probe("connection/dropped")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(dropped=True)).models.retrieve("a"))


@probe("connection/cut-off")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(200, b'{"id": "a"', cut=10)).models.retrieve("a"))


@probe("connection/timeout")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(stalled=True), timeout=0.2).models.retrieve("a"))


@probe("connection/timeout-per-call")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(stalled=True)).models.retrieve("a", timeout=0.2))


@probe("connection/timeout-is-a-connection-error")
def _(side: Side) -> object:
    error = _caught(side, Answer(stalled=True), timeout=side.sdk.Timeout(5, read=0.2))
    return [type(error).__name__, isinstance(error, side.sdk.APIConnectionError), error.request.method, str(error)]


REQUEST = httpx.Request("GET", "http://127.0.0.1/v1/models")


@probes(
    "made-by-hand",
    {
        "NotFoundError": lambda sdk: sdk.NotFoundError(
            "No", response=httpx.Response(404, request=REQUEST, headers={"x-request-id": "r"}), body={"code": "c"}
        ),
        "RateLimitError": lambda sdk: sdk.RateLimitError(
            "No", response=httpx.Response(429, request=REQUEST), body=None
        ),
        "APIStatusError": lambda sdk: sdk.APIStatusError("No", response=httpx.Response(418, request=REQUEST), body="x"),
        "APITimeoutError": lambda sdk: sdk.APITimeoutError(request=REQUEST),
        "APITimeoutError-positional": lambda sdk: sdk.APITimeoutError(REQUEST),
        "APIConnectionError": lambda sdk: sdk.APIConnectionError(request=REQUEST),
        "APIConnectionError-message": lambda sdk: sdk.APIConnectionError(message="No", request=REQUEST),
        "APIError": lambda sdk: sdk.APIError("No", REQUEST, body={"type": "t", "code": 5}),
        "APIResponseValidationError": lambda sdk: sdk.APIResponseValidationError(
            response=httpx.Response(200, request=REQUEST), body={}
        ),
        "OpenAIError": lambda sdk: sdk.OpenAIError("No"),
        "NotFoundError-without-body": lambda sdk: sdk.NotFoundError(
            "No", response=httpx.Response(404, request=REQUEST)
        ),
    },
)
def _(side: Side, make: Callable[[Any], BaseException]) -> object:
    return make(side.sdk)
