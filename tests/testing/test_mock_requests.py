"""Recorded requests and the mock's models, as a test reads them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    import httpx
    from tests.testing.conftest import Send


def test_a_request_is_recorded_as_it_was_sent(client: httpx.Client, mock: MockServer) -> None:
    body = bytes(range(256)) * 4096
    client.request("POST", "/models/a%2Fb?x=%20&y", headers={"X-Seen": "yes"}, content=body)
    (request,) = mock.requests
    assert (request.method, request.path, request.query) == ("POST", "/v1/models/a%2Fb", "x=%20&y")
    assert request.body == body
    assert request.headers["x-seen"] == request.headers["X-SEEN"] == "yes"
    assert request.headers["Authorization"] == f"Bearer {mock.api_key}"
    assert "x-not-seen" not in request.headers


def test_every_request_is_recorded_in_order_whatever_the_response(send: Send, mock: MockServer) -> None:
    sent = ["GET /v1/models", "GET /v1/nope", "PATCH /v1/models/gpt-4o", "GET /v1/models/%zz"]
    for request_line in sent:
        send(request_line, "wrong")
    assert [f"{request.method} {request.path}" for request in mock.requests] == sent


def test_a_recorded_request_is_immutable(client: httpx.Client, mock: MockServer) -> None:
    client.get("/models")
    with pytest.raises(FrozenInstanceError):
        mock.requests[0].method = "PUT"  # type: ignore[misc]  # the assertion


def test_requests_and_models_are_copies_that_can_be_read_after_the_block(client: httpx.Client) -> None:
    with MockServer() as mock:
        client.get(f"{mock.base_url}/models")
    mock.requests.clear()
    mock.models[0]["id"] = "changed"
    mock.models.clear()
    assert len(mock.requests) == 1
    assert mock.models[0]["id"] == "gpt-4o-mini"


def test_own_models_are_served_unchanged(client: httpx.Client) -> None:
    models: list[dict[str, object]] = [
        {"id": "llama", "max_model_len": 8192, "nested": {"é": [None]}},
        {"id": "ft:own"},
    ]
    with MockServer(models=models) as mock:
        assert client.get(f"{mock.base_url}/models").json() == {"object": "list", "data": models}
        models[0]["id"] = "changed later"
        assert client.get(f"{mock.base_url}/models/llama").status_code == 200
        assert client.delete(f"{mock.base_url}/models/ft:own").status_code == 200
        mock.reset()
        assert [model["id"] for model in mock.models] == ["llama", "ft:own"]


def test_a_mock_without_models_lists_none(client: httpx.Client) -> None:
    with MockServer(models=[]) as mock:
        assert client.get(f"{mock.base_url}/models").json() == {"object": "list", "data": []}
