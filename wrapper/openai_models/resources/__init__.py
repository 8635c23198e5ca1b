"""The resources of the API that this package covers."""

from __future__ import annotations

from .models import (
    AsyncModels,
    AsyncModelsWithRawResponse,
    AsyncModelsWithStreamingResponse,
    CallOptions,
    Models,
    ModelsWithRawResponse,
    ModelsWithStreamingResponse,
)

__all__ = [
    "AsyncModels",
    "AsyncModelsWithRawResponse",
    "AsyncModelsWithStreamingResponse",
    "CallOptions",
    "Models",
    "ModelsWithRawResponse",
    "ModelsWithStreamingResponse",
]
