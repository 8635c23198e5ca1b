"""HTTP responses, for programs that need a header, the status or the bytes of the body.

BaseResponse            what a response tells without its body
├── APIResponse         its body is read by the code in a `with` statement
│   └── RawAPIResponse  its body has been read
└── AsyncAPIResponse    its body is read by the code in an `async with` statement
"""

import datetime as dt
from functools import cached_property
from typing import Any, Generic, TypeVar

from .._core.decoder import DecodedStream
from .._core.error_text import request_id
from .._core.flow import RawResult
from .._engine import AsyncEngine
from .._engine.sync import Engine
from .._exceptions import OpenAIError
from .._httpx import URL, Headers, Request, Response
from .._redaction import bare_request, bare_response, kept_content

T = TypeVar("T")


class BaseResponse(Generic[T]):
    """What a response tells without its body, which can be read once.

    Attributes:
        http_response: The `httpx.Response`.
        retries_taken: The number of attempts before the one that got this response.
    """

    http_response: Response
    retries_taken: int

    def __init__(self, engine: Engine | AsyncEngine | None, result: RawResult[T]) -> None:
        self.http_response = result.response
        self.retries_taken = result.retries_taken
        self._engine = engine
        self._result = result
        self._is_read = kept_content(result.response) is not None  # a streamed one by a hook of the HTTP client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self.status_code}] {self.method}>"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the request's headers, one of which is the key, and the call's options."""
        response = bare_response(self.http_response, bare_request(self.http_request))
        options = self._result.options.replace(extra_headers=None, extra_query=None, extra_body=None)
        result = self._result._replace(response=response, options=options)
        return {**self.__dict__, "http_response": response, "_engine": None, "_result": result}

    @cached_property
    def _parsed(self) -> T:
        return self._result.parse(self._engine)

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, from `x-request-id` or `request-id`; None if it sent none."""
        return request_id(self.headers, None)

    @property
    def headers(self) -> Headers:
        """The headers of the response."""
        return self.http_response.headers

    @property
    def status_code(self) -> int:
        """The status, such as 200."""
        return self.http_response.status_code

    @property
    def http_request(self) -> Request:
        """The request that the server answered, after redirects."""
        return self.http_response.request

    @property
    def url(self) -> URL:
        """The URL of the request that the server answered, after redirects."""
        return self.http_response.url

    @property
    def method(self) -> str:
        """The method of the request, such as `GET`."""
        return self.http_request.method

    @property
    def http_version(self) -> str:
        """The version of HTTP, such as `HTTP/1.1`."""
        return self.http_response.http_version

    @property
    def elapsed(self) -> dt.timedelta:
        """The time from sending the request to closing the response.

        Raises:
            RuntimeError: The response is not closed yet.
        """
        return self.http_response.elapsed

    @property
    def is_closed(self) -> bool:
        """Whether the response is closed, and no longer holds its connection."""
        return self.http_response.is_closed

    def _begin_pieces(self, chunk_size: int | None) -> None:
        self._check_readable(chunk_size)
        if not self._is_read and "content-encoding" in self.headers:
            self.http_response.stream = DecodedStream(self.http_response, self._check_problem)

    def _check_problem(self, problem: str | None) -> None:
        self._result._replace(problem=problem).check_body()

    def _check_readable(self, chunk_size: int | None = None) -> None:
        if chunk_size is not None and chunk_size < 1:
            raise ValueError(f"chunk_size must be at least 1, not {chunk_size}")
        response = self.http_response
        if not self._is_read and (response.is_stream_consumed or response.is_closed):
            raise OpenAIError("The body was read in pieces, or given up, and was not kept: make the call again.")
        self._result.check_body()
