"""From an answer to a value or an error. Pure: the answer has been read before.

status              body                               outcome
2xx                 what the operation gives           the value
2xx                 anything else                      APIResponseValidationError
3xx                 (a redirect that isn't followed)   APIStatusError
4xx, 5xx            any                                the status' own error
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ._errors import APIResponseValidationError, error_class
from ._failures import request_id, sentence

if TYPE_CHECKING:
    from ._errors import APIStatusError
    from ._http import Response

_SHOWN: Final = 200


def read_json(response: Response) -> object:
    """Read a body as JSON, whatever its content type says.

    UTF-8, UTF-16 and UTF-32 are told apart by their first bytes (RFC 4627 §3), a byte
    order mark is passed over.

    Raises:
        ValueError: It isn't JSON, or nests too deep to be read.
    """
    try:
        return json.loads(response.content)
    except RecursionError:
        msg = "it nests too deep"
        raise ValueError(msg) from None


def status_error(response: Response, *, refused: str | None = None) -> APIStatusError:
    """Make the error for an answer whose status isn't a success.

    The text is that of the official SDK where the body has OpenAI's form; where it has
    another, the server's own sentence is found and put in its place.

    Args:
        response: The answer, read.
        refused: Why a redirect was not followed.
    """
    body: object
    try:
        body = read_json(response)
    except ValueError:
        body = _json_or_text(response.text.strip())
    said = refused or sentence(body)
    message = f"Error code: {response.status_code}" + (f" - {said}" if said else "")
    error = error_class(response.status_code)(message, response=response, body=_inner(body))
    if error.request_id is None:
        error.request_id = request_id(response.headers, body)
    return error


def _json_or_text(text: str) -> object:
    """Read an error's body that is JSON but for a byte that isn't UTF-8, which must not hide the rest."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _inner(body: object) -> object:
    """Give the `error` object where there is one, as the official SDK does."""
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if isinstance(body, dict):
        return body.get("error", body)
    return body


def invalid(response: Response, why: str, body: object = None) -> APIResponseValidationError:
    """Make the error for a success that doesn't hold what it should.

    Args:
        response: The answer, read.
        why: What is wrong, as a sentence without its stop.
        body: The answer as JSON, if it was.
    """
    identity = request_id(response.headers, body)
    told = f" ({sentence(body)})" if isinstance(body, dict) and body.get("error") and sentence(body) else ""
    shown = response.content[:_SHOWN]
    begins = f"the body begins {shown!r}" if shown else "the body is empty"
    message = f"{why}{told}. Status {response.status_code}, request id {identity}; {begins}"
    error = APIResponseValidationError(response, response.text if body is None else body, message=message)
    error.request_id = identity
    return error


def object_in(response: Response, problem: str | None) -> Any:
    """Give the JSON of a success.

    Args:
        response: The answer, read.
        problem: What is wrong with its body; see `BodyReader.problem`.

    Raises:
        APIResponseValidationError: It has no JSON.
    """
    if problem is not None:
        raise invalid(response, f"The body {problem}")
    if not response.content.strip():
        raise invalid(response, "The body is empty, where JSON should be")
    try:
        return read_json(response)
    except ValueError as error:
        raise invalid(response, f"The body is not JSON ({error})") from None
