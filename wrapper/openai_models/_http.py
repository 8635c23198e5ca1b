"""The one place that knows which HTTP library carries the requests.

Every other module takes these names from here, so that following httpx to a
successor with the same API is a change of this file.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Final

from httpx import (
    URL,
    AsyncBaseTransport,
    AsyncByteStream,
    AsyncClient,
    AsyncHTTPTransport,
    BaseTransport,
    ByteStream,
    Client,
    Cookies,
    Headers,
    HTTPError,
    HTTPTransport,
    InvalidURL,
    Limits,
    LocalProtocolError,
    Request,
    Response,
    StreamError,
    SyncByteStream,
    Timeout,
    TimeoutException,
    TooManyRedirects,
    create_ssl_context,
)

from ._sentinels import NotGiven

__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_TIMEOUT",
    "URL",
    "AsyncByteStream",
    "AsyncClient",
    "ByteStream",
    "Client",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "HTTPError",
    "Headers",
    "InvalidURL",
    "Limits",
    "LocalProtocolError",
    "OwnHttpxClient",
    "Request",
    "Response",
    "StreamError",
    "SyncByteStream",
    "Timeout",
    "TimeoutException",
    "TooManyRedirects",
    "check_http_client",
    "create_ssl_context",
    "timeout_of",
    "with_defaults",
    "with_path",
]

# What `urllib.parse.quote` leaves of a path, of a length that httpx takes.
_IS_PLAIN: Final = re.compile(r"(?a:[\w/.~%-]){1,8192}").fullmatch

DEFAULT_TIMEOUT = Timeout(60.0, connect=5.0)
DEFAULT_CONNECTION_LIMITS = Limits(max_connections=1000, max_keepalive_connections=100)


def with_defaults(options: dict[str, Any]) -> dict[str, Any]:
    """Give options for an HTTP client, completed with this package's defaults."""
    if options.keys().isdisjoint({"verify", "cert", "http2"}):  # httpcore tells HTTP/2 to the context it is given
        from ._tls import shared_context  # noqa: PLC0415 - it takes its names from here

        options["verify"] = shared_context(trust_env=options.get("trust_env", True))
    return {
        "timeout": DEFAULT_TIMEOUT,
        "limits": DEFAULT_CONNECTION_LIMITS,
        "follow_redirects": True,
        **options,
    }


class _QuickCookies(Cookies):
    """Looks for cookies only where a response sets some.

    httpx makes a request and a response of urllib's for each response: a tenth of a `retrieve`.
    """

    def extract_cookies(self, response: Response) -> None:
        if any(name.lower() == b"set-cookie" for name, _ in response.headers.raw):
            super().extract_cookies(response)


class DefaultHttpxClient(Client):
    """An `httpx.Client` with this package's defaults where you give none.

    The defaults are 60 s (5 s to connect), 1000 connections of which 100 are kept
    alive, and redirects followed. Its connections survive interrupts, forks and many
    threads; through a proxy, or with `http2=True`, they are httpx's own.

    Args:
        **options: Those of `httpx.Client`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options))
        self._cookies = _QuickCookies(self._cookies.jar)

    def _init_transport(self, *args: Any, **options: Any) -> BaseTransport:
        made = super()._init_transport(*args, **options)
        if isinstance(made, HTTPTransport) and may_have_own_pool(**options):
            from ._pool import Pool  # noqa: PLC0415 - httpx too imports httpcore only when a client is made

            pool = Pool(**pool_options(made._pool))
            pool.end_with(self)
            made._pool = pool  # type: ignore[assignment]  # to httpx, it is one
        return made


class DefaultAsyncHttpxClient(AsyncClient):
    """An `httpx.AsyncClient` with this package's defaults where you give none.

    Its connections survive cancellation, forks and the end of an event loop; through a
    proxy, or with `http2=True`, they are httpx's own.

    Args:
        **options: Those of `httpx.AsyncClient`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options))
        self._cookies = _QuickCookies(self._cookies.jar)

    def _init_transport(self, *args: Any, **options: Any) -> AsyncBaseTransport:
        made = super()._init_transport(*args, **options)
        if isinstance(made, AsyncHTTPTransport) and may_have_own_pool(**options):
            from ._async_pool import AsyncPool  # noqa: PLC0415 - httpx too imports httpcore only when a client is made

            made._pool = AsyncPool(**pool_options(made._pool))  # type: ignore[assignment]  # to httpx, it is one
        return made


def with_path(url: URL, path: str) -> URL:
    """Give a URL with another path, as `copy_with` would, its query kept.

    That one takes the whole URL apart and checks each character of it: 7 % of a `retrieve`.
    Where the path has nothing to be checked, it is put in its place.

    Args:
        url: The URL, with a host.
        path: The path, percent-encoded.
    """
    if _IS_PLAIN(path) and "/." not in path:
        made = URL(url)
        made._uri_reference = url._uri_reference._replace(path=path)
        return made
    _, mark, query = url.raw_path.partition(b"?")
    return url.copy_with(raw_path=path.encode("ascii") + mark + query)


def may_have_own_pool(*, transport: object = None, http1: bool = True, http2: bool = False, **_: object) -> bool:
    """Say whether this package's own pool can do what is asked of a transport."""
    return transport is None and http1 and not http2


def pool_options(pool: Any) -> dict[str, Any]:
    """Take over what httpx made of a transport's options."""
    return {
        "most": pool._max_connections,
        "most_idle": pool._max_keepalive_connections,
        "ssl_context": pool._ssl_context,
        "keepalive_expiry": pool._keepalive_expiry,
    }


class OwnHttpxClient(DefaultHttpxClient):
    """The one that a client makes for itself, and which ends with it."""

    def __del__(self) -> None:
        # Only a client whose `__init__` came to its end has something to close.
        # At the end of the interpreter, the modules that closing needs may be gone; the sockets go anyway.
        if "_mounts" in vars(self) and not self.is_closed and not sys.is_finalizing():
            self.close()


def check_http_client(http_client: object, kind: type) -> None:
    """Make sure that a caller's HTTP client is one.

    Raises:
        TypeError: It isn't.
    """
    if http_client is not None and not isinstance(http_client, kind):
        made = type(http_client)
        msg = f"http_client must be an httpx.{kind.__name__}, not {made.__module__}.{made.__name__}"
        raise TypeError(msg)


def timeout_of(http_client: Client | AsyncClient | None, timeout: float | Timeout | NotGiven | None) -> Any:
    """Give the timeout of a caller's own HTTP client, where that is set and no other is.

    As the official SDK does it: httpx's own default of 5 s counts as not set.
    """
    if isinstance(timeout, NotGiven) and http_client is not None and http_client.timeout != Timeout(5.0):
        return http_client.timeout
    return timeout
