"""What the unit tests are made of: a server without a socket, both shells, a look for keys."""

import contextlib
import json
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final

import anyio
import httpx
import pytest

from openai_models import APIError, AsyncOpenAI, OpenAI, OpenAIError

KEY: Final = "sk-unit-4f2b8c"
BASE: Final = "http://api.test/v1"


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces, one of which may be an exception that is raised in its place."""

    def __init__(self, *pieces: bytes | BaseException) -> None:
        self._pieces = pieces
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def answer(
    body: object = None,
    *,
    status: int = 200,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Callable[[httpx.Request], httpx.Response]:
    """Answer with JSON, or with bytes; unread, as an answer comes off a socket."""
    data = json.dumps(body).encode() if content is None else content
    return lambda _: httpx.Response(status, headers=headers, stream=Pieces(data))


class Server:
    """Answers with one answer after another, the last one again and again; a copy of an exception is raised."""

    def __init__(self, *answers: Callable[[httpx.Request], httpx.Response] | BaseException) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        given = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(given, BaseException):
            raise type(given)(*given.args)
        return given(request)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


class Shell:
    """One of the two clients, the async one on one of its two backends, with an HTTP client of httpx or of httpx2."""

    def __init__(self, name: str, library: Any = httpx) -> None:
        self.name = name
        self._library = library

    @property
    def is_async(self) -> bool:
        return self.name != "sync"

    def client(
        self,
        server: Callable[[httpx.Request], httpx.Response],
        *,
        http: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Make a client of a server."""
        options = {"api_key": KEY, "base_url": BASE, "max_retries": 0, **options}
        sending: dict[str, Any] = {
            "transport": self._library.MockTransport(server),
            "trust_env": False,
            "follow_redirects": True,
            **(http or {}),
        }
        if self.is_async:
            return AsyncOpenAI(http_client=self._library.AsyncClient(**sending), **options)
        return OpenAI(http_client=self._library.Client(**sending), **options)

    def hooks(self, function: Callable[[Any], object], event: str = "response") -> dict[str, Any]:
        """Return the option by which an HTTP client calls a function with each response, or with each request."""

        async def asynchronous(given: Any) -> None:
            function(given)

        return {"event_hooks": {event: [asynchronous if self.is_async else function]}}

    def call(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a method, and wait for its result."""
        if not self.is_async:
            return method(*args, **options)

        async def wait() -> Any:
            return await method(*args, **options)

        return anyio.run(wait, backend=self.name)

    def all(self, iterable: Any) -> list[Any]:
        """Go through a page, or through what an async `list()` gives."""
        if not self.is_async:
            return list(iterable)

        async def collect() -> list[Any]:
            return [item async for item in iterable]

        return anyio.run(collect, backend=self.name)

    def streamed(self, manager: Any, *steps: str, **options: Any) -> list[Any]:
        """Enter a streamed response, call one method after another, and leave it.

        Returns:
            What each gave; an error of the package stands for itself, so that the next one follows.
        """
        results: list[Any] = []

        def enter() -> None:
            with manager as response:
                for step in steps:
                    try:
                        result = getattr(response, step)(**options)
                        results.append(list(result) if step.startswith("iter_") else result)
                    except OpenAIError as error:
                        results.append(error)

        async def enter_async() -> None:
            async with manager as response:
                for step in steps:
                    try:
                        result = getattr(response, step)(**options)
                        results.append([item async for item in result] if step.startswith("iter_") else await result)
                    except OpenAIError as error:
                        results.append(error)

        self.call(enter_async if self.is_async else enter)
        return results

    def failure(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Return the `APIError` of a call that fails."""
        with pytest.raises(APIError) as caught:
            self.call(method, *args, **options)
        return caught.value


@contextlib.contextmanager
def processor_time_below(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer by the processor's clock, which other programs do not slow down."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def raised_by(action: Callable[[], object]) -> BaseException:
    """Return the exception that an action raises."""
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test looks at it
        return error
    pytest.fail("nothing was raised")


def everything_in(error: BaseException) -> str:
    """Render an error as tools that report errors do: the whole chain, its variables, its attributes."""
    texts: list[str] = []
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        shown = traceback.TracebackException.from_exception(one, capture_locals=True)
        texts += [*shown.format(), repr(one), str(one), repr(vars(one))]
        waiting += [one.__cause__, one.__context__]
    return "\n".join(texts)
