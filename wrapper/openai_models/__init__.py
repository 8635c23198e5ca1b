"""A client for the three model endpoints of the OpenAI API: list, retrieve, delete.

The names are those of the official SDK:

    from openai_models import OpenAI

    client = OpenAI()
    for model in client.models.list():
        print(model.id, model.created_at)

PYTEST_DONT_REWRITE: pytest need not be the first to import this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from . import _logs, resources
from ._client import AsyncOpenAI, OpenAI
from ._config.defaults import DEFAULT_MAX_RETRIES, NOT_GIVEN, NotGiven, Omit, not_given, omit
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
from ._http.clients import DEFAULT_CONNECTION_LIMITS, DEFAULT_TIMEOUT, DefaultAsyncHttpxClient, DefaultHttpxClient
from ._httpx import Timeout
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from . import pagination as pagination
    from . import types as types
    from ._http import protocols
    from ._http.aiohttp import DefaultAioHttpClient as DefaultAioHttpClient
    from ._module_client import models as models
    from ._responses.async_streaming import AsyncAPIResponse as AsyncAPIResponse
    from ._responses.streaming import APIResponse as APIResponse
    from .resources._call_options import CallOptions as CallOptions

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
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncAPIResponse",
    "AsyncClient",
    "AsyncOpenAI",
    "AuthenticationError",
    "BadRequestError",
    "CallOptions",
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

# The options of the client behind `openai_models.models`: see `OpenAI`.
api_key: str | Callable[[], str] | None = None
organization: str | None = None
project: str | None = None
base_url: str | protocols.URL | None = None
timeout: float | protocols.Timeout | None = DEFAULT_TIMEOUT
max_retries: int = DEFAULT_MAX_RETRIES
default_headers: Mapping[str, str | Omit] | None = None
default_query: Mapping[str, object] | None = None
http_client: protocols.HTTPClient | None = None

# Where the names are that are imported when they are used.
_LATER = {
    "APIResponse": "._responses.streaming",
    "AsyncAPIResponse": "._responses.async_streaming",
    "CallOptions": ".resources._call_options",
    "DefaultAioHttpClient": "._http.aiohttp",
    "models": "._module_client",
}

_logs.set_up()


def _set_module_of_public_classes() -> None:
    """Set `__module__` to this package, so that tracebacks and reprs show the name to import."""
    for name in __all__:
        value = globals().get(name)
        if isinstance(value, type) and value.__module__.startswith(__name__):
            value.__module__ = __name__


_set_module_of_public_classes()


def __dir__() -> list[str]:
    hidden = {"TYPE_CHECKING", "annotations", "import_module"}
    return [name for name in {*globals(), *__all__} - hidden if not name.startswith("_") or name in __all__]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what many programs don't use when it is used."""
        if name in {"pagination", "types"}:
            return import_module(f".{name}", __name__)
        if name in _LATER:
            return getattr(import_module(_LATER[name], __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
