"""The three model endpoints of the OpenAI API - list, retrieve, delete - and no more.

The names are those of the official SDK:

    from openai_models import OpenAI

    client = OpenAI()
    for model in client.models.list():
        print(model.id, model.created_at)
"""

from __future__ import annotations

from . import pagination, resources, types
from ._client import AsyncOpenAI, OpenAI
from ._config import DEFAULT_MAX_RETRIES
from ._errors import (
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
from ._http import (
    DEFAULT_CONNECTION_LIMITS,
    DEFAULT_TIMEOUT,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    Timeout,
)
from ._sentinels import NOT_GIVEN, NotGiven, Omit, not_given, omit
from ._version import __version__

Client = OpenAI
AsyncClient = AsyncOpenAI

__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
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
    "not_given",
    "omit",
    "pagination",
    "resources",
    "types",
]
