"""The client behind `openai_models.models`, built from the module's own options.

import openai_models

openai_models.api_key = "sk-..."
openai_models.models.list()
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

import openai_models

from ._client import OpenAI
from ._redaction import MAY_HOLD_KEYS, redact

if TYPE_CHECKING:
    from .resources import Models

OPTIONS: Final = (
    "api_key", "organization", "project", "base_url", "timeout", "max_retries", "default_headers", "default_query",
    "http_client",
)  # fmt: skip


class _ModuleClient:
    """Builds a client at the first call, and another one when the module's options have changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._client: OpenAI | None = None
        self._options: dict[str, Any] = {}

    def client(self) -> OpenAI:
        options = {name: getattr(openai_models, name) for name in OPTIONS}
        options |= {name: redact(options[name]) for name in MAY_HOLD_KEYS}
        with self._lock:
            if self._client is None or options != self._options:
                self._client = OpenAI(**options)
                self._options = options
            return self._client


class _ModuleModels:
    """The `models` of the client that the module's options describe now."""

    def __getattr__(self, name: str) -> object:
        return getattr(MODULE_CLIENT.client().models, name)

    def __repr__(self) -> str:
        return "<openai_models.models>"


MODULE_CLIENT: Final = _ModuleClient()
models: Models = cast("Models", _ModuleModels())
