"""The calls of `with_raw_response`: each returns the HTTP response."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from .._core.request import RequestOptions
from .._engine.sync import Engine
from .._responses.raw import RawAPIResponse
from ..pagination import AsyncPage, SyncPage
from ..types import Model, ModelDeleted
from .async_models import AsyncCalls
from .models import Calls


class ModelsWithRawResponse(
    Calls[RawAPIResponse[SyncPage[Model]], RawAPIResponse[Model], RawAPIResponse[ModelDeleted]]
):
    """`client.models.with_raw_response`: each call returns the HTTP response, with its body read."""

    _engine: Engine

    def _perform(self, options: RequestOptions[Any]) -> Any:
        return RawAPIResponse(self._engine, self._engine.send(options))


class AsyncModelsWithRawResponse(
    AsyncCalls[
        Coroutine[Any, Any, RawAPIResponse[AsyncPage[Model]]], RawAPIResponse[Model], RawAPIResponse[ModelDeleted]
    ]
):
    """`async_client.models.with_raw_response`: each call returns the HTTP response, with its body read."""

    def _list(self, options: RequestOptions[Any]) -> Any:
        return self._perform(options)

    async def _perform(self, options: RequestOptions[Any]) -> Any:
        return RawAPIResponse(self._engine, await self._engine.send(options))
