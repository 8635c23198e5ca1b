"""What servers answer, and what the client makes of it, in both shells."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from openai_models import AsyncOpenAI, OpenAI, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openai_models.pagination import AsyncPage, SyncPage
    from openai_models.types import Model, ModelDeleted

SERVERS: Final = Path(__file__).parent / "servers"
SHELLS: Final = ("sync", "async")
# What follows a page that says there is more.
LAST_PAGE: Final = {"data": [], "has_more": False}


@dataclass(frozen=True)
class Answer:
    """One answer of a server.

    Attributes:
        call: `list`, `retrieve` or `delete`.
        body: JSON, or text if the content type says so.
        status: Its status.
        headers: Its headers.
        model: The id that was asked for.
        raw: The body's bytes, where they aren't the JSON of `body`.
    """

    call: str
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    model: str = "some-model"
    raw: bytes | None = None

    @property
    def content(self) -> bytes:
        if self.raw is not None:
            return self.raw
        if isinstance(self.body, str) and "json" not in self.headers.get("content-type", ""):
            return self.body.encode()
        return b"" if self.body == "" else json.dumps(self.body).encode()

    @property
    def items(self) -> list[Any]:
        """The models of a list, as they were sent."""
        return (self.body if isinstance(self.body, list) else self.body.get("data")) or []


@dataclass
class Outcome:
    """What came of a call: a value, or an error."""

    value: Any = None
    error: Exception | None = None
    requests: list[httpx.Request] = field(default_factory=list)

    @property
    def models(self) -> list[Model]:
        """What iterating gave."""
        assert self.error is None, repr(self.error)
        models: list[Model] = self.value
        return models

    @property
    def failure(self) -> OpenAIError:
        assert isinstance(self.error, OpenAIError), repr(self.value or self.error)
        return self.error


def answering(answer: Answer, requests: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) > 1:
            return httpx.Response(200, json=LAST_PAGE)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.content)

    return handle


def outcome(shell: str, answer: Answer, handle: Callable[[httpx.Request], httpx.Response] | None = None) -> Outcome:
    """Make the call that gets this answer."""
    result = Outcome()
    transport = httpx.MockTransport(handle or answering(answer, result.requests))
    try:
        result.value = _sync(answer, transport) if shell == "sync" else asyncio.run(_async(answer, transport))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of it
        result.error = error
    return result


def _sync(answer: Answer, transport: httpx.MockTransport) -> object:
    http = httpx.Client(transport=transport)
    with OpenAI(base_url="http://server.test/v1", api_key="sk-x", max_retries=0, http_client=http) as client:
        if answer.call == "list":
            page: SyncPage[Model] = client.models.list()
            return list(page)
        if answer.call == "retrieve":
            return client.models.retrieve(answer.model)
        gone: ModelDeleted = client.models.delete(answer.model)
        return gone


async def _async(answer: Answer, transport: httpx.MockTransport) -> object:
    http = httpx.AsyncClient(transport=transport)
    async with AsyncOpenAI(base_url="http://server.test/v1", api_key="sk-x", max_retries=0, http_client=http) as client:
        if answer.call == "list":
            page: AsyncPage[Model] = await client.models.list()
            return [model async for model in page]
        if answer.call == "retrieve":
            return await client.models.retrieve(answer.model)
        gone: ModelDeleted = await client.models.delete(answer.model)
        return gone
