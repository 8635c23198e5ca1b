"""What a probe is run with.

A probe is written once, for both SDKs and for both modes: what the async client gives is
awaited behind `wait`, `each` and `entered`.
"""

import asyncio
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import anyio
import httpx
import pytest

from openai_models.testing import MockServer

KEY = "sk-parity-0123456789"
MODEL = {"id": "a", "object": "model", "created": 1721172741, "owned_by": "system"}
LIST = {"object": "list", "data": [MODEL, {**MODEL, "id": "b"}]}
DELETED = {"id": "ft:a", "object": "model", "deleted": True}

Answer = Callable[..., None]
"""A method of `MockServer` that queues what comes next, with its arguments."""
DROP: Answer = MockServer.drop_next
CUT: Answer = partial(MockServer.drop_next, after_bytes=10)
STALL: Answer = partial(MockServer.delay_next, seconds=60)
DRIP: Answer = partial(MockServer.drip_next, interval=0.05, chunk=10)


def reply(body: object, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON, or with bytes as they are; `retry_after_ms="1"` is the header `retry-after-ms`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = None if status in {204, 304} else content
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return partial(MockServer.fail_next, status=status, body=sent, headers=named)


class Side:
    """One SDK, sync or async, a server that answers as it is told, and one of another origin."""

    def __init__(
        self, name: str, mode: str, servers: list[MockServer], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.name = name
        self.is_async = mode == "async"
        self.server, self.other = servers
        self.origin = self.server.base_url.removesuffix("/v1")
        self.monkeypatch = monkeypatch
        self._runner = runner
        self._clients: list[Any] = []

    @property
    def sdk(self) -> Any:
        return importlib.import_module(self.name)

    @property
    def kind(self) -> Any:
        """The class of the client."""
        return self.sdk.AsyncOpenAI if self.is_async else self.sdk.OpenAI

    def module(self, path: str) -> Any:
        return importlib.import_module(f"{self.name}.{path}")

    @property
    def types(self) -> Any:
        return self.module("types")

    def answers(self, *answers: Any) -> None:
        """Script the responses, the last for all that follow; a value that is no `Answer` is sent as JSON."""
        self.server.reset()
        for index, given in enumerate(answers, 1):
            answer = given if callable(given) else reply(given)
            answer(self.server, times=1 if index < len(answers) else 30)

    @property
    def sent(self) -> list[Any]:
        """The requests so far."""
        return [*self.server.requests, *self.other.requests]

    def made(self, **options: Any) -> Any:
        """Make a client with a key, closed after the probe."""
        return self.closing(self.kind(**{"api_key": KEY} | options))

    def client(self, *answers: Any, **options: Any) -> Any:
        """Make a client of the scripted server; no retries unless asked for."""
        if answers:
            self.answers(*answers)
        return self.made(**{"base_url": self.server.base_url, "max_retries": 0} | options)

    def record_sleeps(self) -> list[float]:
        """Return a list of the waits between attempts from now on, none of which is waited for."""
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        self.monkeypatch.setattr("time.sleep", slept.append)
        self.monkeypatch.setattr(anyio, "sleep", sleep)
        return slept

    def retrieve(self, *answers: Any, call: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.wait(self.client(*answers, **options).models.retrieve("a", **call or {}))

    def delete(self, *answers: Any, **call: Any) -> Any:
        return self.wait(self.client(*answers).models.delete("ft:a", **call))

    def list(self, *answers: Any, **options: Any) -> Any:
        return self.wait(self.client(*answers, **options).models.list())

    def http(self, **options: Any) -> Any:
        """Make an HTTP client of httpx, closed after the probe."""
        return self.closing((httpx.AsyncClient if self.is_async else httpx.Client)(**options))

    def closing(self, client: Any) -> Any:
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            self.wait((getattr(client, "aclose", None) or client.close)())

    def wait(self, value: Any) -> Any:
        """Return the value; await it first if it is awaitable."""

        async def awaited() -> Any:
            return await value

        return self._runner.run(awaited()) if inspect.isawaitable(value) else value

    def each(self, values: Any) -> Any:
        """Return what there is to iterate over as a list."""

        async def collected() -> Any:
            return [value async for value in values]

        return self._runner.run(collected()) if hasattr(values, "__aiter__") else [*values]

    @contextmanager
    def entered(self, manager: Any) -> Iterator[Any]:
        """Be inside a `with`, or an `async with`."""
        if not self.is_async:
            with manager as value:
                yield value
            return
        value = self.wait(manager.__aenter__())
        try:
            yield value
        finally:
            self.wait(manager.__aexit__(*sys.exc_info()))
