"""Responses whose body has been read: those of `with_raw_response`."""

from __future__ import annotations

from .._core.response import read_text
from .base import T
from .streaming import APIResponse


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
