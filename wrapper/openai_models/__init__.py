"""The three model endpoints of the OpenAI API - list, retrieve, delete - and no more.

The names are those of the official SDK:

    from openai_models import OpenAI

    client = OpenAI()
    for model in client.models.list():
        print(model.id, model.created_at)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from . import _logs
from ._client import AsyncOpenAI, OpenAI
from ._config.defaults import DEFAULT_MAX_RETRIES
from ._config.sentinels import NOT_GIVEN, NotGiven, Omit, not_given, omit
from ._exceptions import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    OpenAIError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from ._http.clients import (
    DEFAULT_CONNECTION_LIMITS,
    DEFAULT_TIMEOUT,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
)
from ._httpx import Timeout
from ._module_client import models
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from . import _httpx as httpx
    from . import pagination as pagination
    from . import resources as resources
    from . import types as types
    from ._http.aiohttp import DefaultAioHttpClient as DefaultAioHttpClient

VERSION = __version__
Client = OpenAI
AsyncClient = AsyncOpenAI

__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "VERSION",
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncOpenAI",
    "AuthenticationError",
    "BadRequestError",
    "Client",
    "ConflictError",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "InternalServerError",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "OpenAI",
    "OpenAIError",
    "PermissionDeniedError",
    "RateLimitError",
    "Timeout",
    "UnprocessableEntityError",
    "__version__",
    "models",
    "not_given",
    "omit",
    "pagination",
    "resources",
    "types",
]

# The settings of the client behind `openai_models.models`.
api_key: str | Callable[[], str] | None = None
organization: str | None = None
project: str | None = None
base_url: str | httpx.URL | None = None
timeout: float | Timeout | None = DEFAULT_TIMEOUT
max_retries: int = DEFAULT_MAX_RETRIES
default_headers: Mapping[str, str | Omit] | None = None
default_query: Mapping[str, object] | None = None
http_client: httpx.Client | None = None

_logs.set_up()


def _named_as_imported() -> None:
    """Let public classes go by the name they are imported by, in tracebacks and reprs."""
    for name in __all__:
        value = globals().get(name)
        if isinstance(value, type) and value.__module__.startswith(__name__):
            value.__module__ = __name__


_named_as_imported()


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what most programs don't use when it is asked for."""
        if name == "DefaultAioHttpClient":
            from ._http.aiohttp import DefaultAioHttpClient  # noqa: PLC0415 - aiohttp comes with it

            return DefaultAioHttpClient
        if name in {"pagination", "resources", "types"}:
            return import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
