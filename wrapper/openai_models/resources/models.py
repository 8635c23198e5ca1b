"""The one resource of this package: models.

Pages are imported by the calls that give some: a hundredth of what a program takes to its first model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, TypeVar, cast

from attrs import evolve

from .._core.operations import DELETE, LIST, RETRIEVE
from .._core.request import Call, path_segment
from .._redaction import refused
from .._responses.views import (
    AsyncModelsWithRawResponse,
    AsyncModelsWithStreamingResponse,
    ModelsWithRawResponse,
    ModelsWithStreamingResponse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol, Unpack

    from .._config.sentinels import NotGiven, Omit
    from .._core.operations import Operation
    from .._core.parse import Listing
    from .._engine.aio import AsyncSender
    from .._engine.sync import Sender
    from .._httpx import Timeout
    from ..pagination import AsyncPage, AsyncPaginator, SyncPage
    from ..types import Model, ModelDeleted

    class _Run(Protocol):
        def __call__(self, call: Call[T], finish: Callable[[T], R], /) -> R: ...

    class _AsyncRun(Protocol):
        async def __call__(self, call: Call[T], finish: Callable[[T], R], /) -> R: ...


__all__ = [
    "AsyncModels",
    "AsyncModelsWithRawResponse",
    "AsyncModelsWithStreamingResponse",
    "CallOptions",
    "Models",
    "ModelsWithRawResponse",
    "ModelsWithStreamingResponse",
]

R = TypeVar("R")
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


def _call(operation: Operation[T], options: CallOptions, **arguments: str) -> Call[T]:
    try:
        return Call(operation=operation, arguments=arguments, **options)
    except (ValueError, TypeError) as error:
        cast("dict[str, object]", options).clear()
        raise refused(error) from None


def _as_it_is(result: T) -> T:
    return result


class Models:
    """List, retrieve and delete models."""

    def __init__(self, sender: Sender, *, run: _Run | None = None) -> None:
        self._sender = sender
        self._run = run or self._parsed

    def list(self, **options: Unpack[CallOptions]) -> SyncPage[Model]:
        """List the models that the key may use.

        Args:
            **options: See `CallOptions`.

        Raises:
            OpenAIError: It failed; see the package's errors.
            ValueError: An option can't be sent; nothing was.
            TypeError: An option is of the wrong type; nothing was sent.
        """
        return self._page(_call(LIST, options))

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
        return self._run(_call(RETRIEVE, options, model=path_segment(model)), _as_it_is)

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
        return self._run(_call(DELETE, options, model=path_segment(model)), _as_it_is)

    @property
    def with_raw_response(self) -> ModelsWithRawResponse:
        """The same calls, giving an `APIResponse` each."""
        return ModelsWithRawResponse(self)

    @property
    def with_streaming_response(self) -> ModelsWithStreamingResponse:
        """The same calls, giving their responses unread, each in a `with`."""
        return ModelsWithStreamingResponse(self)

    def _parsed(self, call: Call[T], finish: Callable[[T], R]) -> R:
        return self._sender.send(call).finished(finish)

    def _page(self, call: Call[Listing]) -> SyncPage[Model]:
        from ..pagination import SyncPage  # noqa: PLC0415 - see above

        def again(params: Mapping[str, str]) -> SyncPage[Model]:
            return Models(self._sender)._page(evolve(call, extra_query={**call.extra_query, **params}))

        return self._run(call, lambda listing: SyncPage._of(listing.sent, listing.make, again))


class AsyncModels:
    """List, retrieve and delete models."""

    def __init__(self, sender: AsyncSender, *, run: _AsyncRun | None = None) -> None:
        self._sender = sender
        self._run = run or self._parsed

    def list(self, **options: Unpack[CallOptions]) -> AsyncPaginator[Model]:
        """List the models that the key may use: as `Models.list`.

        Returns:
            What gives the first page when awaited, and every model when iterated.
        """
        from ..pagination import AsyncPaginator  # noqa: PLC0415 - see above

        call = _call(LIST, options)
        return AsyncPaginator(lambda: self._page(call))

    async def retrieve(self, model: str, **options: Unpack[CallOptions]) -> Model:
        """Ask for one model: as `Models.retrieve`."""
        return await self._run(_call(RETRIEVE, options, model=path_segment(model)), _as_it_is)

    async def delete(self, model: str, **options: Unpack[CallOptions]) -> ModelDeleted:
        """Delete a fine-tuned model: as `Models.delete`."""
        return await self._run(_call(DELETE, options, model=path_segment(model)), _as_it_is)

    @property
    def with_raw_response(self) -> AsyncModelsWithRawResponse:
        """The same calls, giving an `APIResponse` each."""
        return AsyncModelsWithRawResponse(self)

    @property
    def with_streaming_response(self) -> AsyncModelsWithStreamingResponse:
        """The same calls, giving their responses unread, each in an `async with`."""
        return AsyncModelsWithStreamingResponse(self)

    async def _parsed(self, call: Call[T], finish: Callable[[T], R]) -> R:
        return (await self._sender.send(call)).finished(finish)

    async def _page(self, call: Call[Listing]) -> AsyncPage[Model]:
        from ..pagination import AsyncPage  # noqa: PLC0415 - see above

        async def again(params: Mapping[str, str]) -> AsyncPage[Model]:
            return await AsyncModels(self._sender)._page(evolve(call, extra_query={**call.extra_query, **params}))

        return await self._run(call, lambda listing: AsyncPage._of(listing.sent, listing.make, again))
