"""Map a response that has been read to JSON or to an error, without I/O.

status              body                               outcome
2xx                 what the operation gives           the value
2xx                 anything else                      APIResponseValidationError
3xx                 (a redirect that isn't followed)   APIStatusError
4xx, 5xx            any                                the status' own error
"""

import codecs
import json
import re
from contextlib import suppress
from itertools import chain
from typing import Any, Final

from .._exceptions import APIResponseValidationError, APIStatusError, error_class, text_of
from .._httpx import ByteStream, Response
from .._redaction import kept_content, redact_url
from .error_text import error_detail, request_id, says_failed, sentence, sentence_of_failure, shortened

_SHOWN: Final = 200
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]+)", re.ASCII | re.IGNORECASE)
# What Python alone calls encodings: some take a time that grows with the square of the text, some warn.
_NO_CHARSETS: Final = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"}
_DEEPEST: Final = 100
_PASSES: Final = 8
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


def read_text(response: Response) -> str:
    """Read a body as text, whatever its content type calls its characters."""
    content = kept_content(response) or b""
    # In the beginning of the content type: httpx's parser can take seconds for all of it.
    named = _CHARSET.search(response.headers.get("content-type", "")[:_SHOWN])
    try:
        charset = codecs.lookup(named[1]).name if named else "utf-8"
        return content.decode("utf-8" if charset in _NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError):  # no encoding, or none of text: `hex`
        return content.decode("utf-8", "replace")


def read_json(response: Response) -> object:
    """Read a body as JSON, whatever its content type says.

    UTF-8, UTF-16 and UTF-32 are told apart by their first bytes (RFC 4627 §3), a byte order mark is passed over.

    Raises:
        ValueError: It isn't JSON, or nests too deep to be read.
    """
    return _load_json(kept_content(response) or b"")


def _load_json(content: bytes) -> object:
    try:
        value: object = json.loads(content)
        if len(content) > 2 * _DEEPEST:  # a shorter body has not enough brackets
            _check_depth(content, value)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    return value


def _check_depth(content: bytes, value: object) -> None:
    """Raise a `RecursionError` where Python would later, in a `repr` or a copy."""
    brackets = content.translate(None, delete=_NO_BRACKETS)
    for _ in range(_PASSES):  # no list of models takes more, and each goes through the whole body
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    # What is left nests deeper, or stands inside of strings.
    level = [value]
    for _ in range(_DEEPEST):
        nodes = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = list(chain.from_iterable(nodes))
    if level:
        raise RecursionError


def status_error(response: Response, *, refused: str | None = None) -> APIStatusError:
    """Build the error for a response whose status isn't a success.

    The text is that of the official SDK where the body has OpenAI's form; where it has
    another, the server's own sentence is found and put in its place.

    Args:
        response: The response, read.
        refused: Why a redirect was not followed.
    """
    body: object
    try:
        body = read_json(response)
    except ValueError:
        body = text = read_text(response).strip()
        with suppress(ValueError):  # JSON but for a byte that isn't UTF-8, which must not hide the rest
            body = _load_json(text.encode("utf-8", "replace"))
    said = refused or sentence_of_failure(body)
    message = f"Error code: {response.status_code}" + (f" - {said}" if said else "")
    inner = body.get("error", body) if isinstance(body, dict) else body  # as the official SDK does
    error = error_class(response.status_code)(message, response=response, body=inner)
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    for name in ("code", "param", "type"):
        if getattr(error, name) is None:  # `{"error": "text", "code": ...}`
            setattr(error, name, text_of(error_detail(body, name)))
    error.request_id = request_id(response.headers, body)
    return error


def validation_error(response: Response, why: str, body: object = None) -> APIResponseValidationError:
    """Build the error for a success that doesn't hold what it should.

    Args:
        response: The response, read.
        why: What is wrong, as a sentence without its stop.
        body: The body as JSON, if it was.
    """
    identity = request_id(response.headers, body)
    # In an array, what isn't said to be an error describes models.
    words = [each for each in body if isinstance(each, dict) and says_failed(each)] if isinstance(body, list) else body
    said = sentence(words) if isinstance(words, dict | list) else ""
    told = f" ({said})" if said else ""
    text = read_text(response)
    begins = f"the body begins {text[:_SHOWN]!r}" if text else "the body is empty"
    if kept_content(response) is None:
        begins = "the body was read in pieces"
    where = f"{response.request.method} {redact_url(response.request.url)}"
    named = f", request id {shortened(identity)}" if identity else ""
    message = f"{shortened(why)}{told}. {where}: status {response.status_code}{named}; {begins}"
    error = APIResponseValidationError(response, text if body is None else body, message=message)
    error.request_id = identity
    return error


def load_object(response: Response, problem: str | None) -> Any:
    """Return the JSON of a success.

    Args:
        response: The response, read.
        problem: What is wrong with its body; see `Decoder.problem`.

    Raises:
        APIResponseValidationError: It has no JSON.
    """
    # Without httpx's `read`, which shows in the benchmark row "retrieve, sync" where nobody looks at the response.
    content = b"".join(response.stream) if isinstance(response.stream, ByteStream) else response.content
    if problem is None:
        try:
            return _load_json(content)
        except ValueError as error:
            problem = f"is not JSON ({error})" if content.strip() else "is empty, where JSON should be"
    raise validation_error(response, f"The body {problem}")
