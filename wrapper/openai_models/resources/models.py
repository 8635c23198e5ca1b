"""The one resource of this package: models; and its views, which return responses in another form.

A resource hands the options of each call to its engine. A view is the resource once more, over a caller that
returns raw or streamed responses; what is written in a view is only what that does to the types.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar, cast

from .._core.operations import DELETE, LIST, RETRIEVE
from .._core.request import RequestOptions, path_segment
from .._redaction import redact_options
from .._responses.raw import AsyncRawCaller, RawCaller
from .._responses.streaming import AsyncResponseContextManager, AsyncStreamingCaller, StreamingCaller
from ..pagination import AsyncPage, AsyncPaginator, SyncPage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from typing import Unpack

    from .._config.sentinels import NotGiven, Omit
    from .._core.operations import Operation
    from .._engine.aio import AsyncEngine
    from .._engine.sync import Engine
    from .._httpx import Timeout
    from .._responses.raw import APIResponse
    from .._responses.streaming import ResponseContextManager
    from ..types import Model, ModelDeleted

__all__ = [
    "AsyncModels",
    "AsyncModelsWithRawResponse",
    "AsyncModelsWithStreamingResponse",
    "CallOptions",
    "Models",
    "ModelsWithRawResponse",
    "ModelsWithStreamingResponse",
]

P = ParamSpec("P")
T = TypeVar("T")


class CallOptions(TypedDict, total=False):
    """What every call takes besides its own arguments.

    Attributes:
        extra_headers: Sent over the client's; one set to `omit` is left out.
        extra_query: Query parameters, over the client's.
        extra_body: Sent as JSON, with methods other than GET.
        timeout: In seconds, for a whole attempt; or a `Timeout`; instead of the client's.
    """

    extra_headers: Mapping[str, str | Omit] | None
    extra_query: Mapping[str, object] | None
    extra_body: object | None
    timeout: float | Timeout | NotGiven | None


def _request_options(
    operation: Operation[T], options: CallOptions, page_class: Any = None, **arguments: str
) -> RequestOptions[T]:
    if options:
        redact_options(cast("dict[str, Any]", options))
    return RequestOptions(operation, arguments, page_class, **options)


class Models:
    """List, retrieve and delete models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, **options: Unpack[CallOptions]) -> SyncPage[Model]:
        """List the models that the key may use.

        Args:
            **options: See `CallOptions`.

        Raises:
            OpenAIError: It failed; see the package's errors.
            ValueError: An option can't be sent; nothing was.
            TypeError: An option is of the wrong type; nothing was sent.
        """
        return self._engine.call(_request_options(LIST, options, SyncPage))

    def retrieve(self, model: str, **options: Unpack[CallOptions]) -> Model:
        """Ask for one model.

        Args:
            model: Its id.
            **options: See `CallOptions`.

        Raises:
            NotFoundError: There is no such model, or none that the key may see.
            OpenAIError: It failed otherwise; see the package's errors.
            ValueError: The id can't be one segment of a path; nothing was sent.
            TypeError: The id isn't a string; nothing was sent.
        """
        return self._engine.call(_request_options(RETRIEVE, options, model=path_segment(model)))

    def delete(self, model: str, **options: Unpack[CallOptions]) -> ModelDeleted:
        """Delete a fine-tuned model. The key's owner must have the role Owner.

        Args:
            model: Its id.
            **options: See `CallOptions`.

        Returns:
            The server's word that it did; without that, an error is raised.

        Raises:
            NotFoundError: There is no such model.
            APIResponseValidationError: The server didn't say that it is deleted.
            OpenAIError: It failed otherwise; see the package's errors.
            ValueError: The id can't be one segment of a path; nothing was sent.
            TypeError: The id isn't a string; nothing was sent.
        """
        return self._engine.call(_request_options(DELETE, options, model=path_segment(model)))

    @property
    def with_raw_response(self) -> ModelsWithRawResponse:
        """The same calls, giving an `APIResponse` each."""
        return ModelsWithRawResponse(type(self)(cast("Engine", RawCaller(self._engine))))

    @property
    def with_streaming_response(self) -> ModelsWithStreamingResponse:
        """The same calls, giving their responses unread, each in a `with`."""
        return ModelsWithStreamingResponse(type(self)(cast("Engine", StreamingCaller(self._engine))))


class AsyncModels:
    """List, retrieve and delete models."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def list(self, **options: Unpack[CallOptions]) -> AsyncPaginator[Model]:
        """List the models that the key may use: as `Models.list`.

        Returns:
            What gives the first page when awaited, and every model when iterated.
        """
        return AsyncPaginator(partial(self._engine.call, _request_options(LIST, options, AsyncPage)))

    async def retrieve(self, model: str, **options: Unpack[CallOptions]) -> Model:
        """Ask for one model: as `Models.retrieve`."""
        return await self._engine.call(_request_options(RETRIEVE, options, model=path_segment(model)))

    async def delete(self, model: str, **options: Unpack[CallOptions]) -> ModelDeleted:
        """Delete a fine-tuned model: as `Models.delete`."""
        return await self._engine.call(_request_options(DELETE, options, model=path_segment(model)))

    @property
    def with_raw_response(self) -> AsyncModelsWithRawResponse:
        """The same calls, giving an `APIResponse` each."""
        return AsyncModelsWithRawResponse(type(self)(cast("AsyncEngine", AsyncRawCaller(self._engine))))

    @property
    def with_streaming_response(self) -> AsyncModelsWithStreamingResponse:
        """The same calls, giving their responses unread, each in an `async with`."""
        return AsyncModelsWithStreamingResponse(type(self)(cast("AsyncEngine", AsyncStreamingCaller(self._engine))))


class ModelsWithRawResponse:
    """`client.models.with_raw_response`."""

    def __init__(self, models: Models) -> None:
        self.list = _raw(models.list)
        self.retrieve = _raw(models.retrieve)
        self.delete = _raw(models.delete)


class ModelsWithStreamingResponse:
    """`client.models.with_streaming_response`."""

    def __init__(self, models: Models) -> None:
        self.list = _streamed(models.list)
        self.retrieve = _streamed(models.retrieve)
        self.delete = _streamed(models.delete)


class AsyncModelsWithRawResponse:
    """`async_client.models.with_raw_response`."""

    def __init__(self, models: AsyncModels) -> None:
        self.list = _async_raw_page(models.list)
        self.retrieve = _async_raw(models.retrieve)
        self.delete = _async_raw(models.delete)


class AsyncModelsWithStreamingResponse:
    """`async_client.models.with_streaming_response`."""

    def __init__(self, models: AsyncModels) -> None:
        self.list = _async_streamed(models.list)
        self.retrieve = _async_streamed(models.retrieve)
        self.delete = _async_streamed(models.delete)


# A view's caller returns what the annotations say here, and not what those of the resource say.


def _raw(method: Callable[P, T]) -> Callable[P, APIResponse[T]]:
    return cast("Callable[P, APIResponse[T]]", method)


def _streamed(method: Callable[P, T]) -> Callable[P, ResponseContextManager[T]]:
    return cast("Callable[P, ResponseContextManager[T]]", method)


def _async_raw(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, APIResponse[T]]]:
    return cast("Callable[P, Coroutine[Any, Any, APIResponse[T]]]", method)


def _async_raw_page(
    method: Callable[P, AsyncPaginator[Model]],
) -> Callable[P, Awaitable[APIResponse[AsyncPage[Model]]]]:
    return cast("Callable[P, Awaitable[APIResponse[AsyncPage[Model]]]]", method)


def _async_streamed(method: Callable[P, Awaitable[T]]) -> Callable[P, AsyncResponseContextManager[T]]:
    def prepare(*args: P.args, **options: P.kwargs) -> AsyncResponseContextManager[T]:
        return AsyncResponseContextManager(cast("Any", method(*args, **options)))

    return prepare
