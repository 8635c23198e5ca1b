"""What can be read from an answer."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemathesis import Case
    from schemathesis.core.transport import Response

NO_JSON: Final = object()
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Servers and proxies in front of an application, and HTTP libraries under it, answer all others themselves.
APPLICATION_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
DOCUMENTED_METHODS: Final = frozenset({"GET", "DELETE"})
RATE_LIMITED: Final = 429
# A client takes them out of a path, however they are written (RFC 3986 §5.2.4).
NO_SEGMENTS: Final = frozenset({".", ".."})
SENTENCES: Final = ("message", "detail", "error", "title", "msg")
LISTING: Final = "/models"
ONE: Final = "/models/{model}"


def content(response: Response) -> Any:
    """Return the body as JSON, or `NO_JSON`. As clients do, whatever charset the content type names."""
    try:
        return load_json(response.content)
    except ValueError:
        return NO_JSON


@lru_cache(maxsize=1)  # for the many checks of one response
def load_json(body: bytes) -> Any:
    """Return a body as JSON, also one with a byte order mark."""
    return json.loads(body)


def text_of(response: Response) -> str:
    """Return the body as text, in the encoding that its first bytes show."""
    return response.content.decode(json.detect_encoding(response.content), "replace")


def is_list(case: Case[Any], response: Response) -> bool:
    """Return whether it is a list that came."""
    return case.operation.path == LISTING and method_of(response) == "GET" and response.status_code == 200


def is_model(case: Case[Any], response: Response) -> bool:
    """Return whether it is one model that came."""
    return case.operation.path == ONE and method_of(response) == "GET" and response.status_code == 200


def method_of(response: Response) -> str:
    """Return the method."""
    return str(response.request.method)


def requested_id(response: Response) -> str:
    """Return the id that the path named."""
    return unquote(urlsplit(str(response.request.url)).path.rsplit("/", 1)[-1])


def is_inconclusive(response: Response) -> bool:
    """Return whether it tells nothing of the server: it was busy, or the path may have become another on the way."""
    return response.status_code == RATE_LIMITED or requested_id(response) in NO_SEGMENTS


def models_of(page: Any) -> list[Any] | None:
    """Return the models of a list in any of the forms that clients read; None where it is no list."""
    data = page.get("data", NO_JSON) if isinstance(page, dict) else page
    if data is None:
        return []
    return data if isinstance(data, list) else None


def model_id(model: Any) -> str | None:
    """Return a model's id, if it has one that a path can hold."""
    value = model.get("id") if isinstance(model, dict) else None
    return value if isinstance(value, str) and value and not LONE_SURROGATE.search(value) else None


def is_from_front(response: Response, *, is_odd: bool = False) -> bool:
    """Return whether what answered may not be the application, but what stands in front of it, in its own words.

    Args:
        response: The response.
        is_odd: Whether the request has a path or a header that may get no further.
    """
    status, method = response.status_code, method_of(response)
    may = status == 501 or 400 <= status < 500 or (status < 400 and method in {"HEAD", "OPTIONS"})
    return (may and method not in APPLICATION_METHODS) or (is_odd and status == 400)


def is_freedom(name: str, response: Response, *, is_odd: bool = False) -> bool:
    """Return whether a check of schemathesis' own says no to what a faithful server may do, or another check judges."""
    if name != "allow_header_conformance" and is_from_front(response, is_odd=is_odd):
        return True
    if name == "ignored_auth":  # which status a refusal has is for `key_required` to judge
        return response.status_code >= 400
    if name == "unsupported_method":
        return response.status_code == 404
    return (
        name == "not_a_server_error" and response.status_code == 501 and method_of(response) not in DOCUMENTED_METHODS
    )


def official_error(body: Any) -> bool:
    """Return whether it is the documented envelope."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not {"message", "type", "param", "code"} <= set(error):
        return False
    return (
        isinstance(error["message"], str)
        and isinstance(error["type"], str)
        and all(error[name] is None or isinstance(error[name], str) for name in ("param", "code"))
    )


def sentence_of(body: Any) -> str | None:
    """Return what an error says to people, in any of the forms that servers use."""
    if isinstance(body, str):
        return body or None
    if isinstance(body, list):
        return next((found for found in map(sentence_of, body) if found), None)
    if isinstance(body, dict):
        values = (body.get(name) for name in (*SENTENCES, "errors"))
        return next((found for found in map(sentence_of, values) if found), None)
    return None


def shape_of(response: Response) -> tuple[object, ...]:
    """Return what two answers to unknown models have in common, whatever the models are called."""
    body = content(response)
    error = body.get("error") if isinstance(body, dict) else None
    words: Mapping[str, object] = error if isinstance(error, dict) else {}
    keys = tuple(sorted(body)) if isinstance(body, dict) else type(body).__name__
    return response.status_code, keys, words.get("type"), words.get("param"), words.get("code")
