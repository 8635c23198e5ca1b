"""Keep keys out of reprs, of the variables that tracebacks show, and of other libraries' logs.

A key can stand in a header, but also in the userinfo or the query of a URL.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from operator import attrgetter
from typing import Any, Final, Self
from weakref import ref

from ._httpx import URL, ByteStream, Request, Response, StreamError

# The call under way in the context. A weak reference, since Ctrl-C may skip the reset at the end of the call.
call_under_way: Final[ContextVar[ref[object] | None]] = ContextVar("openai_models_call", default=None)

# A server may repeat the query in where it redirects to; httpcore logs it as a pair of bytes.
_LOCATION: Final = re.compile(r"\((b'location', )b(['\"]).*?(?<!\\)\2\)", re.IGNORECASE)
# What httpcore logs of h11's error, which quotes the value.
_ILLEGAL_HEADER_VALUE: Final = re.compile(r"(Illegal header value) .*", re.DOTALL)
# Headers that may repeat a secret, and those that describe the body as it was sent.
_DROPPED_FROM_COPIES: Final = {
    b"set-cookie", b"location", b"content-encoding", b"content-length", b"transfer-encoding",
}  # fmt: skip
# The options of a client that may hold a key.
MAY_HOLD_KEYS: Final = {"api_key", "base_url", "default_headers", "default_query"}


class Secret:
    """A value that its repr does not show."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    # A property, since tools that show the expressions of a traceback's lines evaluate no properties.
    value = property(attrgetter("_value"))

    def __repr__(self) -> str:
        return "'**********'"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


def redact(value: Any) -> Any:
    """Wrap a value in a `Secret`; of a mapping, each value. None and functions are returned as they are."""
    if value is None or callable(value) or isinstance(value, Secret):
        return value
    if isinstance(value, Mapping):
        return {name: each if isinstance(each, Secret) else Secret(each) for name, each in value.items()}
    return Secret(value)


def reveal(mapping: Mapping[str, Secret]) -> dict[str, Any]:
    """Return the values of a mapping whose values are secrets."""
    return {name: secret.value for name, secret in mapping.items()}


def redact_url(url: Any) -> str:
    """Return a URL, of httpx or httpx2, without its userinfo and query, nor a fragment: a `#` in a query begins one."""
    if not url.host and "@" in url.path:  # without its scheme, `user:key@host` is not taken apart
        return "(not shown, as it has an @)"
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


class QuietURL(URL):
    """A URL whose repr shows neither userinfo nor query."""

    def __repr__(self) -> str:
        return f"URL({redact_url(self)!r})"


class QuietRequest(Request):
    """A request whose repr shows neither userinfo nor query.

    Args:
        method: As in httpx.
        url: As in httpx.
        **options: As in httpx.
    """

    def __init__(self, method: str, url: URL | str, **options: Any) -> None:
        super().__init__(method, url, **options)
        self.url = QuietURL(self.url)

    @classmethod
    def copy_of(cls, request: Request) -> Self:
        """Return the same request, built by an HTTP client, as a quiet one."""
        quiet = cls(
            request.method, request.url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        if isinstance(request.stream, ByteStream):
            quiet.read()
        return quiet

    def __repr__(self) -> str:
        return f"<Request({self.method!r}, {redact_url(self.url)!r})>"


def install_log_filters() -> None:
    """Keep this package's keys out of what httpx and httpcore log. A logger has each filter once."""
    for version in ("", "2"):
        logging.getLogger(f"httpx{version}").addFilter(_without_query)
        for protocol in ("http11", "http2"):
            logging.getLogger(f"httpcore{version}.{protocol}").addFilter(_drop_secret_values)
        logging.getLogger(f"httpcore{version}.socks").addFilter(_is_of_others)
    logging.getLogger("hpack.hpack").addFilter(_is_of_others)  # which logs each header


def _is_call_under_way() -> bool:
    """Return whether what is logged now is about a call of this package."""
    call = call_under_way.get()
    return call is not None and call() is not None


def _without_query(record: logging.LogRecord) -> bool:
    if _is_call_under_way() and isinstance(record.args, tuple):
        record.args = tuple(redact_url(each) if hasattr(each, "copy_with") else each for each in record.args)  # a URL
    return True


def _drop_secret_values(record: logging.LogRecord) -> bool:
    if _is_call_under_way():
        record.msg = _ILLEGAL_HEADER_VALUE.sub(r"\1", _LOCATION.sub(r"(\1b'...')", str(record.msg)))
    return True


def _is_of_others(_: logging.LogRecord) -> bool:
    return not _is_call_under_way()


def bare_request(request: Request) -> Request:
    """Return a copy of a request without what may be secret: headers, userinfo, query and body."""
    return type(request)(request.method, request.url.copy_with(userinfo=b"", query=None))


def bare_response(response: Response, request: Request) -> Response:
    """Return a copy of a response that has been read, with another request."""
    headers = [pair for pair in response.headers.raw if pair[0].lower() not in _DROPPED_FROM_COPIES]
    content = kept_content(response) or b""
    bare = type(response)(response.status_code, headers=headers, content=content, request=request)
    with suppress(RuntimeError):  # it is not closed, or came whole from a mock
        bare.elapsed = response.elapsed
    return bare


def kept_content(response: Response) -> bytes | None:
    """Return the body of a response, and keep it there; None if it has not been read, or was read in pieces.

    `Decoder.finish` leaves the body as a stream in memory, which httpx reads only for those who look at the response.
    """
    if isinstance(response.stream, ByteStream) and not response.is_stream_consumed:
        encoding = response.headers.pop("content-encoding", None)  # it has been decoded
        response.read()
        if encoding is not None:
            response.headers["content-encoding"] = encoding
    with suppress(StreamError):
        return response.content
    return None
