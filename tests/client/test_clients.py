"""Both clients against the mock, over real sockets."""

from collections.abc import Iterator

import pytest

from openai_models import AsyncOpenAI, NotFoundError, OpenAI, PermissionDeniedError
from openai_models.testing import MockServer

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
SLASHED = "acme/llama-3.1:free ü%2F?#"
IDS = ["gpt-4o-mini", SLASHED, FINE_TUNED]


@pytest.fixture
def mock() -> Iterator[MockServer]:
    models = [
        {"id": "gpt-4o-mini", "object": "model", "created": 1721172741, "owned_by": "system", "shutdown_date": None},
        {"id": SLASHED, "object": "model", "created": 2, "owned_by": "acme", "max_model_len": 8192},
        {"id": FINE_TUNED, "object": "model", "created": 3, "owned_by": "acemeco"},
    ]
    with MockServer(models=models) as server:
        yield server


def check_not_found(error: NotFoundError) -> None:
    assert str(error) == "Error code: 404 - The model 'nope' does not exist"
    assert (error.status_code, error.code, error.param) == (404, "model_not_found", "model")
    assert error.request_id == error.response.headers["x-request-id"]


def test_the_three_calls_of_a_client(mock: MockServer) -> None:
    with OpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        page = client.models.list()
        assert [model.id for model in page] == [model.id for model in page.data] == IDS
        model = client.models.retrieve(SLASHED)
        assert (model.id, model["max_model_len"], mock.requests[-1].path.count("/")) == (SLASHED, 8192, 3)
        with pytest.raises(PermissionDeniedError):
            client.with_options(api_key=mock.reader_api_key).models.delete(FINE_TUNED)
        gone = client.models.delete(FINE_TUNED)
        assert (gone.id, gone.deleted) == (FINE_TUNED, True)
        assert [model.id for model in client.models.list()] == IDS[:-1]
        with pytest.raises(NotFoundError) as caught:
            client.models.retrieve("nope")
        check_not_found(caught.value)
        response = client.models.with_raw_response.list()
        assert response.headers["x-request-id"] == response.request_id
        assert response.parse().data[0].id == "gpt-4o-mini"


@pytest.mark.anyio
async def test_the_three_calls_of_an_async_client(mock: MockServer) -> None:
    async with AsyncOpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        assert [model.id async for model in client.models.list()] == IDS
        assert [model.id async for model in await client.models.list()] == IDS
        assert (await client.models.retrieve(SLASHED)).id == SLASHED
        assert (await client.models.delete(FINE_TUNED)).deleted
        with pytest.raises(NotFoundError) as caught:
            await client.models.retrieve("nope")
        check_not_found(caught.value)
        response = await client.models.with_raw_response.retrieve("gpt-4o-mini")
        assert response.headers["x-request-id"] == response.request_id
        async with client.models.with_streaming_response.list() as streamed:
            assert (await streamed.parse()).data[0].id == "gpt-4o-mini"
