"""The sync shell: it sends, waits and reads; all that is decided is decided elsewhere.

`_async` is its twin, line by line.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from .. import _logs
from .._attempt import ATTEMPT, Attempt
from .._config.configuration import checked_key
from .._core.decoder import BodyReader
from .._core.flow import Answer, accept, failures, retry_context
from .._core.redirects import MOST_REDIRECTS, RedirectRefusedError, next_request
from .._core.request import build, request_of
from .._core.response import status_error
from .._exceptions import OpenAIError
from .._httpx import Client, SyncByteStream, TooManyRedirects
from .._redaction import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._config.configuration import Configuration
    from .._core.request import Call
    from .._httpx import Request, Response, Timeout

T = TypeVar("T")


@frozen(eq=False, repr=False)
class Sender:
    """Sends calls over one HTTP client."""

    config: Configuration
    http: Client

    def send(self, call: Call[T], *, stream: bool = False) -> Answer[T]:
        """Send a call, and again while that may help.

        Args:
            call: What is asked.
            stream: Whether to leave the body of a success unread.

        Raises:
            OpenAIError: It failed.
        """
        if self.http.is_closed:
            msg = "The client has been closed; make another one for further calls."
            raise OpenAIError(msg)
        try:
            return self._attempt(call, 0, stream=stream)
        except OpenAIError as error:
            failure = error
        if self.http.is_closed:
            failure.add_note("The client was closed while the call was under way.")
            raise failure.with_traceback(None)
        try:
            return self._retry(call, failure, stream=stream)
        except OpenAIError as error:
            # Some tools show the variables of a traceback's frames; those below hold the request.
            error.__context__ = error.__cause__
            raise error.with_traceback(None)  # noqa: B904 - the error keeps its own cause

    def _retry(self, call: Call[T], failure: OpenAIError, *, stream: bool) -> Answer[T]:
        for attempt in retry_context(self.config.max_retries):
            with attempt:
                if attempt.num == 1:  # it has been made, and failed
                    raise failure
                return self._attempt(call, attempt.num - 1, stream=stream)
        raise AssertionError  # the last failure is raised by the context

    def _attempt(self, call: Call[T], retries_taken: int, *, stream: bool) -> Answer[T]:
        phase, whole = call.limits(self.config)
        request = self._request(call, phase, retries_taken)
        with failures(request), Attempt(whole) as attempt:
            request.extensions[ATTEMPT] = attempt
            response = self._follow(request)
            problem = None if stream and response.is_success else self.read(response)
        return accept(self.config, call, response, problem, retries_taken=retries_taken)

    def _request(self, call: Call[T], phase: Timeout, retries_taken: int) -> Request:
        """Make the request of an attempt, whose own variables then don't have the key: it may be interrupted."""
        key = self._key()
        try:
            message = build(self.config, call, key=key, retries_taken=retries_taken)
            return request_of(self.http, message, phase)
        except (ValueError, TypeError) as error:
            del key
            raise refused(error) from None

    def _key(self) -> str:
        key = self.config.api_key
        if not callable(key):
            return key
        given: object = key()
        if inspect.iscoroutine(given):
            given.close()
            msg = "the function that gives the key is a coroutine function; that is for AsyncOpenAI"
            raise TypeError(msg)
        try:
            return checked_key(given)
        except (ValueError, TypeError) as error:
            del given
            raise refused(error) from None

    def _follow(self, request: Request) -> Response:
        response = self.http.send(request, stream=True, follow_redirects=False)
        if not self.http.follow_redirects:
            return response
        options: dict[str, Any] = {}
        for _ in range(MOST_REDIRECTS):
            try:
                step = next_request(response)
            except RedirectRefusedError as refusal:
                self.read(response)
                _logs.answered(response)
                raise status_error(response, refused=str(refusal)) from None
            if step is None:
                return response
            response.close()
            options |= step.options
            response = self.http.send(step.request, stream=True, follow_redirects=False, **options)
        response.close()
        msg = f"more than {MOST_REDIRECTS} redirects"
        raise TooManyRedirects(msg, request=request)

    def read(self, response: Response) -> str | None:
        """Read a body within bounds, and say what is wrong with it."""
        encoding = response.headers.pop("content-encoding", "")
        reader = BodyReader(encoding, self.config.max_response_bytes)
        assert isinstance(response.stream, SyncByteStream)
        response.stream = _BoundedStream(response.stream, reader, response.request.extensions.get(ATTEMPT))
        try:
            response.read()
        finally:
            response.close()
            if encoding:
                response.headers["content-encoding"] = encoding
        return reader.problem


class _BoundedStream(SyncByteStream):
    """A body as a `BodyReader` gives it."""

    def __init__(self, stream: SyncByteStream, reader: BodyReader, attempt: Attempt | None) -> None:
        self._stream = stream
        self._reader = reader
        self._attempt = attempt

    def __iter__(self) -> Iterator[bytes]:
        for data in self._stream:
            if self._attempt is not None:
                self._attempt.clip(None)
            self._reader.feed(data)
            if self._reader.problem is not None:
                break
        self._reader.end()
        yield self._reader.body

    def close(self) -> None:
        self._stream.close()
