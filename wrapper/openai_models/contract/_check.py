"""The registry of checks, for schemathesis and for the report."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import schemathesis

from ._level import Level
from ._response_helpers import is_inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import Case, CheckContext
    from schemathesis.core.transport import Response

    Function = Callable[[CheckContext, Response, Case[Any]], bool | None]


@dataclass(frozen=True)
class Check:
    """A check.

    Attributes:
        name: Its name.
        level: The level at which a failure counts; `COMPATIBLE` counts at both.
        requirement: What it requires, in a sentence.
        deletes: Whether it needs a model that may be deleted.
    """

    name: str
    level: Level
    requirement: str
    deletes: bool = False


class ContractViolation(AssertionError):
    """A server doesn't do what a check requires.

    Args:
        actual: What was received.
        expected: What should have been.
    """

    def __init__(self, actual: str, expected: str) -> None:
        super().__init__(f"{actual}. Expected: {expected}")
        self.actual = actual
        self.expected = expected


CUSTOM_CHECKS: Final[dict[str, Check]] = {}


def check(level: Level, *, deletes: bool = False) -> Callable[[Function], Function]:
    """Register a check with schemathesis; the first line of its docstring is the requirement.

    It returns True for a response that it has nothing to say about. That is so of every answer with 429, and of those
    to requests for `.` and `..`.
    """

    def register(function: Function) -> Function:
        name = function.__name__
        CUSTOM_CHECKS[name] = Check(name, level, (inspect.getdoc(function) or "").partition("\n")[0], deletes)

        @wraps(function)
        def unless_nothing_is_said(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
            return True if is_inconclusive(response) else function(ctx, response, case)

        return schemathesis.check(unless_nothing_is_said)

    return register


O, C = Level.OFFICIAL, Level.COMPATIBLE  # noqa: E741 - so that the table below is one
# Those of schemathesis; what they require is said here, as their own words are for users of schemathesis.
BUILTIN_CHECKS: Final = {
    name: Check(name, level, requirement)
    for name, level, requirement in (
        ("not_a_server_error", C, "No request makes the server fail with 5xx."),
        ("status_code_conformance", O, "Every status is one that the API documents."),
        ("content_type_conformance", O, "Every body has the content type application/json."),
        ("response_headers_conformance", O, "Every response has the documented headers."),
        ("response_schema_conformance", O, "Every body has the documented fields, of the documented types."),
        ("positive_data_acceptance", O, "A request that is valid is not refused as malformed."),
        ("ignored_auth", O, "A request without the right key is not served."),
        ("unsupported_method", O, "Another method gets 405 with the header Allow, or 401, 403 or 404."),
        ("allow_header_conformance", O, "Allow names the methods that there are, and no others."),
    )
}
# Those that say something of a request that was not generated.
PLAIN_CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
