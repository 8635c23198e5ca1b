"""The HTTP client that sends over aiohttp, of the extra `aiohttp`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ._http import AsyncClient, with_defaults

if TYPE_CHECKING or find_spec("httpx_aiohttp"):
    from httpx_aiohttp import HttpxAiohttpClient
else:

    class HttpxAiohttpClient(AsyncClient):
        """What stands in where the extra isn't installed."""

        def __init__(self, **_: object) -> None:
            msg = 'DefaultAioHttpClient needs an extra: pip install "openai-models[aiohttp]"'
            raise ImportError(msg)


__all__ = ["DefaultAioHttpClient"]


class DefaultAioHttpClient(HttpxAiohttpClient):
    """A `DefaultAsyncHttpxClient` that sends over aiohttp; for asyncio alone.

    Args:
        **options: Those of `httpx.AsyncClient`.

    Raises:
        ImportError: The extra `aiohttp` isn't installed.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options))
