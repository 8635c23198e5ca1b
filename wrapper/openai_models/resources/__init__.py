"""The resources of the API that this package covers. They are imported when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .async_models import AsyncModels
    from .models import Models
    from .views import (
        AsyncModelsWithRawResponse,
        AsyncModelsWithStreamingResponse,
        ModelsWithRawResponse,
        ModelsWithStreamingResponse,
    )

__all__ = [
    "AsyncModels", "AsyncModelsWithRawResponse", "AsyncModelsWithStreamingResponse",
    "Models", "ModelsWithRawResponse", "ModelsWithStreamingResponse",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        module = {"Models": "models", "AsyncModels": "async_models"}.get(name, "views")
        globals()[name] = getattr(import_module(f".{module}", __name__), name)
        return globals()[name]
