"""The default HTTP clients."""

from typing import Any, Final

from .._httpx import AsyncClient, Client, Cookies, Headers, Limits, Response, Timeout
from .routing import AsyncRouter, Router, SyncRouter

DEFAULT_TIMEOUT = Timeout(60.0, connect=5.0)
DEFAULT_CONNECTION_LIMITS = Limits(max_connections=1000, max_keepalive_connections=100)
# The options of a client that its transport is made of.
_ROUTED: Final = {"verify", "cert", "trust_env", "http1", "http2", "limits", "proxy"}


def with_defaults(options: dict[str, Any], router: type[Router[Any]]) -> dict[str, Any]:
    """Return options for an HTTP client, completed with this package's defaults.

    Args:
        options: Those of `httpx.Client`.
        router: Makes the transport where the options name none.
    """
    if options.get("proxy") is not None and options.get("transport") is None:
        from .proxies import check_proxy  # noqa: PLC0415 - few clients have one

        # Popped, as the caller's frame has the same dictionary, and some tools show it: a URL may hold a password.
        checked = check_proxy(options.pop("proxy"), "proxy=")
        options["proxy"] = checked
    options = {"timeout": DEFAULT_TIMEOUT, "limits": DEFAULT_CONNECTION_LIMITS, "follow_redirects": True, **options}
    if options.get("transport") is None:
        routed = {name: options[name] for name in _ROUTED & options.keys()}
        options |= {"transport": router(**routed), "proxy": None}  # with `proxy`, httpx mounts a transport of its own
        mounts = options.get("mounts") or {}
        if None in mounts.values():
            direct = router(**{**routed, "proxy": None}, is_direct=True)  # for hosts that are reached without a proxy
            options["mounts"] = {key: direct if mounted is None else mounted for key, mounted in mounts.items()}
    return options


def _set_cookies_and_headers(http: Client | AsyncClient, options: dict[str, Any]) -> None:
    """Set a client's cookies, and remove httpx's own `Connection: keep-alive`."""
    http.cookies = options.get("cookies", {})  # by the setter of `_HasCookieJar`
    if "connection" not in Headers(options.get("headers")):  # HTTP/1.1 implies it (RFC 9112 §9.3)
        http.headers.pop("connection", None)


class _CookieJar(Cookies):
    """Looks for cookies only where a response sets some; httpx makes a request and a response of urllib's for each."""

    def extract_cookies(self, response: Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


class _HasCookieJar:
    """Keeps cookies in a `_CookieJar`."""

    @property
    def cookies(self) -> Cookies:
        """The cookies that servers have set."""
        return self._jar

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        self._jar = _CookieJar(cookies)


class DefaultHttpxClient(_HasCookieJar, Client):
    """An `httpx.Client` with this package's defaults where you give none.

    The defaults are 60 s (5 s to connect), 1000 connections of which 100 are kept alive, and redirects
    followed. Its connections survive interrupts, forks and many threads. Through a proxy, or with
    `http2=True`, they are httpx's own.

    Args:
        **options: Those of `httpx.Client`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options, SyncRouter))
        _set_cookies_and_headers(self, options)


class DefaultAsyncHttpxClient(_HasCookieJar, AsyncClient):
    """An `httpx.AsyncClient` with this package's defaults where you give none.

    The defaults are those of `DefaultHttpxClient`. Its connections survive cancellation, forks and the end
    of an event loop; it runs on asyncio and on trio. Through a proxy, or with `http2=True`, they are httpx's own.

    Args:
        **options: Those of `httpx.AsyncClient`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options, AsyncRouter))
        _set_cookies_and_headers(self, options)
