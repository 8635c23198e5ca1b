"""Requests that a client sends again at once, since their connection was dropped; a dropped attempt is both of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from starlette.types import Scope

    from ._faults import Fault

# The key in the state of a connection under which its requests are counted.
REQUESTS: Final = "openai_models.requests"
# What comes later is another call.
RESEND_SECONDS: Final = 1.0


@dataclass(frozen=True)
class SentRequest:
    """A request as far as it tells whether it may be a resend.

    Attributes:
        key: What it has in common with the same one sent again; None if its client would not do that.
        is_first: Whether it is the first on its connection.
    """

    key: Hashable
    is_first: bool

    @classmethod
    def of(cls, scope: Scope) -> SentRequest:
        """Read the scope of a request, once for each request: it counts those of a connection.

        This package's client sends a GET again, on a new connection, if a kept-alive one is closed before the
        answer begins. Its retries differ in their count. Over an `httpx.Client` of the user's nothing is sent
        again: that names the connection in a header.
        """
        headers = dict(scope["headers"])
        is_ours = b"x-stainless-retry-count" in headers and not headers.keys() & {b"x-stainless-lang", b"connection"}
        key = (scope["raw_path"], scope["query_string"], tuple(scope["headers"]))
        is_first = next(scope["state"].get(REQUESTS, iter([0]))) == 0
        return cls(key if scope["method"] == "GET" and is_ours else None, is_first)


class Resends:
    """The resends that are expected, each to be dropped as well; used in the server's thread alone."""

    def __init__(self) -> None:
        self._expected: dict[Hashable, tuple[Fault, float]] = {}

    def note(self, request: SentRequest, fault: Fault | None) -> None:
        """Expect a request again if it is about to be dropped and its client sends it again."""
        is_dropped = fault is not None and fault.kind == "drop" and fault.after_bytes is None
        if fault is not None and is_dropped and request.key is not None and not request.is_first:
            self._expected[request.key] = (replace(fault, delay=0.0), time.monotonic() + RESEND_SECONDS)

    def take(self, request: SentRequest) -> Fault | None:
        """Return the fault that a request is sent again for; None if it is another call."""
        if request.key is None or not request.is_first or request.key not in self._expected:
            return None
        fault, ends_at = self._expected.pop(request.key)
        return fault if time.monotonic() < ends_at else None
