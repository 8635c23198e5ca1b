"""The client against Prism, which makes its answers out of openapi.yaml and knows nothing of this package."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.integration.conftest import Call, Operation, Server

import openai_models
from openai_models.types import Model, ModelDeleted

MODEL = "gpt-4o-mini"
FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
OPERATIONS: dict[str, Operation] = {
    "list": lambda models: models.list(),
    "retrieve": lambda models: models.retrieve(MODEL),
    "delete": lambda models: models.delete(FINE_TUNED),
}
ERRORS = {
    400: openai_models.BadRequestError,
    401: openai_models.AuthenticationError,
    403: openai_models.PermissionDeniedError,
    404: openai_models.NotFoundError,
    405: openai_models.APIStatusError,
    409: openai_models.ConflictError,
    429: openai_models.RateLimitError,
    500: openai_models.InternalServerError,
    503: openai_models.InternalServerError,
}
UNDOCUMENTED = [("list", 404), ("list", 409), ("retrieve", 409)]
DOCUMENTED = [(name, status) for name in OPERATIONS for status in ERRORS if (name, status) not in UNDOCUMENTED]


def test_models_are_listed_as_the_spec_s_example_has_them(prism: Server, call: Call) -> None:
    raw = call(prism, lambda models: models.with_raw_response.list())
    page = raw.parse()
    assert page.object == "list"
    assert page.data
    assert all(isinstance(model, Model) for model in page.data)
    assert [model.to_dict() for model in page.data] == json.loads(raw.content)["data"]


def test_a_page_iterates_over_its_models_awaited_or_not(prism: Server) -> None:
    async def ids() -> list[list[str]]:
        async with openai_models.AsyncOpenAI(**prism._asdict()) as client:
            page = await client.models.list()
            return [[model.id async for model in page], [model.id async for model in client.models.list()]]

    with openai_models.OpenAI(**prism._asdict()) as client:
        page = client.models.list()
        listed = [model.id for model in page.data]
        assert listed
        assert [[model.id for model in page], *asyncio.run(ids())] == [listed] * 3


@pytest.mark.parametrize(("name", "kind"), [("retrieve", Model), ("delete", ModelDeleted)])
def test_a_model_is_retrieved_and_deleted_as_the_spec_s_example_has_it(
    prism: Server, call: Call, name: str, kind: type[Model | ModelDeleted]
) -> None:
    raw = call(prism, lambda models: OPERATIONS[name](models.with_raw_response))
    result = raw.parse()
    assert isinstance(result, kind)
    assert result.object == "model"
    assert result.to_dict() == json.loads(raw.content)


@pytest.mark.parametrize("name", OPERATIONS)
def test_credentials_of_another_scheme_are_refused_as_the_spec_says(prism: Server, call: Call, name: str) -> None:
    with pytest.raises(openai_models.AuthenticationError):
        call(prism, OPERATIONS[name], default_headers={"Authorization": "Basic c2stYW55"})


@pytest.mark.parametrize("call", ["sync"], indirect=True)
@pytest.mark.parametrize(("name", "status"), DOCUMENTED)
def test_each_documented_error_is_its_typed_error_with_nothing_lost(
    prism: Server, call: Call, name: str, status: int
) -> None:
    with pytest.raises(openai_models.APIStatusError) as caught:
        call(prism, OPERATIONS[name], default_headers={"Prefer": f"code={status}"})
    error = caught.value
    assert (type(error), error.status_code) == (ERRORS[status], status)
    sent = error.response.json()["error"]
    assert sent["message"] in str(error)
    assert (error.type, error.param, error.code) == (sent["type"], sent["param"], sent["code"])
    assert error.request_id == error.response.headers["x-request-id"]
    if status == 429:
        assert int(error.response.headers["retry-after"]) >= 0


@pytest.mark.parametrize(("name", "status"), UNDOCUMENTED)
def test_a_problem_document_is_a_typed_error_in_the_server_s_words(
    prism: Server, call: Call, name: str, status: int
) -> None:
    said = f"Requested status code {status} is not defined in the document"
    with pytest.raises(openai_models.NotFoundError, match=said) as caught:
        call(prism, OPERATIONS[name], default_headers={"Prefer": f"code={status}"})
    assert caught.value.response.headers["content-type"] == "application/problem+json"
