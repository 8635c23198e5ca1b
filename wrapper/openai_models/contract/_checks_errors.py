"""The checks of errors and of the header x-request-id. What may have been answered in front of the application passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._check import ContractViolation, check
from ._context import current, is_odd
from ._level import Level
from ._response_helpers import (
    APPLICATION_METHODS,
    DOCUMENTED_METHODS,
    NO_JSON,
    content,
    is_from_front,
    method_of,
    official_error,
    sentence_of,
)

if TYPE_CHECKING:
    from schemathesis import Case, CheckContext
    from schemathesis.core.transport import Response


@check(Level.OFFICIAL)
def request_id(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Every response has one x-request-id, and no two responses have the same.

    "Debugging requests" of the API reference: "a unique identifier for this API request". Most compatible servers
    send none; a proxy that adds its own beside the server's sends two.
    """
    run = current()
    if run is None or is_from_front(response, is_odd=is_odd(case.id)):
        return True
    values = response.headers.get("x-request-id", [])
    if len(values) != 1 or not values[0].strip() or "," in values[0]:
        actual = "x-request-id is missing" if not any(values) else "x-request-id comes more than once"
        raise ContractViolation(actual, "one")
    if run.request_ids.setdefault(values[0], case.id) != case.id:
        raise ContractViolation("the x-request-id of another answer comes again", "a new one with every answer")
    return None


@check(Level.OFFICIAL)
def error_envelope(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Every error has the documented envelope.

    Schemas ErrorResponse and Error: `{"error": {"message", "type", "param", "code"}}`, also where the API reference
    documents only the status. vLLM sends `code` as a number, llama.cpp no `param`, FastAPI `{"detail": …}`.
    """
    is_front = is_from_front(response, is_odd=is_odd(case.id))
    if response.status_code < 400 or method_of(response) == "HEAD" or is_front:
        return True
    if not official_error(content(response)):
        raise ContractViolation(
            f"{response.status_code} without the documented envelope",
            'the body {"error": {"message", "type", "param", "code"}}',
        )
    return None


@check(Level.COMPATIBLE)
def error_sentence(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """Every error is JSON with a sentence for people.

    `error.message` of the schema Error; `{"error": "…"}`, `{"detail": …}` and `{"message": …}` are read by clients as
    well. Ollama's router answers in plain text, and proxies in HTML. Of methods that clients use: what else is refused
    may be so in any words.
    """
    is_front = is_from_front(response, is_odd=is_odd(case.id))
    if response.status_code < 400 or method_of(response) not in DOCUMENTED_METHODS or is_front:
        return True
    body = content(response)
    if body is NO_JSON:
        raise ContractViolation(f"{response.status_code} with a body that is no JSON", "JSON with a sentence")
    if not isinstance(body, dict | list) or sentence_of(body) is None:
        raise ContractViolation(f"{response.status_code} without a word", "JSON with a sentence")
    return None


@check(Level.COMPATIBLE)
def no_error_under_200(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:  # noqa: ARG001
    """A response with status 200 is not an error.

    "Error codes" of the documentation: errors have their status. Gateways that pass on the body of a server but not
    its status differ (BerriAI/litellm#27030).
    """
    if response.status_code >= 300 or method_of(response) not in APPLICATION_METHODS:
        return True
    body = content(response)
    if isinstance(body, dict) and body.get("error"):
        raise ContractViolation(f"{response.status_code} with an error in the body", "the error's own status")
    return None
