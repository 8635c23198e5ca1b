"""Responses whose body the caller reads, at once or in pieces, and those that have been read.

`async_streaming` is the twin of the former.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from .._core.failures import MappedExceptions
from .._core.flow import read_flow
from .._core.request import RequestOptions
from .._core.response import read_json, read_text
from .._engine.sync import Engine
from .._redaction import kept_content
from .base import BaseResponse, T

P = TypeVar("P", bytes, str)


class APIResponse(BaseResponse[T]):
    """A response whose body has not been read yet. It is closed at the end of its `with` block."""

    _engine: Engine

    def read(self) -> bytes:
        """Read the body and return it with its content encoding decoded.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        self._check_readable()
        if not self._is_read:
            self._result = self._engine.run(read_flow(self._engine.config, self._result))
            self._is_read = kept_content(self.http_response) is not None
            self._result.check_body()
        return self.http_response.content

    def parse(self) -> T:
        """Read the body, unless it has been read, and return what the plain call returns; the same object each time.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or no result of this operation.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        self.read()
        return self._parsed

    def text(self) -> str:
        """Read the body and return it as text.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        self.read()
        return read_text(self.http_response)

    def json(self) -> Any:
        """Read the body and return its JSON value.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
            ValueError: The body is not JSON.
        """
        self.read()
        return read_json(self.http_response)

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the body in pieces, with its content encoding decoded.

        Args:
            chunk_size: Bytes of each piece but the last; None for pieces as they arrive.

        Raises:
            ValueError: `chunk_size` is less than 1.
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.iter_bytes(chunk_size), chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Yield the body in pieces of text.

        Args:
            chunk_size: Characters of each piece but the last; None for pieces as they arrive.

        Raises:
            ValueError: `chunk_size` is less than 1.
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.iter_text(chunk_size), chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """Yield the lines of the body, without their line ends.

        Raises:
            APIConnectionError: The connection failed before the end of the body, or the timeout passed.
            APIResponseValidationError: The body cannot be decoded.
            OpenAIError: The body has been read in pieces before, or the response is closed.
        """
        return self._iterate(self.http_response.iter_lines())

    def _iterate(self, pieces: Iterator[P], chunk_size: int | None = None) -> Iterator[P]:
        self._begin_pieces(chunk_size)
        while True:
            with MappedExceptions(self.http_request):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
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
        pieces = self.iter_bytes(chunk_size)
        first = next(pieces, b"")  # may fail, before the file is emptied
        with open(file, "wb") as target:  # noqa: PTH123 - takes what open takes
            target.write(first)
            target.writelines(pieces)

    def close(self) -> None:
        """Close the response, whether or not its body has been read.

        Raises:
            APIConnectionError: The stream of your own HTTP client failed to close.
        """
        with MappedExceptions(self.http_request):
            self.http_response.close()


class RawAPIResponse(APIResponse[T]):
    """A response whose body has been read, and is parsed on request: the same object each time."""

    @property
    def content(self) -> bytes:
        """The body, with its content encoding decoded.

        Raises:
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
        """
        return self.read()

    @property
    def text(self) -> CallableText:  # pyright: ignore[reportIncompatibleMethodOverride]  # it can be called, too
        """The body as text. `response.text()` works as well, as it does on streamed responses.

        Raises:
            APIResponseValidationError: The body is larger than `max_response_bytes`, or cannot be decoded.
        """
        self.read()
        return CallableText(read_text(self.http_response))

    def close(self) -> None:
        """Do nothing: the response was closed when its body had been read."""


class CallableText(str):
    """A string that returns itself when called.

    The official SDK has `text` as a property here, and as a method on streamed responses.
    """

    __slots__ = ()

    def __call__(self) -> str:
        return str(self)


class ResponseContextManager(Generic[T]):
    """Sends the request when a `with` is entered, and closes the response when it is left."""

    _response: APIResponse[T] | None = None

    def __init__(self, engine: Engine, options: RequestOptions[T]) -> None:
        self._engine = engine
        self._options = options

    def __enter__(self) -> APIResponse[T]:
        self._response = APIResponse(self._engine, self._engine.send(self._options, stream=True))
        return self._response

    def __exit__(self, *_: object) -> None:
        if self._response is not None:
            self._response.close()
