"""The HTTP client that sends over aiohttp, of the extra `aiohttp`."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .._httpx import AsyncBaseTransport, AsyncClient, Proxy, Request
from .clients import with_defaults
from .routing import AsyncRouter
from .tls import TransportSettingError

if TYPE_CHECKING or find_spec("httpx_aiohttp"):
    from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient
else:

    class HttpxAiohttpClient(AsyncClient):
        """Raises an ImportError, where the extra isn't installed."""

        def __init__(self, **_: object) -> None:
            raise ImportError('DefaultAioHttpClient needs an extra: pip install "openai-models[aiohttp]"')


class _AiohttpRouter(AsyncRouter):
    """Sends over aiohttp, through a proxy or not; while a tool watches httpx's transport, over that."""

    def make_other(self, **options: Any) -> AsyncBaseTransport:
        proxy: Proxy | None = options["proxy"]
        if proxy is not None and proxy.url.scheme.startswith("socks"):
            raise TransportSettingError(
                "aiohttp cannot use the SOCKS proxy that is set: use DefaultAsyncHttpxClient, or set NO_PROXY"
            )
        return AiohttpTransport(**options)

    def may_take_own(self, request: Request) -> bool:  # noqa: ARG002 - the package's own takes none
        return False


class DefaultAioHttpClient(HttpxAiohttpClient):
    """A `DefaultAsyncHttpxClient` that sends over aiohttp; for asyncio alone.

    Args:
        **options: Those of `httpx.AsyncClient`.

    Raises:
        ImportError: The extra `aiohttp` isn't installed.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options, _AiohttpRouter))
