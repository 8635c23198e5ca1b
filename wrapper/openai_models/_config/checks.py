"""Checks of what a caller gives. A message never quotes a key, nor a header's value, since that may be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .._http.clients import DEFAULT_TIMEOUT
from .._httpx import Timeout
from .sentinels import NotGiven, Omit

# Some thirty years: beyond the largest that every platform's sockets take.
_LONGEST_TIMEOUT: Final = 1e9

# RFC 9110 §5.6.2: what the name of a header is made of.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# RFC 9110 §5.5 without obs-text: bytes above 127 mean something else to each server.
# Spaces around a value would be lost on the way.
FIELD_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")


def checked_key(key: object) -> str:
    """Give the key back if it can be sent in a header.

    Raises:
        TypeError: It isn't a string.
        ValueError: It is blank, or has characters that no key has.
    """
    if not isinstance(key, str):
        msg = f"api_key must be a string or a function that gives one, not {type(key).__name__}"
        raise TypeError(msg)
    if not key.strip() or key != key.strip() or not FIELD_VALUE.fullmatch(key):
        msg = "api_key is blank, or has spaces around it, a line break, or a character that is not ASCII"
        raise ValueError(msg)
    return key


def checked_timeout(timeout: object) -> float | Timeout | None:
    """Give the timeout back if it is one, and the default if none was given.

    Raises:
        TypeError: It isn't a number, a `Timeout` or None.
        ValueError: It isn't positive and finite.
    """
    if isinstance(timeout, NotGiven):
        return DEFAULT_TIMEOUT
    if isinstance(timeout, Timeout):
        for phase in timeout.as_dict().values():
            _check_seconds(phase)
        return timeout
    _check_seconds(timeout)
    return timeout  # type: ignore[return-value]  # checked


def _check_seconds(seconds: object) -> None:
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        msg = f"timeout must be a number of seconds, a Timeout or None, not {seconds!r}"
        raise TypeError(msg)
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        msg = f"timeout must be a positive number of seconds, not {seconds!r}; None waits for ever"
        raise ValueError(msg)


def checked_headers(headers: Mapping[str, str | Omit] | None) -> dict[str, str | Omit]:
    """Give the headers back if they can be sent as they are.

    Raises:
        TypeError: They aren't a mapping of strings to strings (or `omit`).
        ValueError: A name is none, or a value has a line break or isn't ASCII.
    """
    if headers is None:
        return {}
    for name, value in _mapping("headers", headers).items():
        if not isinstance(name, str) or not isinstance(value, str | Omit):
            msg = f"the header {name!r} must have a string as its name and as its value"
            raise TypeError(msg)
        if not _TOKEN.fullmatch(name):
            msg = f"{name!r} is not a name for a header"
            raise ValueError(msg)
        if isinstance(value, str) and not FIELD_VALUE.fullmatch(value):
            msg = (
                f"the value of the header {name!r} has a line break, a character that is not ASCII, or spaces around it"
            )
            raise ValueError(msg)
    return dict(headers)


def checked_query(query: Mapping[str, object] | None) -> dict[str, object]:
    """Give the query parameters back.

    Raises:
        TypeError: They aren't a mapping with strings as keys.
    """
    if query is None:
        return {}
    for name in _mapping("query parameters", query):
        if not isinstance(name, str):
            msg = f"the query parameter {name!r} must have a string as its name"
            raise TypeError(msg)
    return dict(query)


def _mapping(what: str, value: Mapping[str, object]) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        msg = f"{what} must be a mapping, not {type(value).__name__}"
        raise TypeError(msg)
    return value  # type: ignore[return-value]  # its keys are what callers check next
