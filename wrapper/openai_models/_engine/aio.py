"""The engine of async calls, on asyncio and on trio. `sync` is its twin, line by line."""

import inspect
from contextlib import aclosing, closing, nullcontext
from typing import Any

import anyio

from .._attempt import ATTEMPT
from .._config.configuration import Configuration
from .._core.flow import RawResult, T, call_flow
from .._core.request import RequestOptions
from .._core.steps import Close, Exchange, Flow, NeedKey, Read, Sleep, Step, Within
from .._httpx import AsyncClient


class AsyncEngine:
    """Performs the steps of flows with one async HTTP client."""

    def __init__(self, config: Configuration, http: AsyncClient) -> None:
        self.config = config
        self.http = http

    async def call(self, options: RequestOptions[T]) -> T:
        """Send a call, and return its parsed result."""
        result = await self.run(call_flow(self.config, self.http, options, stream=False))
        return result.parse(self)

    async def send(self, options: RequestOptions[T], *, stream: bool = False) -> RawResult[T]:
        """Send a call, and return its response."""
        return await self.run(call_flow(self.config, self.http, options, stream=stream))

    async def run(self, flow: Flow[T]) -> T:
        """Perform the steps of a flow, and return its result."""
        resume: Any = flow.send
        outcome: list[Any] = [None]
        with closing(flow):
            try:
                while True:
                    step = resume(outcome.pop())  # which may hold a key: no variable of this frame does
                    try:
                        outcome.append(await self._perform(step))
                        resume = flow.send
                    except Exception as error:  # noqa: BLE001 - the flow decides what it means
                        outcome.append(error)
                        resume = flow.throw
            except StopIteration as end:
                result: T = end.value
                return result

    async def _perform(self, step: Step) -> Any:
        match step:
            case Within(flow=flow):
                # As `anyio.fail_after` does, which takes two more context managers.
                with anyio.move_on_after(step.attempt.clip()):
                    return await self.run(flow)
                raise TimeoutError
            case Exchange(request=request):
                request.extensions[ATTEMPT] = step.attempt  # the transport looks whether a scope bounds it
                return await self.http.send(request, stream=True, follow_redirects=False, **step.send_options)
            case Read(response=response):
                response.request.extensions[ATTEMPT] = step.attempt
                async with aclosing(response):
                    response.is_stream_consumed = True
                    pieces: Any = aiter(response.stream)  # type: ignore[arg-type]  # of an async client
                    async with aclosing(pieces) if hasattr(pieces, "aclose") else nullcontext():
                        async for data in pieces:
                            step.attempt.clip()  # raises if the time is over
                            if not step.decoder.feed(data):
                                break
            case Close(response=response):
                await response.aclose()
            case Sleep(seconds=seconds):
                await anyio.sleep(seconds)
            case NeedKey(function=function):
                key = function()
                return await key if inspect.isawaitable(key) else key
        return None
