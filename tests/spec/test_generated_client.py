"""The generated package is usable by itself, as the plain typed client."""

from __future__ import annotations

import inspect
import json
import pickle
from functools import partial
from importlib.resources import files

import httpx
import pytest

from openai_models_api import AuthenticatedClient
from openai_models_api.api.models import delete_model, list_models, retrieve_model
from openai_models_api.errors import UnexpectedStatus
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


def client_of(status: int, body: str, *, strict: bool = False) -> AuthenticatedClient:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=body))
    return AuthenticatedClient("http://test/v1", "sk-x", raise_on_unexpected_status=strict, httpx_args={"transport": transport})  # fmt: skip


@pytest.mark.parametrize("status", [499, 520, 529, 599])
def test_a_status_without_a_name_is_a_number(status: int) -> None:
    response = retrieve_model.sync_detailed("a", client=client_of(status, json.dumps(ERROR)))
    assert response.status_code == status
    assert (response.parsed is None) == (status == 499)  # which the spec does not have
    if response.parsed is not None:
        assert isinstance(response.parsed, ErrorResponse)
        assert response.parsed.error.code == "c"


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "null", "5", '"no"', '{"id'])
@pytest.mark.parametrize("status", [200, 404, 502, 520])
def test_a_body_that_is_no_json_object_is_an_unexpected_one(status: int, body: str) -> None:
    client, strict = client_of(status, body), client_of(status, body, strict=True)
    for call in (list_models.sync, partial(retrieve_model.sync, "a"), partial(delete_model.sync, "a")):
        assert call(client=client) is None
        with pytest.raises(UnexpectedStatus, match=f"^Unexpected status code: {status}") as caught:
            call(client=strict)
        assert caught.value.content == body.encode()
    response = retrieve_model.sync_detailed("a", client=client)
    assert (response.status_code, response.content, response.parsed) == (status, body.encode(), None)


@pytest.mark.anyio
async def test_the_async_functions_read_the_page_of_a_gateway() -> None:
    response = await list_models.asyncio_detailed(client=client_of(520, "<html>"))
    assert (response.status_code, response.parsed) == (520, None)


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


def test_an_absent_field_is_none_required_or_not() -> None:
    model = Model.from_dict({"id": "a"})
    assert model.owned_by is None
    assert model.shutdown_date is None


def test_a_field_of_another_type_is_none_and_another_text_than_the_spec_allows_is_read() -> None:
    model = Model.from_dict({**MODEL, "created": "soon", "object": "dog"})
    assert model.created is None
    assert (model.object_, model.object) == ("dog", "dog")


def test_the_json_of_a_model_is_read_by_brackets_and_by_dict() -> None:
    model = Model.from_dict(MODEL)
    assert dict(model) == model.to_dict() == MODEL
    assert ("id" in model, "owner" in model) == (True, False)
    assert (model["object"], model["max_model_len"]) == ("model", 8)
    assert model.additional_properties == {"max_model_len": 8}


def test_models_within_models_are_typed_and_share_their_json() -> None:
    page = ListModelsResponse.from_dict({"object": "list", "data": [dict(MODEL)]})
    assert page.data == [Model.from_dict(MODEL)]
    page.data[0].created = 2
    assert page.to_dict()["data"] == [{**MODEL, "created": 2}]


def test_a_models_keywords_are_its_fields() -> None:
    assert Model(id="a", object_="model", x=1).to_dict() == {"id": "a", "object": "model", "x": 1}
    assert repr(Model(id="a", x=1)).endswith(", x=1)")
    assert pickle.loads(pickle.dumps(Model(id="a"))) == Model(id="a") != Model(id="b")
