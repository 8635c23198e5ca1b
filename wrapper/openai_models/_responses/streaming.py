"""Responses whose body the caller reads, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._core.failures import map_exceptions
from .._core.flow import read_flow
from .._core.response import read_json, read_text
from .._exceptions import OpenAIError
from .raw import View

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Awaitable, Iterator
    from types import TracebackType

    from .._core.request import RequestOptions
    from .._engine.aio import AsyncEngine
    from .._engine.sync import Engine

T = TypeVar("T")


class _Unread(View[T]):
    """A response whose body is still to be read, once."""

    _was_begun = False
    _has_been_read = False

    def _check_unread(self) -> None:
        response = self.http_response
        if not self._has_been_read and (self._was_begun or response.is_stream_consumed or response.is_closed):
            msg = "The body has been gone through, or given up, and was not kept: make the call again."
            raise OpenAIError(msg)


class StreamedResponse(_Unread[T]):
    """A response whose body is still to be read."""

    _engine: Engine

    def read(self) -> bytes:
        """Read the whole body, within the client's bound on its size.

        Raises:
            APIConnectionError: The connection broke before its end.
            OpenAIError: It has been gone through piece by piece before.
        """
        if not self._has_been_read:
            self._check_unread()
            self._was_begun = True
            self._result = self._engine.run(read_flow(self._engine.config, self._result))
            self._has_been_read = True
        return self.http_response.content

    def parse(self) -> T:
        """Read the body and give what the call without streaming gives.

        Raises:
            APIConnectionError: The connection broke before its end.
            APIResponseValidationError: The answer isn't one of this operation.
        """
        self.read()
        return self._parsed

    def text(self) -> str:
        """Read the body as text."""
        self.read()
        return read_text(self.http_response)

    def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            ValueError: It isn't.
        """
        self.read()
        return read_json(self.http_response)

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Go through the body, decoded, in pieces (of `chunk_size` bytes, if given)."""
        self._check_unread()
        with map_exceptions(self.http_request):
            yield from self.http_response.iter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Go through the body as text, in pieces (of `chunk_size` characters, if given)."""
        self._check_unread()
        with map_exceptions(self.http_request):
            yield from self.http_response.iter_text(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """Go through the body line by line, without the line ends."""
        self._check_unread()
        with map_exceptions(self.http_request):
            yield from self.http_response.iter_lines()

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body, decoded, to a file."""
        with open(file, "wb") as target:  # noqa: PTH123 - takes what open takes
            target.writelines(self.iter_bytes(chunk_size))

    def close(self) -> None:
        """Give the connection up, whether or not the body has been read."""
        self.http_response.close()


class AsyncStreamedResponse(_Unread[T]):
    """A response whose body is still to be read."""

    _engine: AsyncEngine

    async def read(self) -> bytes:
        """Read the whole body, within the client's bound on its size.

        Raises:
            APIConnectionError: The connection broke before its end.
            OpenAIError: It has been gone through piece by piece before.
        """
        if not self._has_been_read:
            self._check_unread()
            self._was_begun = True
            self._result = await self._engine.run(read_flow(self._engine.config, self._result))
            self._has_been_read = True
        return self.http_response.content

    async def parse(self) -> T:
        """Read the body and give what the call without streaming gives.

        Raises:
            APIConnectionError: The connection broke before its end.
            APIResponseValidationError: The answer isn't one of this operation.
        """
        await self.read()
        return self._parsed

    async def text(self) -> str:
        """Read the body as text."""
        await self.read()
        return read_text(self.http_response)

    async def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            ValueError: It isn't.
        """
        await self.read()
        return read_json(self.http_response)

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Go through the body, decoded, in pieces (of `chunk_size` bytes, if given)."""
        self._check_unread()
        with map_exceptions(self.http_request):
            async for data in self.http_response.aiter_bytes(chunk_size):
                yield data

    async def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Go through the body as text, in pieces (of `chunk_size` characters, if given)."""
        self._check_unread()
        with map_exceptions(self.http_request):
            async for text in self.http_response.aiter_text(chunk_size):
                yield text

    async def iter_lines(self) -> AsyncIterator[str]:
        """Go through the body line by line, without the line ends."""
        self._check_unread()
        with map_exceptions(self.http_request):
            async for line in self.http_response.aiter_lines():
                yield line

    async def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body, decoded, to a file."""
        import anyio  # noqa: PLC0415 - only async programs pay for it

        async with await anyio.open_file(file, "wb") as target:
            async for data in self.iter_bytes(chunk_size):
                await target.write(data)

    async def close(self) -> None:
        """Give the connection up, whether or not the body has been read."""
        await self.http_response.aclose()


class ResponseContextManager(Generic[T]):
    """Sends the call when entered, and closes the response when left."""

    def __init__(self, engine: Engine, options: RequestOptions[T]) -> None:
        self._engine = engine
        self._options = options
        self._response: StreamedResponse[T] | None = None

    def __enter__(self) -> StreamedResponse[T]:
        self._response = StreamedResponse(self._engine, self._engine.send(self._options, stream=True))
        return self._response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            self._response.close()


class AsyncResponseContextManager(Generic[T]):
    """Sends the call when entered, and closes the response when left."""

    def __init__(self, call: Awaitable[AsyncStreamedResponse[T]]) -> None:
        self._call = call
        self._response: AsyncStreamedResponse[T] | None = None

    async def __aenter__(self) -> AsyncStreamedResponse[T]:
        self._response = await self._call
        return self._response

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            await self._response.close()


class StreamingCaller:
    """Prepares calls that are sent when their result is entered, and whose body is left unread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def call(self, options: RequestOptions[T]) -> ResponseContextManager[T]:
        """Return what sends the call when it is entered."""
        return ResponseContextManager(self._engine, options)


class AsyncStreamingCaller:
    """Sends async calls whose body is left unread."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def call(self, options: RequestOptions[T]) -> AsyncStreamedResponse[T]:
        """Send a call, and return its response."""
        return AsyncStreamedResponse(self._engine, await self._engine.send(options, stream=True))
