"""The options that every call takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypedDict, TypeVar

from .._config.defaults import NotGiven, Omit
from .._core.operations import Operation
from .._core.request import RequestOptions
from .._http.protocols import Timeout
from .._redaction import redact

T = TypeVar("T")


class CallOptions(TypedDict, total=False):
    """The options of a call, for the annotation of functions that pass them on: `**options: Unpack[CallOptions]`."""

    extra_headers: Mapping[str, str | Omit] | None
    extra_query: Mapping[str, object] | None
    extra_body: object | None
    timeout: float | Timeout | NotGiven | None


class HiddenOptions:
    """The options of one call, out of sight and not checked yet.

    Some tools show the variables of a traceback's frames, and an option may hold a key. So each call hands its
    options over to this, and deletes its own variables.
    """

    def __init__(self, extra_headers: object, extra_query: object, extra_body: object, timeout: object) -> None:
        self._options: Final[dict[str, Any]] = {
            "extra_headers": None if extra_headers is None else redact(extra_headers),
            "extra_query": None if extra_query is None else redact(extra_query),
            "extra_body": extra_body,
            "timeout": timeout,
        }

    def build(self, operation: Operation[T], **arguments: str) -> RequestOptions[T]:
        """Return the options of a request, checked: see `RequestOptions`."""
        return RequestOptions(operation, arguments, **self._options)
