"""The generated package is usable by itself, as the plain typed client."""

from __future__ import annotations

import inspect
from importlib.resources import files

import httpx
import pytest

from openai_models_api import AuthenticatedClient
from openai_models_api.api.models import delete_model, list_models, retrieve_model
from openai_models_api.models import DeleteModelResponse, ErrorResponse, ListModelsResponse, Model

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "o", "max_model_len": 8}
ERROR = {"error": {"message": "no", "type": "t", "param": None, "code": "c"}}


def answer(request: httpx.Request) -> httpx.Response:
    assert request.headers["authorization"] == "Bearer sk-x"
    if request.url.path == "/v1/models":
        return httpx.Response(200, json={"object": "list", "data": [MODEL]})
    if request.url.path == "/v1/models/nope":
        return httpx.Response(404, json=ERROR)
    if request.method == "DELETE":
        return httpx.Response(200, json={"id": "a", "object": "model", "deleted": True})
    return httpx.Response(200, json=MODEL)


@pytest.fixture
def client() -> AuthenticatedClient:
    options = {"transport": httpx.MockTransport(answer)}
    return AuthenticatedClient(base_url="http://test/v1", token="sk-x", httpx_args=options)


def test_the_sync_functions_give_typed_results(client: AuthenticatedClient) -> None:
    with client:
        page = list_models.sync(client=client)
        assert isinstance(page, ListModelsResponse)
        assert page.data[0].to_dict() == MODEL
        model = retrieve_model.sync("a", client=client)
        assert isinstance(model, Model)
        assert (model.object_, model["max_model_len"]) == ("model", 8)
        assert isinstance(delete_model.sync("a", client=client), DeleteModelResponse)
        error = retrieve_model.sync("nope", client=client)
        assert isinstance(error, ErrorResponse)
        assert error.error.code == "c"


@pytest.mark.anyio
async def test_the_async_functions_give_typed_results(client: AuthenticatedClient) -> None:
    async with client:
        page = await list_models.asyncio(client=client)
        assert isinstance(page, ListModelsResponse)
        assert isinstance(await delete_model.asyncio("a", client=client), DeleteModelResponse)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_builders_take_the_paths_parameters_and_nothing_else() -> None:
    assert str(inspect.signature(list_models._get_kwargs)) == "() -> dict[str, typing.Any]"
    for module in (retrieve_model, delete_model):
        assert str(inspect.signature(module._get_kwargs)) == "(model: str) -> dict[str, typing.Any]"


def test_the_package_says_that_it_is_typed() -> None:
    assert files("openai_models_api").joinpath("py.typed").is_file()
