"""The resources of the API that this package covers."""

from __future__ import annotations

from .models import AsyncModels, Models
from .raw_models import AsyncModelsWithRawResponse, ModelsWithRawResponse
from .streaming_models import AsyncModelsWithStreamingResponse, ModelsWithStreamingResponse

__all__ = [
    "AsyncModels",
    "AsyncModelsWithRawResponse",
    "AsyncModelsWithStreamingResponse",
    "Models",
    "ModelsWithRawResponse",
    "ModelsWithStreamingResponse",
]
