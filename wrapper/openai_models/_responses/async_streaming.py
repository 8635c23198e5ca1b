"""Responses whose body async code reads, at once or in pieces. `streaming` is the twin."""

import os
from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

from .._core.failures import MappedExceptions
from .._core.flow import read_flow
from .._core.request import RequestOptions
from .._core.response import read_json, read_text
from .._engine import AsyncEngine
from .._redaction import kept_content
from .base import BaseResponse, T

P = TypeVar("P", bytes, str)


class AsyncAPIResponse(BaseResponse[T]):
    """A response whose body has not been read yet. It is closed at the end of its `async with` block."""

    _engine: AsyncEngine

    async def read(self) -> bytes:
        """Read the body and return it with its content encoding decoded.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        self._check_readable()
        if not self._is_read:
            self._result = await self._engine.run(read_flow(self._engine.config, self._result))
            self._is_read = kept_content(self.http_response) is not None
            self._result.check_body()
        return self.http_response.content

    async def parse(self) -> T:
        """Read the body, unless it has been read, and return what the plain call returns; the same object each time.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or no result of this operation.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        await self.read()
        return self._parsed

    async def text(self) -> str:
        """Read the body and return it as text.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        await self.read()
        return read_text(self.http_response)

    async def json(self) -> Any:
        """Read the body and return its JSON value.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
            ValueError: The body is not JSON.
        """
        await self.read()
        return read_json(self.http_response)

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Yield the body in pieces, with its content encoding decoded.

        Args:
            chunk_size: Bytes of each piece but the last; None for pieces as they arrive.

        Raises:
            ValueError: `chunk_size` is less than 1.
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.aiter_bytes(chunk_size), chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Yield the body in pieces of text.

        Args:
            chunk_size: Characters of each piece but the last; None for pieces as they arrive.

        Raises:
            ValueError: `chunk_size` is less than 1.
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.aiter_text(chunk_size), chunk_size)

    def iter_lines(self) -> AsyncIterator[str]:
        """Yield the lines of the body, without their line ends.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.aiter_lines())

    async def _iterate(self, pieces: AsyncIterator[P], chunk_size: int | None = None) -> AsyncIterator[P]:
        self._begin_pieces(chunk_size)
        while True:
            with MappedExceptions(self.http_request):
                piece = await anext(pieces, None)
            if piece is None:
                return
            yield piece

    async def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body to a file, with its content encoding decoded.

        Args:
            file: The path of the file. An existing file is replaced.
            chunk_size: Bytes of each write but the last; None for pieces as they arrive.

        Raises:
            ValueError: `chunk_size` is less than 1.
            OSError: The file cannot be written.
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        import anyio  # noqa: PLC0415 - only async programs pay for it

        pieces = self.iter_bytes(chunk_size)
        first = await anext(pieces, b"")  # may fail, before the file is emptied
        async with await anyio.open_file(file, "wb") as target:
            await target.write(first)
            async for data in pieces:
                await target.write(data)

    async def close(self) -> None:
        """Close the response, whether or not its body has been read.

        Raises:
            APIConnectionError: The stream of your own HTTP client failed to close.
        """
        with MappedExceptions(self.http_request):
            await self.http_response.aclose()


class AsyncResponseContextManager(Generic[T]):
    """Sends the request when an `async with` is entered, and closes the response when it is left."""

    _response: AsyncAPIResponse[T] | None = None

    def __init__(self, engine: AsyncEngine, options: RequestOptions[T]) -> None:
        self._engine = engine
        self._options = options

    async def __aenter__(self) -> AsyncAPIResponse[T]:
        self._response = AsyncAPIResponse(self._engine, await self._engine.send(self._options, stream=True))
        return self._response

    async def __aexit__(self, *_: object) -> None:
        if self._response is not None:
            await self._response.close()
