"""A client that sends with one of httpx2, sync or async, and what answers it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import anyio
import httpx2
import pytest
from tests.parts import BASE, KEY

from openai_models import APIError, AsyncOpenAI, OpenAI

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "x"}
CONTENT: bytes = httpx2.Response(200, json=MODEL).content


class Run:
    """Makes a call of a client that sends with one of httpx2, sync or async."""

    def __init__(self, name: str) -> None:
        self.is_async = name != "sync"
        self._backend = name
        self.requests: list[httpx2.Request] = []

    def __call__(
        self,
        reply: Callable[[httpx2.Request], httpx2.Response] | None,
        use: Callable[[Any], Any],
        http: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Make a client, use it, and return the result; coroutines are awaited."""

        def handle(request: httpx2.Request) -> httpx2.Response:
            self.requests.append(request)
            assert reply is not None
            return reply(request)

        given: dict[str, Any] = {} if reply is None else {"transport": httpx2.MockTransport(handle)}
        given |= http or {}
        options = {"api_key": KEY, "base_url": BASE, "max_retries": 0, **options}
        if not self.is_async:
            with OpenAI(http_client=httpx2.Client(**given), **options) as client:
                return use(client)

        async def call() -> Any:
            async with AsyncOpenAI(http_client=httpx2.AsyncClient(**given), **options) as client:
                return await use(client)

        return anyio.run(call, backend=self._backend)

    def failure(self, *args: Any, **options: Any) -> Any:
        with pytest.raises(APIError) as caught:
            self(*args, **options)
        return caught.value

    def hooks(self, function: Callable[[Any], Any], event: str = "response") -> dict[str, Any]:
        async def asynchronous(event: Any) -> None:
            result = function(event)
            if inspect.isawaitable(result):
                await result

        return {"event_hooks": {event: [asynchronous if self.is_async else function]}}

    def reading(self) -> dict[str, Any]:
        return self.hooks(lambda response: response.aread() if self.is_async else response.read())


def answer(status: int = 200, content: bytes = CONTENT, **options: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    if status >= 300:
        content = b'{"error": {"message": "no", "code": "c"}}'
    return lambda _: httpx2.Response(status, stream=Once(content), **options)


class Once(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that has not been read, as it comes off a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


def retrieve(client: Any) -> Any:
    return client.models.retrieve("a")
