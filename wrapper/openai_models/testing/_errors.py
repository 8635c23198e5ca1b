"""The errors of the official API, with its own messages where they are known.

400  the ID is not percent-encoded UTF-8; the request is not HTTP
401  no bearer key; an invalid one
403  the key may not delete; the model is not one that the organization owns
404  unknown model; unknown URL
405  method not allowed on this URL
500  a bug in the mock itself
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from ._json import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

# RFC 9110 §15.5.2: every 401 carries a challenge.
CHALLENGE: Final = {"www-authenticate": 'Bearer realm="OpenAI API"'}
STATUSES: Final = frozenset(HTTPStatus)
# Message, type and code by status, from the page "Error codes" of the API's documentation.
INJECTED: Final = {
    429: ("Rate limit reached for requests", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    503: ("The engine is currently overloaded, please try again later", "server_error", None),
}
# A key of this length or more is masked except for its ends, a shorter one completely.
PARTLY_MASKED_LENGTH: Final = 20
VISIBLE_START: Final = 8
VISIBLE_END: Final = 4


class EnvelopeError(Exception):
    """An error that is sent as the official error envelope.

    Args:
        status: Status code.
        message: `error.message`.
        type: `error.type`.
        param: `error.param`, the argument at fault.
        code: `error.code`.
        headers: Additional response headers.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = encode({"error": {"message": message, "type": type, "param": param, "code": code}})
        self.headers = headers


def malformed_request() -> EnvelopeError:
    """Return the error for bytes that are not HTTP."""
    return EnvelopeError(400, "The server could not understand the request: it is not valid HTTP.")


def malformed_id(raw: str) -> EnvelopeError:
    """Return the error for an ID that can't be decoded."""
    return EnvelopeError(400, f"Invalid model id in the URL, not percent-encoded UTF-8: {raw}", param="model")


def missing_key() -> EnvelopeError:
    """Return the error for a request without `Authorization: Bearer …` (github.com/tjake/Jlama/issues/102)."""
    return EnvelopeError(401, "Missing bearer authentication in header", headers=CHALLENGE)


def invalid_key(key: str) -> EnvelopeError:
    """Return the error for an unknown key (github.com/sanand0/aipipe/issues/16)."""
    return EnvelopeError(
        401,
        f"Incorrect API key provided: {mask(key)}."
        " You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
        headers=CHALLENGE,
    )


def delete_forbidden() -> EnvelopeError:
    """Return the error for a key whose role is not Owner, and for a base model: the API does not tell them apart."""
    return EnvelopeError(
        403,
        "You have insufficient permissions for this operation. Missing scopes: api.delete."
        " Check that you have the correct role in your organization (Owner) and project (Member, Owner),"
        " and if you're using a restricted API key, that it has the necessary scopes.",
    )


def unknown_model(model_id: str) -> EnvelopeError:
    """Return the error for retrieving an unknown model."""
    return EnvelopeError(404, f"The model '{model_id}' does not exist", param="model", code="model_not_found")


def nothing_to_delete() -> EnvelopeError:
    """Return the error for deleting an unknown model; its message differs (github.com/openai/openai-node/issues/14)."""
    return EnvelopeError(404, "That model does not exist", param="model")


def unknown_url(method: str, path: str) -> EnvelopeError:
    """Return the error for an unknown URL."""
    return EnvelopeError(404, f"Invalid URL ({method} {path})")


def method_not_allowed(method: str, path: str, allowed: str) -> EnvelopeError:
    """Return the error for a known URL with another method."""
    return EnvelopeError(
        405,
        f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
        headers={"allow": allowed},
    )


def server_error() -> EnvelopeError:
    """Return the error for a bug in the mock itself."""
    message, type, code = INJECTED[500]
    # uvicorn closes the connection after an exception.
    return EnvelopeError(500, message, type=type, code=code, headers={"connection": "close"})


def injected(status: int) -> EnvelopeError:
    """Return the error for a request that was told to fail with this status."""
    _, kind, code = INJECTED.get(status, ("", "server_error" if status >= 500 else "invalid_request_error", None))
    return EnvelopeError(status, injected_message(status), type=kind, code=code)


def injected_message(status: int) -> str:
    """Return the message for a request that was told to fail with this status."""
    if status in INJECTED:
        return INJECTED[status][0]
    return f"{reason_phrase(status)} (the mock was told to answer with {status})"


def reason_phrase(status: int) -> str:
    """Return the reason phrase of a status."""
    return HTTPStatus(status).phrase if status in STATUSES else "Unknown Error"


def mask(key: str) -> str:
    """Return a key as the official API repeats it: its ends, or for a short one its length only."""
    if len(key) < PARTLY_MASKED_LENGTH:
        return "*" * len(key)
    return key[:VISIBLE_START] + "*" * (len(key) - VISIBLE_START - VISIBLE_END) + key[-VISIBLE_END:]
