"""The engine of sync calls. `aio` is its twin, line by line."""

import time
from contextlib import closing
from typing import Any

from .._attempt import ATTEMPT
from .._config.configuration import Configuration
from .._core.flow import RawResult, T, call_flow
from .._core.request import RequestOptions
from .._core.steps import Close, Exchange, Flow, NeedKey, Read, Sleep, Step, Within
from .._httpx import Client


class Engine:
    """Performs the steps of flows with one HTTP client."""

    def __init__(self, config: Configuration, http: Client) -> None:
        self.config = config
        self.http = http

    def call(self, options: RequestOptions[T]) -> T:
        """Send a call, and return its parsed result."""
        return self.run(call_flow(self.config, self.http, options, stream=False)).parse(self)

    def send(self, options: RequestOptions[T], *, stream: bool = False) -> RawResult[T]:
        """Send a call, and return its response."""
        return self.run(call_flow(self.config, self.http, options, stream=stream))

    def run(self, flow: Flow[T]) -> T:
        """Perform the steps of a flow, and return its result."""
        resume: Any = flow.send
        outcome: list[Any] = [None]
        with closing(flow):
            try:
                while True:
                    step = resume(outcome.pop())  # which may hold a key: no variable of this frame does
                    try:
                        outcome.append(self._perform(step))
                        resume = flow.send
                    except Exception as error:  # noqa: BLE001 - the flow decides what it means
                        outcome.append(error)
                        resume = flow.throw
            except StopIteration as end:
                result: T = end.value
                return result

    def _perform(self, step: Step) -> Any:
        match step:
            case Within(flow=flow):
                return self.run(flow)
            case Exchange(request=request):
                request.extensions[ATTEMPT] = step.attempt  # a thread cannot be cancelled: the transport looks
                return self.http.send(request, stream=True, follow_redirects=False, **step.send_options)
            case Read(response=response):
                response.request.extensions[ATTEMPT] = step.attempt
                with closing(response):
                    response.is_stream_consumed = True
                    for data in response.stream:  # type: ignore[union-attr]  # of a sync client
                        step.attempt.clip()  # raises if the time is over
                        if not step.decoder.feed(data):
                            break
            case Close(response=response):
                response.close()
            case Sleep(seconds=seconds):
                time.sleep(seconds)
            case NeedKey(function=function):
                return function()
        return None
