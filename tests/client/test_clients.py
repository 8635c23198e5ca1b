"""Both clients against the mock, over real sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import openai_models
from openai_models import AsyncOpenAI, OpenAI
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
SLASHED = "acme/llama-3.1:free ü%2F?#"


@pytest.fixture
def mock() -> Iterator[MockServer]:
    models = [
        {"id": "gpt-4o-mini", "object": "model", "created": 1721172741, "owned_by": "system", "shutdown_date": None},
        {"id": "gpt-4-0613", "object": "model", "created": 1, "owned_by": "openai", "shutdown_date": "2026-10-23"},
        {"id": SLASHED, "object": "model", "created": 2, "owned_by": "acme", "max_model_len": 8192},
        {"id": FINE_TUNED, "object": "model", "created": 3, "owned_by": "acemeco"},
    ]
    with MockServer(models=models) as server:
        yield server


@pytest.fixture
def client(mock: MockServer) -> Iterator[OpenAI]:
    with OpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        yield client


@pytest.fixture
async def aclient(mock: MockServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        yield client


def test_list_gives_every_model_in_the_servers_order(client: OpenAI) -> None:
    page = client.models.list()
    assert [model.id for model in page.data] == ["gpt-4o-mini", "gpt-4-0613", SLASHED, FINE_TUNED]
    assert [model.id for model in page] == [model.id for model in page.data]
    assert page.object == "list"
    assert not page.has_next_page()


def test_an_id_with_slashes_spaces_and_percent_signs_arrives_as_one_segment(client: OpenAI, mock: MockServer) -> None:
    model = client.models.retrieve(SLASHED)
    assert model.id == SLASHED
    assert model.max_model_len == 8192  # type: ignore[attr-defined]  # this server's own field
    assert mock.requests[-1].path.count("/") == 3


def test_a_deleted_model_is_gone(client: OpenAI) -> None:
    gone = client.models.delete(FINE_TUNED)
    assert (gone.id, gone.deleted) == (FINE_TUNED, True)
    assert FINE_TUNED not in [model.id for model in client.models.list()]
    with pytest.raises(openai_models.NotFoundError):
        client.models.retrieve(FINE_TUNED)
    with pytest.raises(openai_models.NotFoundError):
        client.models.delete(FINE_TUNED)


def test_an_unknown_model_is_a_not_found_error_with_the_servers_words(client: OpenAI) -> None:
    with pytest.raises(openai_models.NotFoundError) as caught:
        client.models.retrieve("nope")
    error = caught.value
    assert str(error) == "Error code: 404 - The model 'nope' does not exist"
    assert (error.status_code, error.code, error.param) == (404, "model_not_found", "model")
    assert error.request_id == error.response.headers["x-request-id"]


def test_a_key_without_the_role_owner_may_not_delete(mock: MockServer) -> None:
    with OpenAI(base_url=mock.base_url, api_key=mock.reader_api_key) as client:
        assert client.models.retrieve(FINE_TUNED).id == FINE_TUNED
        with pytest.raises(openai_models.PermissionDeniedError):
            client.models.delete(FINE_TUNED)


def test_a_raw_response_has_the_headers(client: OpenAI) -> None:
    response = client.models.with_raw_response.list()
    assert response.headers["x-request-id"] == response.request_id
    assert response.parse().data[0].id == "gpt-4o-mini"


def test_the_calls_of_one_client_share_a_connection_with_its_copies(client: OpenAI, mock: MockServer) -> None:
    client.models.list()
    client.with_options(timeout=5).models.list()
    assert len(mock.requests) == 2


@pytest.mark.anyio
async def test_the_async_client_does_the_same(aclient: AsyncOpenAI) -> None:
    page = await aclient.models.list()
    assert [model.id async for model in page] == [model.id for model in page.data]
    assert [model.id async for model in aclient.models.list()] == [model.id for model in page.data]
    assert (await aclient.models.retrieve(SLASHED)).id == SLASHED
    gone = await aclient.models.delete(FINE_TUNED)
    assert gone.deleted
    with pytest.raises(openai_models.NotFoundError) as caught:
        await aclient.models.retrieve(FINE_TUNED)
    assert caught.value.code == "model_not_found"


@pytest.mark.anyio
async def test_an_async_raw_response_has_the_headers(aclient: AsyncOpenAI) -> None:
    response = await aclient.models.with_raw_response.retrieve("gpt-4o-mini")
    assert response.headers["x-request-id"] == response.request_id
    assert response.parse().id == "gpt-4o-mini"
    async with aclient.models.with_streaming_response.list() as streamed:
        assert (await streamed.parse()).data[0].id == "gpt-4o-mini"
