"""One SDK in one mode: what a probe is run with.

A probe is written once, for both SDKs and for both modes: what the async client gives is
awaited behind `wait`, `each` and `entered`.
"""

from __future__ import annotations

import importlib
import inspect
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.scripted import Answer, reply

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    import pytest
    from tests.acceptance.parity.scripted import ScriptedServer

    from openai_models.testing import MockServer

KEY = "sk-parity-0123456789"
MODEL = {"id": "gpt-4o-mini", "object": "model", "created": 1721172741, "owned_by": "system"}
PAGE = {"object": "list", "data": [MODEL, {**MODEL, "id": "gpt-4o"}]}
DELETED = {"id": "ft:a", "object": "model", "deleted": True}


@dataclass
class Servers:
    """What the probes talk to; `other` is a second origin."""

    scripted: ScriptedServer
    other: ScriptedServer
    mock: MockServer

    def reset(self) -> None:
        """Forget what the probe before did."""
        self.scripted.script(reply(MODEL, x_request_id="req-1"))
        self.other.script(reply(MODEL, x_request_id="req-2"))
        self.mock.reset()


@dataclass
class Side:
    """One SDK, sync or async.

    Attributes:
        name: `openai` or `openai_models`.
        is_async: Whether `client` makes async clients.
        servers: What there is to talk to.
        runner: Runs what the async clients give.
        monkeypatch: For the environment and for the modules' attributes.
    """

    name: str
    is_async: bool
    servers: Servers
    runner: asyncio.Runner
    monkeypatch: pytest.MonkeyPatch
    _clients: list[Any] = field(default_factory=list)

    @property
    def sdk(self) -> Any:
        """The SDK's module."""
        return importlib.import_module(self.name)

    @property
    def kind(self) -> Any:
        """The class of the client."""
        return self.sdk.AsyncOpenAI if self.is_async else self.sdk.OpenAI

    def module(self, path: str) -> Any:
        """Import a module of the SDK, such as `types`."""
        return importlib.import_module(f"{self.name}.{path}")

    def answers(self, *answers: Answer | object) -> None:
        """Script the responses of the server; a value that is no `Answer` is sent as JSON."""
        self.servers.scripted.script(*(answer if isinstance(answer, Answer) else reply(answer) for answer in answers))

    def client(self, *answers: Answer | object, **options: Any) -> Any:
        """Make a client of the scripted server, closed after the probe; no retries unless asked for."""
        if answers:
            self.answers(*answers)
        given = {"api_key": KEY, "base_url": self.servers.scripted.base_url, "max_retries": 0} | options
        return self.closing(self.kind(**given))

    def mock_client(self, **options: Any) -> Any:
        """Make a client of the mock server."""
        mock = self.servers.mock
        return self.client(**({"base_url": mock.base_url, "api_key": mock.api_key} | options))

    def closing(self, client: Any) -> Any:
        """Close a client (of either SDK, or of httpx) after the probe."""
        self._clients.append(client)
        return client

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients:
            close = getattr(client, "aclose", None) or client.close
            self.wait(close())
        self._clients.clear()

    def wait(self, value: Any) -> Any:
        """Return the value; await it first if it is awaitable."""
        if not inspect.isawaitable(value):
            return value

        async def awaited() -> Any:
            return await value

        return self.runner.run(awaited())

    def each(self, values: Any) -> list[Any]:
        """Go through the values, with `async for` if need be."""
        if not hasattr(values, "__aiter__"):
            return list(values)

        async def collected() -> list[Any]:
            return [value async for value in values]

        return list(self.runner.run(collected()))

    @contextmanager
    def entered(self, manager: Any) -> Iterator[Any]:
        """Be inside a `with`, or an `async with`."""
        if not hasattr(manager, "__aenter__"):
            with manager as value:
                yield value
            return
        value = self.wait(manager.__aenter__())
        try:
            yield value
        except BaseException as error:
            if not self.wait(manager.__aexit__(type(error), error, error.__traceback__)):
                raise
        else:
            self.wait(manager.__aexit__(None, None, None))
