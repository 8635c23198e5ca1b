"""Names that are imported when they are used."""

from typing import Any

import httpx
import pytest

import openai_models
from openai_models import OpenAI, pagination, resources, types
from openai_models.resources import models, views


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (openai_models, "types", types),
        (openai_models, "pagination", pagination),
        (resources, "Models", models.Models),
        (resources, "ModelsWithRawResponse", views.ModelsWithRawResponse),
        (resources, "AsyncModelsWithStreamingResponse", views.AsyncModelsWithStreamingResponse),
        (models, "ModelsWithRawResponse", views.ModelsWithRawResponse),
    ],
)
def test_a_name_that_is_imported_when_it_is_used_is_the_same_object(module: Any, name: str, value: object) -> None:
    assert module.__getattr__(name) is value


@pytest.mark.parametrize("module", [openai_models, resources, models])
def test_a_name_that_is_not_there_is_an_attribute_error(module: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Assistants'"):
        module.__getattr__("Assistants")


def test_dir_of_the_resources_is_their_names() -> None:
    assert dir(resources) == sorted(resources.__all__)


class StreamingClient(httpx.Client):
    """Builds requests whose body is a stream, as a client that signs them may do."""

    def build_request(self, *args: Any, **options: Any) -> httpx.Request:
        built = super().build_request(*args, **options)
        return httpx.Request(built.method, built.url, headers=built.headers, content=iter([b"{}"]))


def test_a_client_may_build_requests_whose_body_is_a_stream() -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.read())
        return httpx.Response(200, json={"id": "a", "object": "model", "deleted": True})

    with OpenAI(api_key="k", http_client=StreamingClient(transport=httpx.MockTransport(answer))) as client:
        assert client.models.delete("a").deleted
    assert sent == [b"{}"]
