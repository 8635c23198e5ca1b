"""The calls of `with_streaming_response`: each returns a context manager of an unread response."""

from __future__ import annotations

from typing import Any

from .._core.operations import ASYNC_LIST
from .._core.request import RequestOptions
from .._engine import AsyncEngine
from .._engine.sync import Engine
from .._responses.async_streaming import AsyncResponseContextManager
from .._responses.streaming import ResponseContextManager
from ..pagination import AsyncPage, SyncPage
from ..types import Model, ModelDeleted
from .models import Calls


class ModelsWithStreamingResponse(
    Calls[
        ResponseContextManager[SyncPage[Model]],
        ResponseContextManager[Model],
        ResponseContextManager[ModelDeleted],
    ]
):
    """`client.models.with_streaming_response`: each call is for a `with`, which gives the unread response."""

    _engine: Engine

    def _perform(self, options: RequestOptions[Any]) -> Any:
        return ResponseContextManager(self._engine, options)


class AsyncModelsWithStreamingResponse(
    Calls[
        AsyncResponseContextManager[AsyncPage[Model]],
        AsyncResponseContextManager[Model],
        AsyncResponseContextManager[ModelDeleted],
    ]
):
    """`async_client.models.with_streaming_response`: each call is for an `async with`, which gives the response."""

    _engine: AsyncEngine
    _list_operation = ASYNC_LIST

    def _perform(self, options: RequestOptions[Any]) -> Any:
        return AsyncResponseContextManager(self._engine, options)
