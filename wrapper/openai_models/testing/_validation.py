"""Checks of the arguments of `MockServer`: each returns the value, or raises a `ValueError` that names the argument."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ._json import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

__tracebackhide__ = True
MAX_PORT: Final = 65535
STATUSES: Final = range(200, 600)  # final statuses: 1xx does not end an exchange
BODILESS: Final = {204, 304}
FRAMING_HEADERS: Final = {"content-length", "transfer-encoding"}
# RFC 9110 §5.6.2 and §5.5.
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
VISIBLE_ASCII: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
HOST: Final = re.compile(r"[!-~]+")


def number(name: str, value: object) -> float:
    """Return a finite number as a float."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    message = f"{name} must be a finite number: {value!r}"
    raise ValueError(message)


def seconds(name: str, value: object) -> float:
    """Return a duration in seconds, 0 or more."""
    duration = number(name, value)
    if duration < 0:
        message = f"{name} must be 0 seconds or more: {value!r}"
        raise ValueError(message)
    return duration


def integer(name: str, value: object, minimum: int | None = None) -> int:
    """Return an integer that is not below `minimum`."""
    if type(value) is not int or (minimum is not None and value < minimum):
        message = f"{name} must be an integer{'' if minimum is None else f', {minimum} or more'}: {value!r}"
        raise ValueError(message)
    return value


def one_of(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise unless the value is one of the choices."""
    if value not in choices:
        message = f"{name} must be one of {', '.join(map(repr, choices))}: {value!r}"
        raise ValueError(message)


def fail_rate(value: object) -> float:
    """Return a share from 0.0 to 1.0."""
    share = number("fail_rate", value)
    if not 0 <= share <= 1:
        message = f"fail_rate must be from 0.0 (no request fails) to 1.0 (every request fails): {value!r}"
        raise ValueError(message)
    return share


def api_key(value: object) -> str:
    """Return a key that can be sent in a header; the message does not quote it."""
    if not (isinstance(value, str) and VISIBLE_ASCII.fullmatch(value)):
        message = "api_key must be visible ASCII characters, spaces only between them: it is sent in a header"
        raise ValueError(message)
    return value


def host(value: object) -> str:
    """Return a string that may be an address or a host name."""
    if not (isinstance(value, str) and HOST.fullmatch(value)):
        message = f"host must be an address or a host name, such as '127.0.0.1' or 'localhost': {value!r}"
        raise ValueError(message)
    return value


def port(value: object) -> int:
    """Return a TCP port, or 0."""
    checked = integer("port", value)
    if not 0 <= checked <= MAX_PORT:
        message = f"port must be from 0 to {MAX_PORT}: {value!r}"
        raise ValueError(message)
    return checked


def status(value: object) -> int:
    """Return the status code of a final response."""
    checked = integer("status", value)
    if checked not in STATUSES:
        message = f"status must be from {STATUSES[0]} to {STATUSES[-1]}: {value!r}"
        raise ValueError(message)
    return checked


def headers(value: Mapping[str, str] | None, body: object) -> dict[str, str]:
    """Return response headers with names in lower case, and with a content type if there is a body.

    A message never quotes a header's value, since it may be a key.
    """
    if not isinstance(value, Mapping | None):
        message = 'headers must be a mapping of names to values, such as {"retry-after-ms": "50"}'
        raise ValueError(message)  # noqa: TRY004 - like every other argument that can't be sent
    checked: dict[str, str] = {}
    for name, text in (value or {}).items():
        if not (isinstance(name, str) and TOKEN.fullmatch(name)):
            message = f"invalid header name: {name!r}"
            raise ValueError(message)
        if not (isinstance(text, str) and FIELD_VALUE.fullmatch(text)):
            message = f"header {name} must be a string of Latin-1 characters, without line breaks or outer spaces"
            raise ValueError(message)
        if name.lower() in FRAMING_HEADERS:
            message = f"{name.lower()} is set from the body; to cut a body short, use drop_next(after_bytes=...)"
            raise ValueError(message)
        checked[name.lower()] = text
    if body is not None:
        checked.setdefault("content-type", _content_type(body))
    return checked


def _content_type(body: object) -> str:
    if not isinstance(body, str):
        return "application/json"
    return "text/html; charset=utf-8" if body.lstrip().startswith("<") else "text/plain; charset=utf-8"


def body(value: object, status: int) -> bytes | None:
    """Return the bytes of a response body; None stands for the server's own error body."""
    if status in BODILESS:
        if value:
            message = f"a response with status {status} has no body: omit body"
            raise ValueError(message)
        return b""
    if value is None or isinstance(value, bytes):
        return value
    try:
        return value.encode() if isinstance(value, str) else encode(value)
    except (TypeError, ValueError) as error:
        message = f"body can't be encoded ({error}); pass bytes to send arbitrary content"
        raise ValueError(message) from error
