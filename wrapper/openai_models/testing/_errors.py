"""The errors of the official API, in its own words as far as they are known.

400  the id is no percent-encoded UTF-8; what came is no HTTP
401  no bearer key; a wrong one
403  the key may not delete; the model is none of the organization's own
404  no such model; no such URL
405  no such method on this URL
500  a fault of the mock's own
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from ._encoding import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

MASKED_FROM = 20
SHOWN_HEAD = 8
SHOWN_TAIL = 4


class RefusedError(Exception):
    """An answer with the error envelope.

    Args:
        status: Its status.
        message: The sentence for people.
        type: The kind of error.
        param: The parameter at fault.
        code: The word for programs.
        headers: Headers that belong to this error.
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


def malformed_request() -> RefusedError:
    """What came is not HTTP."""
    return RefusedError(400, "The server could not understand the request: it is not valid HTTP.")


def malformed_id(raw: str) -> RefusedError:
    """The id in the path can't be decoded."""
    return RefusedError(400, f"Invalid model id in the URL, not percent-encoded UTF-8: {raw}", param="model")


def missing_key() -> RefusedError:
    """There is no `Authorization: Bearer …` (github.com/tjake/Jlama/issues/102)."""
    return RefusedError(401, "Missing bearer authentication in header", headers=CHALLENGE)


def wrong_key(key: str) -> RefusedError:
    """The key is not one of the server's (github.com/sanand0/aipipe/issues/16)."""
    return RefusedError(
        401,
        f"Incorrect API key provided: {masked(key)}."
        " You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
        headers=CHALLENGE,
    )


def may_not_delete() -> RefusedError:
    """The key's role is not Owner, or the model is a base model: the API answers both alike."""
    return RefusedError(
        403,
        "You have insufficient permissions for this operation. Missing scopes: api.delete."
        " Check that you have the correct role in your organization (Owner) and project (Member, Owner),"
        " and if you're using a restricted API key, that it has the necessary scopes.",
    )


def unknown_model(model_id: str) -> RefusedError:
    """There is no such model to retrieve."""
    return RefusedError(404, f"The model '{model_id}' does not exist", param="model", code="model_not_found")


def nothing_to_delete() -> RefusedError:
    """There is no such model to delete; worded unlike the other (github.com/openai/openai-node/issues/14)."""
    return RefusedError(404, "That model does not exist", param="model")


def unknown_url(method: str, path: str) -> RefusedError:
    """There is no such URL."""
    return RefusedError(404, f"Invalid URL ({method} {path})")


def wrong_method(method: str, path: str, allowed: str) -> RefusedError:
    """The URL is there, but not for this method."""
    return RefusedError(
        405,
        f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
        headers={"allow": allowed},
    )


def server_fault() -> RefusedError:
    """The mock itself failed."""
    return RefusedError(
        500,
        "The server had an error while processing your request. Sorry about that!",
        type="server_error",
        headers={"connection": "close"},  # as uvicorn does after an exception
    )


# By status: sentence, type and code, as the page "Error codes" of the API's documentation has them.
STATUSES: Final = frozenset(HTTPStatus)
FAILURES: Final = {
    429: ("Rate limit reached for requests", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    503: ("The engine is currently overloaded, please try again later", "server_error", None),
}


def failure_sentence(status: int) -> str:
    """Say what went wrong with a request that the mock was told to fail."""
    if status in FAILURES:
        return FAILURES[status][0]
    return f"{phrase(status)} (the mock was told to answer with {status})"


def failure(status: int) -> RefusedError:
    """The mock was told to fail."""
    message = failure_sentence(status)
    _, kind, code = FAILURES.get(status, ("", "server_error" if status >= 500 else "invalid_request_error", None))
    return RefusedError(status, message, type=kind, code=code)


def phrase(status: int) -> str:
    """Give the words that belong to a status."""
    return HTTPStatus(status).phrase if status in STATUSES else "Unknown Error"


# RFC 9110 §15.5.2 wants one with every 401.
CHALLENGE = {"www-authenticate": 'Bearer realm="OpenAI API"'}


def masked(key: str) -> str:
    """Give a key as the official API repeats it: its ends, or, of a short one, nothing but its length."""
    if len(key) < MASKED_FROM:
        return "*" * len(key)
    return key[:SHOWN_HEAD] + "*" * (len(key) - SHOWN_HEAD - SHOWN_TAIL) + key[-SHOWN_TAIL:]
