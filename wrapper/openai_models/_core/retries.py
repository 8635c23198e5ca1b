"""Decide whether a failed attempt is followed by another, and after how long, without I/O.

The rules are those of the official SDK: 408, 409, 429, 5xx, failed connections and timeouts are tried again; the
server's `x-should-retry`, `retry-after-ms` and `retry-after` are obeyed; else the wait doubles from half a second to
eight. What the network did not cause is not retried: a certificate that is refused would be so again, and an exception of
a hook or of a signal handler is the program's.
"""

import math
import os
import random
import re
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from .._exceptions import APIConnectionError, APIStatusError
from .failures import causes

LONGEST_WAIT: Final = 120.0
_FIRST_BACKOFF: Final = 0.5
_LONGEST_BACKOFF: Final = 8.0
_RETRIED: Final = {408, 409, 429}
# Whose exceptions tell of the network, beside Python's own.
_LIBRARIES: Final = {
    "aiohttp", "anyio", "h11", "h2", "hpack", "httpcore", "httpcore2", "httpx", "httpx2", "hyperframe", "idna",
    "python_socks", "socksio", "trio",
}  # fmt: skip
_MISTAKES: Final = (AssertionError, AttributeError, ImportError, LookupError, NameError, TypeError, ValueError)
_SHOULD_RETRY: Final[dict[str | None, bool]] = {"true": True, "false": False}


def delay_before_retry(
    failure: BaseException,
    *,
    retries_taken: int,
    now: Callable[[], float] = time.time,
    jitter: Callable[[], float] = random.random,
) -> float | None:
    """Decide what follows a failed attempt.

    Args:
        failure: What the attempt raised.
        retries_taken: How many attempts went before it.
        now: Gives the Unix time, in seconds.
        jitter: Gives a number from 0 to 1.

    Returns:
        The seconds to wait before the next attempt, or None if there is to be none.
    """
    if isinstance(failure, APIStatusError):
        headers, status = failure.response.headers, failure.status_code
        may_help = _SHOULD_RETRY.get(headers.get("x-should-retry"), status in _RETRIED or status >= 500)
        asked = requested_wait(headers, now())
        if asked > LONGEST_WAIT or not may_help:
            return None
        if asked > 0:
            return asked
    elif not isinstance(failure, APIConnectionError) or _is_final(failure.__cause__):
        return None
    backoff = min(_FIRST_BACKOFF * 2.0 ** min(retries_taken, 10), _LONGEST_BACKOFF)
    return backoff * (1 - 0.25 * jitter())


def _is_final(cause: BaseException | None) -> bool:
    """Return whether a certificate was refused, or the program raised what the network did not cause."""
    packages = {str(kind.__module__).partition(".")[0] for kind in type(cause).__mro__}
    is_known = isinstance(cause, OSError) or packages & _LIBRARIES or packages <= sys.stdlib_module_names
    return _is_of_certificate(cause) or not is_known or isinstance(cause, _MISTAKES)


def _is_of_certificate(error: BaseException | None) -> bool:
    """Return whether the client refused the server's certificate, or the server said that it refuses the client's."""
    for each in causes(error, context=False):  # a context may be the failure of an earlier call
        if isinstance(each, ssl.SSLError):
            told = re.search("CERTIFICATE|UNKNOWN_CA", str(each))
            return isinstance(each, ssl.SSLCertVerificationError) or told is not None
    return False


def next_delay(failure: BaseException, retries_taken: int, max_retries: int) -> float | None:
    """Return the seconds to wait before the next attempt of a call; None if this failure is its result."""
    delay = delay_before_retry(failure, retries_taken=retries_taken) if retries_taken < max_retries else None
    if delay is not None and os.environ.get("OPENAI_MODELS_NO_RETRY_DELAYS"):
        return 0.0
    return delay


def requested_wait(headers: Mapping[str, str], now: float) -> float:
    """Read how many seconds the server asks to wait.

    `retry-after-ms` is OpenAI's own; `retry-after` is a number of seconds or a date (RFC 9110 §10.2.3).

    Returns:
        The seconds, infinite where the number is too large to be one and negative for
        a date that has passed; 0 where nothing readable is asked.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        try:
            seconds = float(text) / unit
        except ValueError:
            continue
        if not math.isnan(seconds) and "inf" not in text.lower():
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
        # RFC 9110 §5.6.7: all its dates are in UTC, also the form that doesn't say so.
        return (date.replace(tzinfo=UTC) if date.tzinfo is None else date).timestamp() - now
    except (ValueError, OverflowError, TypeError):
        return 0.0
