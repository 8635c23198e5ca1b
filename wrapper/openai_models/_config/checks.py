"""Checks of arguments. A message never quotes a key, nor a header's value, since that may be one.

Nor does a variable hold one outside of a `Secret`: some tools show the variables of a traceback's frames.
"""

import re
import sys
from typing import Any, Final

from .._http.clients import DEFAULT_TIMEOUT
from .._httpx import Timeout
from .._redaction import Secret, redact
from .defaults import NotGiven, Omit

# Some thirty years: beyond the largest that every platform's sockets take.
_LONGEST_TIMEOUT: Final = 1e9

# RFC 9110 §5.6.2: what the name of a header is made of.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# RFC 9110 §5.5 without obs-text: bytes above 127 mean something else to each server.
# Spaces around a value would be lost on the way.
FIELD_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")


def checked_key(key: Secret) -> Secret:
    """Return a key, if a header can hold it.

    Raises:
        TypeError: It isn't a string.
        ValueError: It is blank, or has characters that no key has.
    """
    if not isinstance(key.value, str):
        raise TypeError(f"api_key must be a string or a function that gives one, not {type(key.value).__name__}")
    if not key.value or not FIELD_VALUE.fullmatch(key.value):
        raise ValueError("api_key is blank, or has spaces around it, a line break, or a character that is not ASCII")
    return key


def is_of_httpx2(value: object, name: str) -> bool:
    """Return whether a value is of a class of httpx2, if the program has imported that."""
    return isinstance(value, getattr(sys.modules.get("httpx2"), name, ()))


def checked_timeout(timeout: Any) -> float | Timeout | None:
    """Return a timeout, checked; the default if none was given.

    Raises:
        TypeError: It isn't a number, a `Timeout` or None.
        ValueError: It isn't positive and finite.
    """
    if isinstance(timeout, NotGiven):
        return DEFAULT_TIMEOUT
    if isinstance(timeout, Timeout) or is_of_httpx2(timeout, "Timeout"):
        return Timeout(**{phase: _checked_seconds(seconds) for phase, seconds in timeout.as_dict().items()})
    return _checked_seconds(timeout)


def _checked_seconds(seconds: object) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"timeout must be a number of seconds, a Timeout or None, not {seconds!r}")
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise ValueError(f"timeout must be a positive number of seconds, not {seconds!r}; None waits for ever")
    return seconds


def checked_headers(headers: object) -> dict[str, Secret]:
    """Return headers, if they can be sent as they are; no headers for None.

    Raises:
        TypeError: They aren't a mapping of strings to strings (or `omit`).
        ValueError: A name is none, or a value has a line break or isn't ASCII.
    """
    checked = _checked_mapping("headers", headers)
    for name, secret in checked.items():
        if not isinstance(name, str) or not isinstance(secret.value, str | Omit):
            raise TypeError(f"the header {name!r} must have a string as its name and as its value")
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a name for a header")
        if isinstance(secret.value, str) and not FIELD_VALUE.fullmatch(secret.value):
            raise ValueError(
                f"the value of the header {name!r} has a line break, a character that is not ASCII, or spaces around it"
            )
    return checked


def checked_query(query: object) -> dict[str, Secret]:
    """Return query parameters; none for None.

    Raises:
        TypeError: They aren't a mapping with strings as keys.
    """
    checked = _checked_mapping("query parameters", query)
    for name in checked:
        if not isinstance(name, str):
            raise TypeError(f"the query parameter {name!r} must have a string as its name")
    return checked


def _checked_mapping(what: str, value: object) -> dict[Any, Secret]:
    redacted = redact({} if value is None else value)
    if not isinstance(redacted, dict):
        raise TypeError(f"{what} must be a mapping, not {type(getattr(redacted, 'value', redacted)).__name__}")
    return redacted
