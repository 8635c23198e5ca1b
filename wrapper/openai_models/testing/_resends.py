"""Recognize a GET that the client resends on a new connection, so that one dropped attempt consumes one fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ._clock import machine_time

if TYPE_CHECKING:
    from collections.abc import Hashable

    from starlette.types import Scope

    from ._faults import Fault

# Key in an ASGI scope's state: counts the requests of the connection.
REQUEST_COUNTER: Final = "openai_models.requests"
# A resend follows at once; an equal request that comes later is another call.
RESEND_SECONDS: Final = 1.0


@dataclass(frozen=True)
class RequestIdentity:
    """What identifies a request as a possible resend.

    Attributes:
        key: Equal for a request and its resend; None if the client would not resend this request.
        is_first: Whether it is the first request on its connection.
    """

    key: Hashable
    is_first: bool

    @classmethod
    def of(cls, scope: Scope) -> RequestIdentity:
        """Return the identity of the request in a scope. Call once per request: it counts those of a connection.

        This package's transport resends a GET on a new connection if the server closes a kept-alive one before
        responding (RFC 9112 §9.3.1); retries differ by their count. An `httpx.Client` of the user's never resends: it
        is recognized by its `Connection` header.
        """
        headers = dict(scope["headers"])
        is_ours = b"x-stainless-retry-count" in headers and not headers.keys() & {b"x-stainless-lang", b"connection"}
        key = (scope["raw_path"], scope["query_string"], tuple(scope["headers"]))
        is_first = next(scope["state"].get(REQUEST_COUNTER, iter([0]))) == 0
        return cls(key if scope["method"] == "GET" and is_ours else None, is_first)


class ExpectedResends:
    """The faults of dropped requests whose resend is to be dropped as well. Used in the server's thread only."""

    def __init__(self) -> None:
        self._expected: dict[Hashable, tuple[Fault, float]] = {}

    def note(self, request: RequestIdentity, fault: Fault | None) -> None:
        """Expect a resend if the request is about to be dropped and the client will resend it."""
        if fault is None or fault.kind != "drop" or fault.after_bytes is not None:
            return
        if request.key is not None and not request.is_first:
            self._expected[request.key] = (replace(fault, delay=0.0), machine_time() + RESEND_SECONDS)

    def take(self, request: RequestIdentity) -> Fault | None:
        """Return the fault of the request that this one resends; None if it is not a resend."""
        if request.key is None or not request.is_first or request.key not in self._expected:
            return None
        fault, expires_at = self._expected.pop(request.key)
        return fault if machine_time() < expires_at else None
