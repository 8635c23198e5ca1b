"""The async calls. `models` is the twin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Generic

from .. import resources
from .._config.defaults import NotGiven, Omit, not_given
from .._core.operations import ASYNC_LIST, DELETE, RETRIEVE
from .._core.request import RequestOptions, path_segment
from .._engine import AsyncEngine
from .._http.protocols import Timeout
from ..pagination import AsyncPaginator
from ..types import Model, ModelDeleted
from ._call_options import HiddenOptions
from .models import DeleteResult, RetrieveResult


class AsyncCalls(Generic[RetrieveResult, DeleteResult]):
    """The calls that are awaited, beside `list`. A subclass names their results."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _perform(self, options: RequestOptions[Any]) -> Any:
        """Send a call, and return its result."""
        raise NotImplementedError

    async def retrieve(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RetrieveResult:
        """Retrieve one model.

        Args:
            model: The model's id.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The model; of `with_raw_response` or `with_streaming_response`: the response that holds it.

        Raises:
            NotFoundError: The model does not exist, or the key cannot see it.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        found: RetrieveResult = await self._perform(options.build(RETRIEVE, model=path_segment(model)))
        return found

    async def delete(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> DeleteResult:
        """Delete a fine-tuned model. The key's owner needs the role Owner in the organization.

        Args:
            model: The id of the model, such as `ft:gpt-4o-mini:acemeco:suffix:abc123`.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Sent as the JSON body of the request.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The server's confirmation; of `with_raw_response` or `with_streaming_response`: the response that holds it.

        Raises:
            NotFoundError: The model does not exist.
            APIResponseValidationError: The server did not confirm the deletion. Of a response: by `parse()`.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        deleted: DeleteResult = await self._perform(options.build(DELETE, model=path_segment(model)))
        return deleted


class AsyncModels(AsyncCalls[Model, ModelDeleted]):
    """List, retrieve and delete models: `async_client.models`.

    `retrieve()` returns a `Model`, `delete()` a `ModelDeleted`.
    """

    def list(
        self,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> AsyncPaginator[Model]:
        """List the models that the key can use. The request is sent when the result is awaited or iterated over.

        Args:
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            An object to await for the first page, or to iterate over with `async for` for all models.

        Raises:
            OpenAIError: The call failed; `openai_models` has the class of each failure.
            ValueError: An option cannot be sent. Nothing was sent.
            TypeError: An option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return AsyncPaginator(partial(self._engine.call, options.build(ASYNC_LIST)))

    async def _perform(self, options: RequestOptions[Any]) -> Any:
        return await self._engine.call(options)

    @property
    def with_raw_response(self) -> resources.AsyncModelsWithRawResponse:
        """The same calls, each of which returns an `APIResponse`: the status, the headers and the body."""
        return resources.AsyncModelsWithRawResponse(self._engine)

    @property
    def with_streaming_response(self) -> resources.AsyncModelsWithStreamingResponse:
        """The same calls, each for an `async with`: it gives an `AsyncAPIResponse` whose body has not been read yet."""
        return resources.AsyncModelsWithStreamingResponse(self._engine)
