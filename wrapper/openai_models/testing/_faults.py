"""The faults that a mock server has been told to make; plain data, no sockets.

Fault   what is to go wrong, and for how many requests
Faults  those that are still to come, in order, and those that come at random
"""

from __future__ import annotations

import random
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from ._encoding import encode
from ._resends import Resends

if TYPE_CHECKING:
    from collections.abc import Sequence

    Body: TypeAlias = bytes | str | Mapping[str, object] | Sequence[object] | None

Kind = Literal["fail", "break", "delay", "drop", "drip"]
Operation = Literal["list", "retrieve", "delete"]
Breakage = Literal["truncated", "garbage", "html", "empty"]

KINDS: Final[Mapping[Kind, str]] = {kind: f"{kind}_next" for kind in get_args(Kind)}
# What an overloaded service answers, and as often as each stands here.
RANDOM_STATUSES: Final = (429, 429, 500, 502, 503)
STATUSES: Final = range(200, 600)
BODILESS: Final = {204, 304}
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
# OpenRouter has its one model in the singular.
OPERATION_PATH: Final = re.compile(r"/models$|/models?/.+")
FRAMING: Final = {"content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Fault:
    """Something that is to go wrong with the requests to come; `MockServer.fail_next` and its kin make them.

    Headers and body are not in the `repr`, as they may hold a key.

    Attributes:
        kind: `"fail"` for one of `fail_next`, `"drop"` for one of `drop_next`, and so on.
        times: How many more requests it is meant for.
        on: The operation it is meant for; None for whatever comes.
        delay: The seconds before anything is answered.
        status: Of `fail_next`: the status.
        headers: Of `fail_next`: the headers.
        body: Of `fail_next`: the body; None for the error of the server that is played.
        how: Of `break_next`: what becomes of the body.
        after_bytes: Of `drop_next`: how much of the body is sent; None for nothing at all, not even the status.
        chunk: Of `drip_next`: how many bytes are sent at once.
        interval: Of `drip_next`: the seconds from one piece to the next.
    """

    kind: Kind
    times: int = 1
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
        shown = {
            "fail": f"status={self.status}, ",
            "break": f"{self.how!r}, ",
            "delay": f"{self.delay:g}, ",
            "drop": f"after_bytes={self.after_bytes}, ",
            "drip": f"{self.interval:g}, chunk={self.chunk}, ",
        }[self.kind]
        on = f", on={self.on!r}" if self.on else ""
        return f"<Fault {KINDS[self.kind]}({shown}times={self.times}{on})>"


class Faults:
    """Which request fails, and how; safe to use from the server's thread and the test's at once.

    Args:
        latency: The seconds before every answer.
        fail_rate: The share of requests that fail at random.
        seed: What the randomness starts from.

    Raises:
        ValueError: A latency that isn't a time, or a share that isn't one.
    """

    def __init__(self, latency: float = 0.0, fail_rate: float = 0.0, seed: int = 0) -> None:
        self.latency = seconds("latency", latency)
        if not 0 <= number("fail_rate", fail_rate) <= 1:
            message = f"fail_rate is the share of requests that fail, from 0.0 (none) to 1.0 (all): {fail_rate!r}"
            raise ValueError(message)
        self._fail_rate = fail_rate
        self._seed = whole("seed", seed)
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget what was to come; start the randomness anew."""
        with self._lock:
            self._pending: list[Fault] = []
            self.resends = Resends()
            # Not for secrets: whoever runs it is meant to get the same again.
            self._random = random.Random(self._seed)  # noqa: S311

    def add(self, fault: Fault) -> None:
        """Have a fault made, once those before it are."""
        with self._lock:
            self._pending.append(fault)

    @property
    def pending(self) -> list[Fault]:
        """Those that no request has met yet; a copy."""
        with self._lock:
            return list(self._pending)

    def take(self, operation: Operation | None) -> Fault | None:
        """Return what is to go wrong with the request that has come, if anything is."""
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.on in (None, operation):
                    left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._pending[index : index + 1] = left
                    return fault
            if self._random.random() < self._fail_rate:
                return Fault(kind="fail", status=self._random.choice(RANDOM_STATUSES))
            return None


def operation_of(method: str, path: str) -> Operation | None:
    """Name the operation of a request, whichever prefix the server has."""
    asked = OPERATION_PATH.search(path)
    if asked is None:
        return None
    if method == "GET":
        return "list" if asked[0] == "/models" else "retrieve"
    return "delete" if method == "DELETE" and asked[0] != "/models" else None


def number(name: str, value: object) -> float:
    """Give a number.

    Raises:
        ValueError: It is none, or not a finite one.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    message = f"{name} must be a number: {value!r}"
    raise ValueError(message)


def seconds(name: str, value: object) -> float:
    """Give a time in seconds.

    Raises:
        ValueError: It is none.
    """
    if number(name, value) < 0:
        message = f"{name} is in seconds, 0 or more: {value!r}"
        raise ValueError(message)
    return number(name, value)


def whole(name: str, value: object, least: int | None = None) -> int:
    """Give a whole number.

    Raises:
        ValueError: It is none, or too small.
    """
    if type(value) is not int or (least is not None and value < least):
        message = f"{name} must be a whole number{'' if least is None else f', {least} or more'}: {value!r}"
        raise ValueError(message)
    return value


def choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse what isn't one of the choices.

    Raises:
        ValueError: It isn't.
    """
    if value not in choices:
        message = f"{name} must be one of {', '.join(map(repr, choices))}: {value!r}"
        raise ValueError(message)


def checked_status(status: object) -> int:
    """Give a status that can be answered.

    Raises:
        ValueError: It can't.
    """
    if whole("status", status) not in STATUSES:
        message = f"status must be one that ends an exchange, from {STATUSES[0]} to {STATUSES[-1]}: {status!r}"
        raise ValueError(message)
    return whole("status", status)


def checked_headers(headers: Mapping[str, str] | None, body: object) -> dict[str, str]:
    """Give the headers of an answer, with a content type that fits its body if there is one.

    Raises:
        ValueError: One of them can't be sent; its value isn't quoted.
    """
    if not isinstance(headers, Mapping | None):
        message = 'headers must be a mapping of names to values, {"retry-after-ms": "50"}'  # unquoted, as its values
        raise ValueError(message)  # noqa: TRY004 - as all else that can't be
    sent: dict[str, str] = {}
    for name, value in ({} if headers is None else headers).items():
        if not (isinstance(name, str) and TOKEN.fullmatch(name)):
            message = f"this is no name of a header: {name!r}"
            raise ValueError(message)
        if not (isinstance(value, str) and FIELD_VALUE.fullmatch(value)):
            message = f"the header {name} must be a string of characters that can be sent, without line breaks"
            raise ValueError(message)
        if name.lower() in FRAMING:
            message = f"{name.lower()} follows from the body; drop_next(after_bytes=...) ends one early"
            raise ValueError(message)
        sent[name.lower()] = value
    if body is not None:
        sent.setdefault("content-type", content_type(body))
    return sent


def content_type(body: object) -> str:
    """Give the content type for a body that came without one."""
    if not isinstance(body, str):
        return "application/json"
    return "text/html; charset=utf-8" if body.lstrip().startswith("<") else "text/plain; charset=utf-8"


def checked_body(body: object, status: int) -> bytes | None:
    """Give the bytes of a body.

    Raises:
        ValueError: It has none, or a status that has no body was given one.
    """
    if status in BODILESS:
        if body:
            message = f"an answer with status {status} has no body: leave body out"
            raise ValueError(message)
        return b""
    if body is None or isinstance(body, bytes):
        return body
    try:
        return body.encode() if isinstance(body, str) else encode(body)
    except (TypeError, ValueError) as error:
        message = f"this body has no JSON form ({error}); give bytes to send anything at all"
        raise ValueError(message) from error
