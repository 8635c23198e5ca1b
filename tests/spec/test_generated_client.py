"""The generated package is usable by itself, as the plain typed client that docs/generated-client.md describes."""

import asyncio
import pickle
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from openai_models_api import AuthenticatedClient
from openai_models_api.api.models import delete_model, list_models, retrieve_model
from openai_models_api.errors import UnexpectedStatus
from openai_models_api.models import DeleteModelResponse, ErrorResponse, ListModelsResponse, Model

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "o", "max_model_len": 8}
ERROR = {"error": {"message": "no", "type": "t", "param": None, "code": "c"}}
ANSWERS = {
    "GET /v1/models": {"object": "list", "data": [MODEL]},
    "GET /v1/models/a": MODEL,
    "DELETE /v1/models/a": {"id": "a", "object": "model", "deleted": True},
}


def client_of(answer: Callable[[httpx.Request], httpx.Response], *, strict: bool = False) -> AuthenticatedClient:
    options = {"transport": httpx.MockTransport(answer)}
    return AuthenticatedClient("http://test/v1", "sk-x", raise_on_unexpected_status=strict, httpx_args=options)


def answer(request: httpx.Request) -> httpx.Response:
    assert request.headers["authorization"] == "Bearer sk-x"
    found = ANSWERS.get(f"{request.method} {request.url.path}")
    return httpx.Response(200, json=found) if found else httpx.Response(404, json=ERROR)


def test_the_sync_functions_give_typed_results() -> None:
    with client_of(answer) as client:
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


def test_the_async_functions_give_typed_results_and_read_the_page_of_a_gateway() -> None:
    async def calls() -> None:
        async with client_of(answer) as client:
            assert isinstance(await list_models.asyncio(client=client), ListModelsResponse)
            assert isinstance(await delete_model.asyncio("a", client=client), DeleteModelResponse)
        gateway = client_of(lambda _: httpx.Response(520, text="<html>"))
        response = await list_models.asyncio_detailed(client=gateway)
        assert (response.status_code, response.parsed) == (520, None)

    asyncio.run(calls())


@pytest.mark.parametrize("status", [499, 520, 599])
def test_a_status_without_a_name_is_a_number(status: int) -> None:
    client = client_of(lambda _: httpx.Response(status, json=ERROR))
    response = retrieve_model.sync_detailed("a", client=client)
    assert response.status_code == status
    assert isinstance(response.parsed, ErrorResponse) == (status != 499)  # which the spec does not have


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "null", "5", '"no"', '{"id'])
@pytest.mark.parametrize("status", [200, 404, 520])
def test_a_body_that_is_no_json_object_is_an_unexpected_one(status: int, body: str) -> None:
    client, strict = (client_of(lambda _: httpx.Response(status, text=body), strict=strict) for strict in (False, True))
    for call in (list_models.sync, partial(retrieve_model.sync, "a"), partial(delete_model.sync, "a")):
        assert call(client=client) is None
        with pytest.raises(UnexpectedStatus, match=f"^Unexpected status code: {status}") as caught:
            call(client=strict)
        assert caught.value.content == body.encode()
    response = retrieve_model.sync_detailed("a", client=client)
    assert (response.status_code, response.content, response.parsed) == (status, body.encode(), None)


def test_a_field_that_is_absent_or_of_another_type_is_none_and_of_another_text_is_that() -> None:
    model = Model.from_dict({"id": "a", "created": "soon", "object": "dog"})
    assert all(value is None for value in (model.created, model.owned_by, model.shutdown_date))
    assert (model.object_, model.object) == ("dog", "dog")


def test_the_json_of_a_model_is_read_by_brackets_and_by_dict() -> None:
    model = Model.from_dict(MODEL)
    assert dict(model) == model.to_dict() == MODEL
    assert ("id" in model, "owner" in model) == (True, False)
    assert (model["object"], model.additional_properties) == ("model", {"max_model_len": 8})


def test_models_within_models_are_typed_and_share_their_json() -> None:
    page = ListModelsResponse.from_dict({"object": "list", "data": [dict(MODEL)]})
    assert page.data == [Model.from_dict(MODEL)]
    page.data[0].created = 2
    assert page.to_dict()["data"] == [{**MODEL, "created": 2}]


def test_a_models_keywords_are_its_fields() -> None:
    assert Model(id="a", object_="model", x=1).to_dict() == {"id": "a", "object": "model", "x": 1}
    assert repr(Model(id="a", x=1)).endswith(", x=1)")
    assert pickle.loads(pickle.dumps(Model(id="a"))) == Model(id="a") != Model(id="b")
