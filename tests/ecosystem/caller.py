"""A client of either kind, driven in the same words."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Final

from openai_models import AsyncOpenAI, OpenAI

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, TypeVar

    from openai_models import DefaultAsyncHttpxClient, DefaultHttpxClient
    from openai_models.types import Model, ModelDeleted

    T = TypeVar("T")

KEY: Final = "sk-ecosystem"


class Caller:
    """Calls with an `OpenAI`, or with an `AsyncOpenAI` on a loop of asyncio.

    Args:
        kind: "sync" or "async".
        base_url: Where to call.
        http: The HTTP client to send with; else the default one.
    """

    def __init__(
        self, kind: str, base_url: str, http: DefaultHttpxClient | DefaultAsyncHttpxClient | None = None
    ) -> None:
        self.kind = kind
        self.base_url = base_url
        self._http: Any = http
        self._client: OpenAI | AsyncOpenAI | None = None
        self._runner = asyncio.Runner()

    @property
    def client(self) -> OpenAI | AsyncOpenAI:
        """The client, which is made when it is first asked for."""
        if self._client is None:
            make = OpenAI if self.kind == "sync" else AsyncOpenAI
            self._client = make(api_key=KEY, base_url=self.base_url, http_client=self._http, max_retries=1)
        return self._client

    def retrieve(self, model: str) -> Model:
        client = self.client
        return client.models.retrieve(model) if isinstance(client, OpenAI) else self._run(client.models.retrieve(model))

    def delete(self, model: str) -> ModelDeleted:
        client = self.client
        return client.models.delete(model) if isinstance(client, OpenAI) else self._run(client.models.delete(model))

    def list(self) -> list[str]:
        """Return the ids of the page."""
        client = self.client
        if isinstance(client, OpenAI):
            return [model.id for model in client.models.list().data]

        async def page() -> list[str]:
            return [model.id for model in (await client.models.list()).data]

        return self._run(page())

    def close(self) -> None:
        """Close the client and its loop."""
        if isinstance(self._client, OpenAI):
            self._client.close()
        elif self._client is not None:
            self._run(self._client.close())
        self._runner.close()

    def _run(self, call: Coroutine[Any, Any, T]) -> T:
        # What a tool keeps in a context is that of the test, as in a program that calls `asyncio.run`.
        return self._runner.run(call, context=contextvars.copy_context())
