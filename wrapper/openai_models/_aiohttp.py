"""The HTTP client that sends over aiohttp, of the extra `aiohttp`."""

from __future__ import annotations

from typing import Any

try:
    from httpx_aiohttp import HttpxAiohttpClient
except ModuleNotFoundError as error:
    message = 'DefaultAioHttpClient needs an extra: pip install "openai-models[aiohttp]"'
    raise ImportError(message) from error

from ._http import with_defaults

__all__ = ["DefaultAioHttpClient"]


class DefaultAioHttpClient(HttpxAiohttpClient):
    """A `DefaultAsyncHttpxClient` that sends over aiohttp; for asyncio alone.

    Args:
        **options: Those of `httpx.AsyncClient`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**with_defaults(options))
