"""The calls of `with_raw_response` and `with_streaming_response`: each returns the response, read or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._config.defaults import NotGiven, Omit, not_given
from .._core.operations import ASYNC_LIST
from .._core.request import RequestOptions
from .._engine import AsyncEngine
from .._engine.sync import Engine
from .._http.protocols import Timeout
from .._responses.async_streaming import AsyncResponseContextManager
from .._responses.streaming import RawAPIResponse, ResponseContextManager
from ..pagination import AsyncPage, SyncPage
from ..types import Model, ModelDeleted
from ._call_options import HiddenOptions
from .async_models import AsyncCalls
from .models import Calls


class ModelsWithRawResponse(
    Calls[RawAPIResponse[SyncPage[Model]], RawAPIResponse[Model], RawAPIResponse[ModelDeleted]]
):
    """`client.models.with_raw_response`: each call returns the HTTP response, with its body read."""

    _engine: Engine

    def _perform(self, options: RequestOptions[Any]) -> Any:
        return RawAPIResponse(self._engine, self._engine.send(options))


class AsyncModelsWithRawResponse(AsyncCalls[RawAPIResponse[Model], RawAPIResponse[ModelDeleted]]):
    """`async_client.models.with_raw_response`: each call returns the HTTP response, with its body read."""

    async def list(
        self,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[AsyncPage[Model]]:
        """List the models that the key can use.

        Args:
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the page.

        Raises:
            OpenAIError: The call failed; `openai_models` has the class of each failure.
            ValueError: An option cannot be sent. Nothing was sent.
            TypeError: An option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, await self._engine.send(options.build(ASYNC_LIST)))

    async def _perform(self, options: RequestOptions[Any]) -> Any:
        return RawAPIResponse(self._engine, await self._engine.send(options))


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
