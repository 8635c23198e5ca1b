"""The async shell: it sends, waits and reads; all that is decided is decided elsewhere.

`_sync` is its twin, line by line. It runs on asyncio and on trio.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from .. import _logs
from .._config.configuration import checked_key
from .._core.decoder import BodyReader
from .._core.flow import Answer, accept, failures, retry_context
from .._core.redirects import MOST_REDIRECTS, RedirectRefusedError, next_request
from .._core.request import build, request_of
from .._core.response import status_error
from .._exceptions import OpenAIError
from .._httpx import AsyncByteStream, AsyncClient, TooManyRedirects
from .._redaction import refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .._config.configuration import Configuration
    from .._core.request import Call
    from .._httpx import Request, Response, Timeout

T = TypeVar("T")


@frozen(eq=False, repr=False)
class AsyncSender:
    """Sends calls over one async HTTP client."""

    config: Configuration
    http: AsyncClient

    async def send(self, call: Call[T], *, stream: bool = False) -> Answer[T]:
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
            return await self._attempt(call, 0, stream=stream)
        except OpenAIError as error:
            failure = error
        if self.http.is_closed:
            failure.add_note("The client was closed while the call was under way.")
            raise failure.with_traceback(None)
        try:
            return await self._retry(call, failure, stream=stream)
        except OpenAIError as error:
            # Some tools show the variables of a traceback's frames; those below hold the request.
            error.__context__ = error.__cause__
            raise error.with_traceback(None)  # noqa: B904 - the error keeps its own cause

    async def _retry(self, call: Call[T], failure: OpenAIError, *, stream: bool) -> Answer[T]:
        async for attempt in retry_context(self.config.max_retries):
            with attempt:
                if attempt.num == 1:  # it has been made, and failed
                    raise failure
                return await self._attempt(call, attempt.num - 1, stream=stream)
        raise AssertionError  # the last failure is raised by the context

    async def _attempt(self, call: Call[T], retries_taken: int, *, stream: bool) -> Answer[T]:
        import anyio  # noqa: PLC0415 - only async programs pay for it

        phase, whole = call.limits(self.config)
        request = await self._request(call, phase, retries_taken)
        with failures(request), anyio.fail_after(whole):
            response = await self._follow(request)
            problem = None if stream and response.is_success else await self.read(response)
        return accept(self.config, call, response, problem, retries_taken=retries_taken)

    async def _request(self, call: Call[T], phase: Timeout, retries_taken: int) -> Request:
        """Make the request of an attempt, whose own variables then don't have the key: it may be interrupted."""
        key = await self._key()
        try:
            message = build(self.config, call, key=key, retries_taken=retries_taken)
            return request_of(self.http, message, phase)
        except (ValueError, TypeError) as error:
            del key
            raise refused(error) from None

    async def _key(self) -> str:
        key = self.config.api_key
        if not callable(key):
            return key
        given: object = key()
        if inspect.isawaitable(given):
            given = await given
        try:
            return checked_key(given)
        except (ValueError, TypeError) as error:
            del given
            raise refused(error) from None

    async def _follow(self, request: Request) -> Response:
        response = await self.http.send(request, stream=True, follow_redirects=False)
        if not self.http.follow_redirects:
            return response
        options: dict[str, Any] = {}
        for _ in range(MOST_REDIRECTS):
            try:
                step = next_request(response)
            except RedirectRefusedError as refusal:
                await self.read(response)
                _logs.answered(response)
                raise status_error(response, refused=str(refusal)) from None
            if step is None:
                return response
            await response.aclose()
            options |= step.options
            response = await self.http.send(step.request, stream=True, follow_redirects=False, **options)
        await response.aclose()
        msg = f"more than {MOST_REDIRECTS} redirects"
        raise TooManyRedirects(msg, request=request)

    async def read(self, response: Response) -> str | None:
        """Read a body within bounds, and say what is wrong with it."""
        encoding = response.headers.pop("content-encoding", "")
        reader = BodyReader(encoding, self.config.max_response_bytes)
        assert isinstance(response.stream, AsyncByteStream)
        response.stream = _BoundedStream(response.stream, reader)
        try:
            await response.aread()
        finally:
            await response.aclose()
            if encoding:
                response.headers["content-encoding"] = encoding
        return reader.problem


class _BoundedStream(AsyncByteStream):
    """A body as a `BodyReader` gives it."""

    def __init__(self, stream: AsyncByteStream, reader: BodyReader) -> None:
        self._stream = stream
        self._reader = reader

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        async for data in pieces:
            self._reader.feed(data)
            if self._reader.problem is not None:
                if isinstance(pieces, AsyncGenerator):
                    await pieces.aclose()
                break
        self._reader.end()
        yield self._reader.body

    async def aclose(self) -> None:
        await self._stream.aclose()
