"""The client behind `openai_models.models`, made from the module's own settings.

import openai_models

openai_models.api_key = "sk-..."
openai_models.models.list()
"""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from ._client import OpenAI
from ._redaction import redact_options

if TYPE_CHECKING:
    from .resources import Models

SETTINGS: Final = (
    "api_key",
    "organization",
    "project",
    "base_url",
    "timeout",
    "max_retries",
    "default_headers",
    "default_query",
    "http_client",
)


class _ModuleClient:
    """Makes a client when one is needed, and another when the settings have changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._client: OpenAI | None = None
        self._made_from: dict[str, Any] = {}

    def client(self) -> OpenAI:
        package = sys.modules[__name__.rpartition(".")[0]]
        settings = {name: getattr(package, name) for name in SETTINGS}
        redact_options(settings)
        with self._lock:
            if self._client is None or settings != self._made_from:
                self._client = OpenAI(**settings)
                self._made_from = settings
            return self._client

    def forget(self) -> None:
        """Let the next call make a client anew."""
        with self._lock:
            self._client = None


class _ModuleModels:
    """`client.models` of whichever client the module's settings give now."""

    def __init__(self, source: _ModuleClient) -> None:
        self._source = source

    def __getattr__(self, name: str) -> object:
        return getattr(self._source.client().models, name)

    def __repr__(self) -> str:
        return "<openai_models.models>"


MODULE_CLIENT: Final = _ModuleClient()
models: Models = cast("Models", _ModuleModels(MODULE_CLIENT))
