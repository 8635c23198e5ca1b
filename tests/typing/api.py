"""What type checkers say of this package; only they read this file."""

from datetime import date, datetime
from typing import Any, Literal, Unpack, assert_type

import httpx
import httpx2

import openai_models
from openai_models import AsyncOpenAI, CallOptions, NotFoundError, OpenAI
from openai_models.pagination import AsyncPage, SyncPage
from openai_models.resources import AsyncModels, Models
from openai_models.testing import MockServer
from openai_models.types import Model, ModelDeleted


def sync_calls(client: OpenAI) -> None:
    assert_type(client.models, Models)
    assert_type(client.models.list(), SyncPage[Model])
    assert_type(client.models.retrieve("a"), Model)
    assert_type(client.models.delete("ft:a"), ModelDeleted)
    assert_type(client.with_options(timeout=1), OpenAI)
    assert_type(client.copy(max_retries=0), OpenAI)
    for model in client.models.list():
        assert_type(model, Model)
    with client as entered:
        assert_type(entered, OpenAI)


async def async_calls(client: AsyncOpenAI) -> None:
    assert_type(client.models, AsyncModels)
    assert_type(await client.models.list(), AsyncPage[Model])
    assert_type(await client.models.retrieve("a"), Model)
    assert_type(await client.models.delete("ft:a"), ModelDeleted)
    async for model in client.models.list():
        assert_type(model, Model)
    async for model in await client.models.list():
        assert_type(model, Model)


def fields(model: Model, gone: ModelDeleted) -> None:
    assert_type(model.id, str)
    assert_type(model.created, int)
    assert_type(model.object, Literal["model"])
    assert_type(model.owned_by, str)
    assert_type(model.shutdown_date, date | None)
    assert_type(model.created_at, datetime | None)
    assert_type(model.is_fine_tuned, bool)
    assert_type(gone.id, str)
    assert_type(gone.deleted, bool)


def field_that_the_spec_lacks(model: Model) -> None:
    assert_type(model["max_model_len"], Any)
    model.max_model_len  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnusedExpression]  # noqa: B018


def options_that_are_passed_on(client: OpenAI, **options: Unpack[CallOptions]) -> Model:
    page = client.models.with_raw_response.list(**options).parse()
    return client.models.retrieve(page.data[0].id, **options)


def pages(page: SyncPage[Model]) -> None:
    assert_type(page.data, list[Model])
    assert_type(page.object, Literal["list"])
    assert_type(page.has_next_page(), bool)
    assert_type(page.get_next_page(), SyncPage[Model])
    assert_type(page._request_id, str | None)


def raw(client: OpenAI) -> None:
    response = client.models.with_raw_response.list()
    assert_type(response.parse(), SyncPage[Model])
    assert_type(response.request_id, str | None)
    assert_type(response.retries_taken, int)
    assert_type(client.with_raw_response.models.retrieve("a").parse(), Model)
    with client.models.with_streaming_response.delete("ft:a") as streamed:
        assert_type(streamed.parse(), ModelDeleted)
        assert_type(streamed.read(), bytes)


async def raw_async(client: AsyncOpenAI) -> None:
    assert_type((await client.models.with_raw_response.list()).parse(), AsyncPage[Model])
    assert_type((await client.models.with_raw_response.retrieve("a")).parse(), Model)
    async with client.models.with_streaming_response.list() as streamed:
        assert_type(await streamed.parse(), AsyncPage[Model])
        assert_type(await streamed.read(), bytes)


def errors(error: NotFoundError) -> None:
    assert_type(error.status_code, Literal[404])
    assert_type(error.code, str | None)
    assert_type(error.request_id, str | None)
    assert_type(error.body, object | None)


def mock(server: MockServer) -> None:
    assert_type(server.client(max_retries=0, timeout=None), OpenAI)
    assert_type(server.async_client(default_headers={"x-team": "a"}), AsyncOpenAI)
    server.client(max_retry=0)  # type: ignore[call-arg]  # a mistyped option is found


def module_client() -> None:
    assert_type(openai_models.models.list(), SyncPage[Model])
    assert_type(openai_models.models.retrieve("a"), Model)


def http_clients() -> None:
    OpenAI(http_client=httpx.Client(), timeout=httpx.Timeout(9), base_url=httpx.URL("http://127.0.0.1:1/v1"))
    OpenAI(http_client=httpx2.Client(), timeout=httpx2.Timeout(9), base_url=httpx2.URL("http://127.0.0.1:1/v1"))
    AsyncOpenAI(http_client=httpx.AsyncClient()).with_options(http_client=httpx2.AsyncClient())
    OpenAI(http_client=httpx2.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(timeout="9")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AsyncOpenAI(http_client=httpx.Client())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    openai_models.http_client = httpx2.Client()
    openai_models.timeout, openai_models.base_url = httpx2.Timeout(9), httpx2.URL("http://127.0.0.1:1/v1")
