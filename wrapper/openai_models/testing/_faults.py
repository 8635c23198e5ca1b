"""Faults as plain data, and the queue that assigns them to requests. No I/O.

Fault       one kind of misbehaviour, for a number of requests
FaultQueue  the faults still to come, in order, and the random ones
"""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from . import _validation as check
from ._resends import ExpectedResends

FaultKind = Literal["fail", "break", "delay", "drop", "drip"]
Operation = Literal["list", "retrieve", "delete"]
Breakage = Literal["truncated", "garbage", "html", "empty"]

METHOD_NAMES: Final[Mapping[FaultKind, str]] = {kind: f"{kind}_next" for kind in get_args(FaultKind)}
# The statuses of an overloaded service. 429 is listed twice to be drawn twice as often.
RANDOM_STATUSES: Final = (429, 429, 500, 502, 503)
# `/model/` is OpenRouter's path of a single model.
OPERATION_PATH: Final = re.compile(r"/models$|/models?/.+")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Fault:
    """A queued fault, as `MockServer.pending_faults` returns it. Created by `MockServer.fail_next` and its siblings.

    The `repr` omits headers and body, which may hold a key. `str(fault)` also tells how many requests have met it.

    Attributes:
        kind: The method that queued it: `"fail"` for `fail_next`, `"drop"` for `drop_next` and so on.
        times: Number of further requests that it applies to, 1 or more.
        met: Number of requests that it has been applied to.
        on: The operation that it applies to; None for any request.
        delay: Seconds before the mock acts on the request.
        status: For `"fail"`: the status code, 200 to 599.
        headers: For `"fail"`: the response headers, names in lower case.
        body: For `"fail"`: the response body; None for the error body of the server that the mock imitates.
        how: For `"break"`: what happens to the body.
        after_bytes: For `"drop"`: number of body bytes to send before closing the connection; None to close it without
            any response.
        chunk: For `"drip"`: bytes per piece, 1 or more.
        interval: For `"drip"`: seconds between two pieces.
    """

    kind: FaultKind
    times: int = 1
    met: int = 0
    on: Operation | None = None
    delay: float = 0.0
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    how: Breakage = "truncated"
    after_bytes: int | None = None
    chunk: int = 1
    interval: float = 0.0

    def __repr__(self) -> str:
        return f"<Fault {self._call(self.times)}>"

    def __str__(self) -> str:
        total = self.met + self.times
        return f"{self._call(total)}: met by {self.met} of {total} {f'{self.on} ' if self.on else ''}requests"

    def _call(self, times: int) -> str:
        """Return the call that queues this fault for so many requests."""
        arguments = {
            "fail": f"status={self.status}, ",
            "break": f"{self.how!r}, ",
            "delay": f"{self.delay:g}, ",
            "drop": f"after_bytes={self.after_bytes}, ",
            "drip": f"{self.interval:g}, chunk={self.chunk}, ",
        }[self.kind]
        on = f", on={self.on!r}" if self.on else ""
        return f"{METHOD_NAMES[self.kind]}({arguments}times={times}{on})"


class FaultQueue:
    """Decide which request fails, and how. Thread-safe.

    Args:
        latency: Seconds before every response.
        fail_rate: Share of requests that fail at random, 0.0 to 1.0.
        seed: Seed of the random failures.

    Raises:
        ValueError: An argument is out of range.
    """

    def __init__(self, latency: float = 0.0, fail_rate: float = 0.0, seed: int = 0) -> None:
        self.latency = check.seconds("latency", latency)
        self._fail_rate = check.fail_rate(fail_rate)
        self._seed = check.integer("seed", seed)
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Remove all queued faults and restart the random failures from the seed."""
        with self._lock:
            self._pending: list[Fault] = []
            self.resends = ExpectedResends()
            self._random = random.Random(self._seed)  # noqa: S311 - reproducible on purpose, no secret

    def add(self, fault: Fault) -> None:
        """Append a fault to the queue."""
        with self._lock:
            self._pending.append(fault)

    @property
    def pending(self) -> list[Fault]:
        """A copy of the queue, oldest first."""
        with self._lock:
            return list(self._pending)

    def take(self, operation: Operation | None) -> Fault | None:
        """Consume and return the oldest fault for this operation; else draw a random failure, or return None.

        Args:
            operation: The operation of the request; None for a request that is none.
        """
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.on in (None, operation):
                    remaining = replace(fault, times=fault.times - 1, met=fault.met + 1)
                    self._pending[index : index + 1] = [remaining] if remaining.times else []
                    return fault
            if self._random.random() < self._fail_rate:
                return Fault(kind="fail", status=self._random.choice(RANDOM_STATUSES))
            return None


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation of a request, whatever the prefix of its path; None if it is none."""
    matched = OPERATION_PATH.search(path)
    if matched is None:
        return None
    is_list = matched[0] == "/models"
    if method == "GET":
        return "list" if is_list else "retrieve"
    return "delete" if method == "DELETE" and not is_list else None
