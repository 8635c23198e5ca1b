"""Responses as they came, for those who need a header, a status or the bytes.

View                  what every form of a response tells without reading it
├── APIResponse       its body has been read
├── StreamedResponse  its body is read by the caller, inside a `with`
└── AsyncStreamedResponse
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import evolve

from .._core.error_text import request_id
from .._core.response import read_json, read_text
from .._exceptions import bare_request, bare_response

if TYPE_CHECKING:
    import datetime as dt

    from .._core.flow import RawResult
    from .._core.request import RequestOptions
    from .._engine.aio import AsyncEngine
    from .._engine.sync import Engine
    from .._httpx import URL, Headers, Request, Response

T = TypeVar("T")


class View(Generic[T]):
    """What a response tells without being read.

    Attributes:
        http_response: The HTTP library's own response.
        retries_taken: How many attempts went before the one that was answered.
    """

    http_response: Response
    retries_taken: int

    def __init__(self, engine: Engine | AsyncEngine | None, result: RawResult[T]) -> None:
        self.http_response = result.response
        self.retries_taken = result.retries_taken
        self._engine = engine
        self._result = result

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self.status_code}] {self.method}>"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the request's headers, one of which is the key, and the call's options."""
        response = bare_response(self.http_response, bare_request(self.http_request))
        options = evolve(self._result.options, extra_headers=None, extra_query=None, extra_body=None)
        result = evolve(self._result, response=response, options=options)
        return {**self.__dict__, "http_response": response, "_engine": None, "_result": result}

    @cached_property
    def _parsed(self) -> T:
        return self._result.parse(self._engine)

    @property
    def request_id(self) -> str | None:
        """The server's id of the request."""
        return request_id(self.headers, None)

    @property
    def headers(self) -> Headers:
        """The response's headers."""
        return self.http_response.headers

    @property
    def status_code(self) -> int:
        """The response's status."""
        return self.http_response.status_code

    @property
    def http_request(self) -> Request:
        """The request that was answered."""
        return self.http_response.request

    @property
    def url(self) -> URL:
        """Where the request was sent."""
        return self.http_response.url

    @property
    def method(self) -> str:
        """The request's method."""
        return self.http_request.method

    @property
    def http_version(self) -> str:
        """The version of HTTP, such as `HTTP/1.1`."""
        return self.http_response.http_version

    @property
    def elapsed(self) -> dt.timedelta:
        """The time from sending the request to the end of the body."""
        return self.http_response.elapsed

    @property
    def is_closed(self) -> bool:
        """Whether the response is done with its connection."""
        return self.http_response.is_closed


class APIResponse(View[T]):
    """A response, read but not parsed."""

    def parse(self) -> T:
        """Give what the call without `with_raw_response` gives.

        Raises:
            APIResponseValidationError: The answer isn't one of this operation.
        """
        return self._parsed

    @property
    def content(self) -> bytes:
        """The body, decoded."""
        return self.http_response.content

    @property
    def text(self) -> CallableText:
        """The body as text; `response.text()` works as well."""
        return CallableText(read_text(self.http_response))

    def json(self) -> Any:
        """Give the body as JSON.

        Raises:
            ValueError: It isn't.
        """
        return read_json(self.http_response)

    def read(self) -> bytes:
        """Give the body, decoded."""
        return self.content


class CallableText(str):
    """Text that may be called for itself.

    The official SDK has `text` as a property here, and as a method on streamed responses.
    """

    __slots__ = ()

    def __call__(self) -> str:
        return str(self)


class RawCaller:
    """Sends calls whose result is an `APIResponse`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def call(self, options: RequestOptions[T]) -> APIResponse[T]:
        """Send a call, and return its response."""
        return APIResponse(self._engine, self._engine.send(options))


class AsyncRawCaller:
    """Sends async calls whose result is an `APIResponse`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def call(self, options: RequestOptions[T]) -> APIResponse[T]:
        """Send a call, and return its response."""
        return APIResponse(self._engine, await self._engine.send(options))
