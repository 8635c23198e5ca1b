"""Which transport a request takes.

It is the package's own unless the request needs what only httpx's has: a proxy, HTTP/2, an extension. Where a
program has replaced a public send method of httpx or httpcore, as tools for tests and for telemetry do, the
request takes httpx's too, so that they see it.
"""

from __future__ import annotations

import os
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar
from weakref import WeakSet

from .. import _httpx as httpx
from .._attempt import ATTEMPT, PROXY

if TYPE_CHECKING:
    import ssl

    from .proxies import EnvironmentProxies

# What tools replace to see requests, by library; for async clients "Async" goes before each.
_SENDERS: Final = {
    "httpx": ("HTTPTransport",),
    "httpcore": ("ConnectionPool", "HTTPProxy", "HTTPConnection", "HTTP11Connection"),
}
T = TypeVar("T", httpx.BaseTransport, httpx.AsyncBaseTransport)


def is_intercepted(*, is_async: bool) -> bool:
    """Return whether a program has replaced a public send method of httpx, or of httpcore if that is loaded."""
    prefix, name = ("Async", "handle_async_request") if is_async else ("", "handle_request")
    for library, senders in _SENDERS.items():
        module = sys.modules.get(library)
        for sender in senders if module else ():
            method = getattr(getattr(module, prefix + sender, None), name, None)
            if type(method) is not FunctionType:
                return True
            # The globals tell where it was written; a name and a module can be borrowed by a wrapper.
            if str(method.__globals__.get("__name__")).partition(".")[0] != library:
                return True
    return False


class Router(Generic[T]):
    """Decides which transport a request takes, and makes each for the first request that takes it.

    Args:
        verify: As in httpx, like the others.
        trust_env: Whether the environment may name proxies and certificates.
        proxy: The proxy of all requests; the environment's are not looked at then.
        is_direct: Whether no request takes a proxy, whatever the environment names.

    Attributes:
        is_async: Whether it is one of async clients.
    """

    is_async: ClassVar[bool]

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | str | bool = True,
        cert: Any = None,
        trust_env: bool = True,
        http1: bool = True,
        http2: bool = False,
        limits: httpx.Limits,
        proxy: httpx.Proxy | None = None,
        is_direct: bool = False,
    ) -> None:
        self._transports: dict[tuple[int, object], T] = {}  # by the process' id and the kind of request
        _ROUTERS.add(self)
        self._is_closed = False
        self._cert = cert
        self._trust_env = trust_env
        self._is_http11 = http1 and not http2
        self._options: dict[str, Any] = {"http1": http1, "http2": http2, "limits": limits}
        self._proxy = proxy
        self._may_use_environment_proxies = trust_env and proxy is None and not is_direct
        self._environment: EnvironmentProxies | None = None
        self._context: ssl.SSLContext | None = None
        if verify is not True:
            self._context = httpx.create_ssl_context(verify, cert)
        elif cert:  # as in httpx, what an argument names is read now; what the environment names, when it is needed
            httpx.create_ssl_context(verify=False, cert=cert)

    def make_own(self) -> T:
        """Return the transport for requests that need no other."""
        raise NotImplementedError

    def make_httpx(self, **options: Any) -> T:
        """Return httpx's transport, made with its options."""
        raise NotImplementedError

    def make_other(self, **options: Any) -> T:
        """Return the transport for other requests, but for those that a tool is to see."""
        return self.make_httpx(**options)

    def may_take_own(self, request: httpx.Request) -> bool:
        """Return whether the package's own transport can send a request that needs no proxy."""
        is_http = request.url.scheme in {"http", "https"} and request.method != "CONNECT"
        is_plain = request.extensions.keys() <= {"timeout", ATTEMPT} and type(request.stream) is httpx.ByteStream
        is_plain = is_plain and is_http and "upgrade" not in request.headers
        if not self._is_http11 or not is_plain:
            return False
        # A context of another library, such as truststore, may have to verify the server in a way of its own.
        return request.url.scheme != "https" or type(self._load_context()).__module__ == "ssl"

    def route(self, request: httpx.Request) -> T:
        """Return the transport that a request takes.

        Raises:
            TransportSettingError: It needs a proxy or certificates that cannot be used.
        """
        proxy = self._find_proxy(request.url) if self._may_use_environment_proxies else self._proxy
        request.extensions.pop(PROXY, None)  # a redirect has the extensions of the request before it
        if proxy is not None:
            request.extensions[PROXY] = proxy.url
        is_seen = is_intercepted(is_async=self.is_async)
        takes_own = proxy is None and not is_seen and self.may_take_own(request)
        if takes_own:
            request.read()  # which costs nothing, and is needed where the request was made of a stream
        has_tls = request.url.scheme == "https"
        process = os.getpid()  # a program in C, such as uWSGI, forks without Python's hooks
        key = (process, "own" if takes_own else (proxy, has_tls, is_seen))
        if key not in self._transports:
            self.close_inherited()
            if takes_own:
                made = self.make_own()
            else:  # without TLS to the server, no certificates are read
                make = self.make_httpx if is_seen else self.make_other
                made = make(proxy=proxy, verify=self.ssl_context() if has_tls else False, **self._options)
            self._transports.setdefault(key, made)  # the same for all threads that came here at once
        if self._is_closed:  # by another thread, as this one came
            raise httpx.NetworkError("the client was closed")
        return self._transports[key]

    def end(self) -> list[T]:
        """Refuse all further requests, and return the transports of this process, to be closed.

        A parent's stay open.
        """
        self._is_closed = True
        return [made for (process, _), made in tuple(self._transports.items()) if process == os.getpid()]

    def close_inherited(self) -> None:
        """Close what a forked child has of its parent's connections, which stay open to the parent."""
        own: Any  # `T` does not say that the package's own transports have a pool
        for (process, kind), own in tuple(self._transports.items()):
            if kind == "own" and process != os.getpid():
                for connection in own.pool.connections():
                    connection.close()

    def _find_proxy(self, url: httpx.URL) -> httpx.Proxy | None:
        if self._environment is None:
            from .proxies import EnvironmentProxies  # noqa: PLC0415 - not before the first request

            self._environment = EnvironmentProxies()
            self._may_use_environment_proxies = self._environment.names_some
        return self._environment.find(url)

    def ssl_context(self) -> ssl.SSLContext:
        """Return the TLS context for a new connection.

        Raises:
            TransportSettingError: The environment names certificates that cannot be read.
        """
        context = self._load_context()
        # Each time, since another client that shares a caller's context may have told it HTTP/2.
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _load_context(self) -> ssl.SSLContext:
        if self._context is None:
            from .tls import load_context  # noqa: PLC0415 - not before the first https request

            # httpcore tells HTTP/2 to the context that it is given, which is then of no use to others.
            context = load_context(trust_env=self._trust_env, is_shared=not self._cert and not self._options["http2"])
            if self._cert:
                context.load_cert_chain(*((self._cert,) if isinstance(self._cert, str) else self._cert))
            self._context = context
        return self._context


_ROUTERS: Final[WeakSet[Router[Any]]] = WeakSet()


def _close_inherited() -> None:
    for router in list(_ROUTERS):
        router.close_inherited()


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_close_inherited)


class SyncRouter(Router[httpx.BaseTransport], httpx.BaseTransport):
    """The transport of `DefaultHttpxClient`."""

    is_async = False

    def make_own(self) -> httpx.BaseTransport:
        from .._transport.sync import HTTP11Transport  # noqa: PLC0415 - not before the first request

        return HTTP11Transport(self._options["limits"], self.ssl_context)

    def make_httpx(self, **options: Any) -> httpx.BaseTransport:
        return httpx.HTTPTransport(**options)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        return self.route(request).handle_request(request)

    def close(self) -> None:
        """Close all connections of this process."""
        for transport in self.end():
            transport.close()


class AsyncRouter(Router[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """The transport of `DefaultAsyncHttpxClient`."""

    is_async = True

    def make_own(self) -> httpx.AsyncBaseTransport:
        from .._transport.aio import AsyncHTTP11Transport  # noqa: PLC0415 - not before the first request

        return AsyncHTTP11Transport(self._options["limits"], self.ssl_context)

    def make_httpx(self, **options: Any) -> httpx.AsyncBaseTransport:
        return httpx.AsyncHTTPTransport(**options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        return await self.route(request).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections of this process."""
        for transport in self.end():
            await transport.aclose()
