"""The client against llama.cpp's own server: it lists, adds fields, and has neither a retrieve nor a delete route."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from tests.integration.conftest import Call, Operation, Server

from openai_models import AuthenticationError, NotFoundError

MODEL = "acme/tiny-random:f32"
OPERATIONS: dict[str, Operation] = {
    "retrieve": lambda models: models.retrieve(MODEL),
    "retrieve an unknown id": lambda models: models.retrieve("no-such-model"),
    "delete": lambda models: models.delete(MODEL),
    "list": lambda models: models.list(),
}


def test_the_model_is_listed_with_its_documented_fields_and_those_of_llama_cpp(llama_cpp: Server, call: Call) -> None:
    before = int(time.time())
    raw = call(llama_cpp, lambda models: models.with_raw_response.list())
    assert (raw.status_code, raw.headers["server"]) == (200, "llama.cpp")
    page = raw.parse()
    (model,) = page.data
    assert (page.object, model.id, model.object, model.owned_by) == ("list", MODEL, "model", "llamacpp")
    # The server puts the time of the request into `created`.
    assert before <= model.created <= time.time()
    assert model.created_at == datetime.fromtimestamp(model.created, UTC)
    assert (model.aliases, model.meta["n_vocab"], model.meta["n_ctx_train"]) == ([MODEL, "tiny"], 260, 64)
    assert [model.to_dict()] == json.loads(raw.content)["data"]
    assert "shutdown_date" not in model
    assert model.shutdown_date is None


@pytest.mark.parametrize("name", list(OPERATIONS)[:3])
def test_a_route_that_it_lacks_raises_not_found_in_the_server_s_words(llama_cpp: Server, call: Call, name: str) -> None:
    with pytest.raises(NotFoundError, match="File Not Found") as caught:
        call(llama_cpp, OPERATIONS[name])
    # The server sends an integer, where the documented API sends text or null.
    assert (caught.value.status_code, caught.value.code, caught.value.type) == (404, "404", "not_found_error")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_wrong_key_raises_authentication_error_without_showing_it(llama_cpp: Server, call: Call, name: str) -> None:
    with pytest.raises(AuthenticationError, match="Invalid API Key") as caught:
        call(llama_cpp, OPERATIONS[name], api_key="sk-wrong")
    assert caught.value.status_code == 401
    assert "sk-wrong" not in f"{caught.value} {caught.value!r}"
