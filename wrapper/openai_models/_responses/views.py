"""The same calls, giving their responses in another form.

A resource hands each call to its `run`. A view is the resource once more with another
`run`; what is written here is only what that does to the types.

What the responses are made of is imported with the first view: most programs have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from .._core.request import Call
    from ..pagination import AsyncPage, AsyncPaginator
    from ..resources import AsyncModels, Models
    from ..types import Model
    from .raw import APIResponse
    from .streaming import AsyncResponseContextManager, ResponseContextManager

P = ParamSpec("P")
T = TypeVar("T")


class ModelsWithRawResponse:
    """`client.models.with_raw_response`."""

    def __init__(self, models: Models) -> None:
        from .raw import APIResponse  # noqa: PLC0415 - see above

        def run(call: Call[Any], finish: Callable[[Any], Any]) -> Any:
            return APIResponse(models._sender.send(call), finish)

        view = type(models)(models._sender, run=run)
        self.list = _raw(view.list)
        self.retrieve = _raw(view.retrieve)
        self.delete = _raw(view.delete)


class ModelsWithStreamingResponse:
    """`client.models.with_streaming_response`."""

    def __init__(self, models: Models) -> None:
        from .streaming import ResponseContextManager, StreamedResponse  # noqa: PLC0415 - see above

        sender = models._sender

        def run(call: Call[Any], finish: Callable[[Any], Any]) -> Any:
            return ResponseContextManager(lambda: StreamedResponse(sender, sender.send(call, stream=True), finish))

        view = type(models)(sender, run=run)
        self.list = _streamed(view.list)
        self.retrieve = _streamed(view.retrieve)
        self.delete = _streamed(view.delete)


class AsyncModelsWithRawResponse:
    """`async_client.models.with_raw_response`."""

    def __init__(self, models: AsyncModels) -> None:
        from .raw import APIResponse  # noqa: PLC0415 - see above

        async def run(call: Call[Any], finish: Callable[[Any], Any]) -> Any:
            return APIResponse(await models._sender.send(call), finish)

        view = type(models)(models._sender, run=run)
        self.list = _async_raw_page(view.list)
        self.retrieve = _async_raw(view.retrieve)
        self.delete = _async_raw(view.delete)


class AsyncModelsWithStreamingResponse:
    """`async_client.models.with_streaming_response`."""

    def __init__(self, models: AsyncModels) -> None:
        from .streaming import AsyncStreamedResponse  # noqa: PLC0415 - see above

        sender = models._sender

        async def run(call: Call[Any], finish: Callable[[Any], Any]) -> Any:
            return AsyncStreamedResponse(sender, await sender.send(call, stream=True), finish)

        view = type(models)(sender, run=run)
        self.list = _async_streamed_page(view.list)
        self.retrieve = _async_streamed(view.retrieve)
        self.delete = _async_streamed(view.delete)


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


def _async_streamed(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, AsyncResponseContextManager[T]]:
    from .streaming import AsyncResponseContextManager  # noqa: PLC0415 - see above

    def opening(*args: P.args, **options: P.kwargs) -> AsyncResponseContextManager[T]:
        call: Any = method(*args, **options)
        return AsyncResponseContextManager(lambda: call)

    return opening


def _async_streamed_page(
    method: Callable[P, AsyncPaginator[Model]],
) -> Callable[P, AsyncResponseContextManager[AsyncPage[Model]]]:
    from .streaming import AsyncResponseContextManager  # noqa: PLC0415 - see above

    def opening(*args: P.args, **options: P.kwargs) -> AsyncResponseContextManager[AsyncPage[Model]]:
        call: Any = method(*args, **options)
        return AsyncResponseContextManager(lambda: call)

    return opening
