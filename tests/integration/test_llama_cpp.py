"""The client against llama.cpp's own server: it lists, adds fields, and has neither a retrieve nor a delete route."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from openai_models import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI
from openai_models.types import Model

if TYPE_CHECKING:
    from tests.integration.conftest import Call, Operation, Server

MODEL = "acme/tiny-random:f32"

ROUTES_IT_LACKS: list[tuple[str, Operation]] = [
    ("retrieve", lambda models: models.retrieve(MODEL)),
    ("retrieve an unknown id", lambda models: models.retrieve("no-such-model")),
    ("delete", lambda models: models.delete(MODEL)),
]
EVERY_ROUTE: list[tuple[str, Operation]] = [("list", lambda models: models.list()), *ROUTES_IT_LACKS]


def operations(table: list[tuple[str, Operation]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", [row[1] for row in table], ids=[row[0] for row in table])


def test_the_model_is_listed_with_its_documented_fields(llama_cpp: Server, call: Call) -> None:
    before = int(time.time())
    page = call(llama_cpp, lambda models: models.list())
    [model] = page.data
    assert isinstance(model, Model)
    assert (page.object, model.id, model.object, model.owned_by) == ("list", MODEL, "model", "llamacpp")
    # The server puts the time of the request into `created`.
    assert before <= model.created <= time.time()


def test_created_at_is_the_server_s_timestamp_in_utc(llama_cpp: Server, call: Call) -> None:
    [model] = call(llama_cpp, lambda models: models.list()).data
    assert model.created_at == datetime.fromtimestamp(model.created, UTC)


def test_a_field_that_the_server_leaves_out_reads_as_none(llama_cpp: Server, call: Call) -> None:
    [model] = call(llama_cpp, lambda models: models.list()).data
    assert "shutdown_date" not in model.to_dict()
    assert model.shutdown_date is None


def test_fields_of_llama_cpp_s_own_read_as_attributes(llama_cpp: Server, call: Call) -> None:
    [model] = call(llama_cpp, lambda models: models.list()).data
    assert model.aliases == [MODEL, "tiny"]
    assert model.meta["n_vocab"] == 260
    assert model.meta["n_ctx_train"] == 64


def test_to_dict_is_what_the_server_sent(llama_cpp: Server, call: Call) -> None:
    raw = call(llama_cpp, lambda models: models.with_raw_response.list())
    [sent] = json.loads(raw.content)["data"]
    [model] = raw.parse().data
    assert model.to_dict() == sent


def test_raw_responses_show_the_server_s_headers(llama_cpp: Server, call: Call) -> None:
    raw = call(llama_cpp, lambda models: models.with_raw_response.list())
    assert raw.status_code == 200
    assert raw.headers["server"] == "llama.cpp"


def test_a_page_iterates_over_its_models(llama_cpp: Server) -> None:
    with OpenAI(base_url=llama_cpp.base_url, api_key=llama_cpp.api_key, max_retries=0) as client:
        assert [model.id for model in client.models.list()] == [MODEL]


def test_an_async_page_iterates_over_its_models_with_and_without_await(llama_cpp: Server) -> None:
    async def ids() -> list[list[str]]:
        async with AsyncOpenAI(base_url=llama_cpp.base_url, api_key=llama_cpp.api_key, max_retries=0) as client:
            awaited = await client.models.list()
            return [[model.id async for model in awaited], [model.id async for model in client.models.list()]]

    assert asyncio.run(ids()) == [[MODEL], [MODEL]]


@operations(ROUTES_IT_LACKS)
def test_a_route_that_it_lacks_raises_not_found_in_the_server_s_words(
    llama_cpp: Server, call: Call, operation: Operation
) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(llama_cpp, operation)
    assert caught.value.status_code == 404
    assert "File Not Found" in str(caught.value)
    # The server sends an integer, where the documented API sends text or null.
    assert caught.value.code == "404"
    assert caught.value.type == "not_found_error"


@operations(EVERY_ROUTE)
def test_a_wrong_key_raises_authentication_error_without_showing_it(
    llama_cpp: Server, call: Call, operation: Operation
) -> None:
    with pytest.raises(AuthenticationError) as caught:
        call(llama_cpp, operation, api_key="sk-wrong")
    assert caught.value.status_code == 401
    assert "Invalid API Key" in str(caught.value)
    assert "sk-wrong" not in f"{caught.value} {caught.value!r}"


def test_the_server_still_answers_after_the_refusals(llama_cpp: Server, call: Call) -> None:
    for key in ("sk-wrong", "sk-wrong-again"):
        with pytest.raises(AuthenticationError):
            call(llama_cpp, lambda models: models.list(), api_key=key)
    assert [model.id for model in call(llama_cpp, lambda models: models.list()).data] == [MODEL]
