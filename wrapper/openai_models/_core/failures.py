"""Map what a transport raises to the package's errors, and build their texts: the origin, and the cause or the bound.

Exceptions are told apart by the names of their classes, which httpx and httpx2 share.
"""

import os
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from weakref import ref

from .. import _logs
from .._attempt import PROXY
from .._exceptions import APIConnectionError, APITimeoutError, OpenAIError
from .._http.tls import TransportSettingError
from .._httpx import URL, InvalidURL, Request
from .._redaction import call_under_way
from .error_text import shortened

_UNSENDABLE: Final = "the request can't be sent: the http_client adds a header that HTTP doesn't allow"
_WORDS: Final = {
    "ConnectError": "can't connect to", "ConnectTimeout": "can't connect to", "NetworkError": "lost the connection to",
    "RemoteProtocolError": "no valid response from", "ProxyError": "the proxy made no connection to",
    "ReadTimeout": "no data from", "WriteTimeout": "can't send the request to", "PoolTimeout": "no free connection to",
    "TimeoutException": "no response from", "TimeoutError": "no response from", "Exception": "the request failed at",
}  # fmt: skip
_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ")
# Of a URL that an error quotes, the userinfo, the query and the fragment may hold a key.
_URL: Final = re.compile(r"(\w://)(?:[^\s/?#]*@)?([^\s?#'\"]*)(?:[?#][^\s'\"]*)?")
# OpenSSL's codes for a certificate whose issuer is not known. Of others, such as an expired one, no setting helps.
UNKNOWN_ISSUER: Final = {2, 18, 19, 20, 21}
_SLACK: Final = 0.01  # seconds; clocks differ in how they round


class MappedExceptions:
    """Turns every failure within a `with` statement into an `APIError`.

    The one place that catches all there is: what httpx, httpcore, ssl or a caller's own transport may
    raise has no common base. Errors of this package pass.

    Args:
        request: The request.
        total: How many seconds the attempt may take; None for no bound.
    """

    def __init__(self, request: Request, total: float | None = None) -> None:
        self._request = request
        self._total = total
        self._started = time.monotonic()

    def __enter__(self) -> None:
        self._outer = call_under_way.get()  # whose hook this call may be in
        call_under_way.set(ref(self))

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        own = call_under_way.get()
        if own is not None and own() is self:  # not so where a generator is closed in another context than it began in
            call_under_way.set(self._outer)
        if not isinstance(error, Exception) or isinstance(error, OpenAIError | TransportSettingError):
            return
        _logs.broken(self._request, error)
        if is_timeout(error):
            text = timeout_text(error, self._request, self._total, time.monotonic() - self._started)
            raise _annotate_cause(APITimeoutError(self._request, message=text), error) from error
        is_local = type(error).__name__ == "LocalProtocolError"  # httpx's or httpx2's
        if is_local:
            error.__cause__ = error.__context__ = None  # h11's own error, whose frames hold the lines of the request
        if not is_local or not str(error).startswith("Illegal header"):
            text = connection_text(error, self._request)
            raise _annotate_cause(APIConnectionError(message=text, request=self._request), error) from error
        del error, trace  # which quote the header
        unsendable = APIConnectionError(message=f"Connection error: {_UNSENDABLE}", request=self._request)
        unsendable.add_note(_UNSENDABLE)
        try:
            raise unsendable
        finally:
            unsendable.__context__ = None  # whose message quotes the header
            del unsendable  # whose traceback would hold itself


def _annotate_cause(failure: APIConnectionError, cause: BaseException) -> APIConnectionError:
    """Add the message of the first cause that has one, as a note."""
    if isinstance(cause, InvalidURL):  # httpx looks at each location, followed or not
        failure.add_note("the server redirects to something that is no URL")
    if note := note_of(cause):
        failure.add_note(note)
    return failure


def causes(error: BaseException | None, *, context: bool = True) -> Iterator[BaseException]:
    """Yield an error and what it was caused by, each once: raised anew, an error can be its own context."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        first = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = first or error.__cause__ or (error.__context__ if context else None)


def is_timeout(error: Exception) -> bool:
    """Return whether a bound of time passed. httpx-aiohttp raises a `ConnectTimeout` for every lost connection."""
    of_error, of_cause = ({kind.__name__ for kind in type(each).__mro__} for each in (error, error.__cause__))
    is_other = of_cause & {"OSError", "ClientError"} and "TimeoutError" not in of_cause
    return not (is_other or of_error.isdisjoint({"TimeoutException", "TimeoutError"}))


def connection_text(error: Exception, request: Request) -> str:
    """Return the message of an `APIConnectionError`."""
    return f"Connection error: {_what_and_where(error, request)}: {_plain_cause(error)}"


def timeout_text(error: Exception, request: Request, total: float | None, elapsed: float) -> str:
    """Return the message of an `APITimeoutError`.

    Args:
        error: What was raised.
        request: The request.
        total: How many seconds the whole attempt may take; None for no bound.
        elapsed: How many seconds it took.
    """
    bound = type(error).__name__.removesuffix("Timeout").lower()  # such as `ReadTimeout`
    seconds, words = request.extensions.get("timeout", {}).get(bound), None
    if total is not None and elapsed > total - _SLACK:
        seconds, words, bound = total, "no complete response from", "whole attempt"
    within = "" if seconds is None else f" within {seconds:g} second{'s' * (seconds != 1)} ({bound})"
    return f"Request timed out: {_what_and_where(error, request, words)}{within}"


def _what_and_where(error: Any, request: Request, words: str | None = None) -> str:
    words = words or next(_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS)
    with suppress(AttributeError, RuntimeError):  # it may follow a redirect, or be of a hook
        request = error.request
    proxy = request.extensions.get(PROXY)
    return f"{words} {_origin(request.url)}" + (f" (proxy {_origin(proxy)})" if proxy else "")


def _origin(url: URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def note_of(error: BaseException) -> str:
    """Return the class and the message of the first of an error and its causes that has a message; "" if none has."""
    # A cancellation only names a scope, and a connect that is under way is a `BlockingIOError`.
    failures = (each for each in causes(error) if isinstance(each, Exception) and not isinstance(each, BlockingIOError))
    told = next((each for each in failures if str(each)), None)
    return _URL.sub(r"\1\2", f"{type(told).__name__}: {told}") if told else ""


def _plain_cause(error: Exception) -> str:
    for each in causes(error):
        if type(each).__module__ not in {"builtins", "socket", "ssl"}:
            continue  # aiohttp's subclasses lack attributes
        if isinstance(each, ssl.SSLCertVerificationError):
            is_unknown = getattr(each, "verify_code", 20) in UNKNOWN_ISSUER
            hint = ": set SSL_CERT_FILE, or verify= of an http_client" if is_unknown else ""
            return f"certificate not trusted ({getattr(each, 'verify_message', each)}){hint}"
        if isinstance(each, ssl.SSLError):
            return f"TLS failed ({getattr(each, 'reason', each)})"
        if type(each).__name__ == "gaierror":
            return "unknown host"
        if isinstance(each, OSError) and each.errno:
            return os.strerror(each.errno).lower()
    text = note_of(error) or type(error).__name__
    if type(error).__module__ in {"httpx", "httpx2"}:
        text = text.removeprefix(f"{type(error).__name__}: ")
    return shortened(" ".join(_ERRNO.sub("", text).split()))
