"""What a test can learn about the requests that its code sent."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from openai_models.testing import MockServer, RecordedRequest

if TYPE_CHECKING:
    import httpx
    from tests.mock.conftest import Ask


def test_a_request_is_seen_as_it_was_sent(client: httpx.Client, mock: MockServer) -> None:
    client.request("POST", "/models/a%2Fb?x=%20&y", headers={"X-Seen": "yes"}, content=b"\x00body")
    (request,) = mock.requests
    assert request.method == "POST"
    assert request.path == "/v1/models/a%2Fb"
    assert request.query == "x=%20&y"
    assert request.body == b"\x00body"
    assert request.headers["x-seen"] == request.headers["X-SEEN"] == "yes"
    assert request.headers["Authorization"] == f"Bearer {mock.api_key}"
    assert "x-not-seen" not in request.headers


def test_every_request_is_seen_in_order_whatever_the_answer(ask: Ask, mock: MockServer) -> None:
    ask("GET", "/v1/models")
    ask("GET", "/v1/nope")
    ask("PATCH", "/v1/models/gpt-4o")
    ask("GET", "/v1/models/%zz", key="wrong")
    assert [(request.method, request.path) for request in mock.requests] == [
        ("GET", "/v1/models"),
        ("GET", "/v1/nope"),
        ("PATCH", "/v1/models/gpt-4o"),
        ("GET", "/v1/models/%zz"),
    ]


def test_a_large_body_is_seen_whole(client: httpx.Client, mock: MockServer) -> None:
    body = bytes(range(256)) * 4096
    assert client.put("/models", content=body).status_code == 405
    assert mock.requests[0].body == body


def test_a_recorded_request_can_not_be_changed(client: httpx.Client, mock: MockServer) -> None:
    client.get("/models")
    with pytest.raises(FrozenInstanceError):
        mock.requests[0].method = "PUT"  # type: ignore[misc]  # that is the point
    mock.requests.clear()
    assert len(mock.requests) == 1


def test_a_key_is_in_no_repr(client: httpx.Client, mock: MockServer) -> None:
    client.get("/models")
    assert repr(mock.requests) == "[RecordedRequest(method='GET', path='/v1/models')]"
    assert repr(mock) == f"<MockServer {mock.base_url}>"


def test_requests_and_models_can_be_read_after_the_block() -> None:
    with MockServer() as mock:
        pass
    assert mock.requests == []
    assert len(mock.models) > 5


def test_models_are_a_copy(mock: MockServer) -> None:
    mock.models[0]["id"] = "changed"
    mock.models.clear()
    assert mock.models[0]["id"] == "gpt-4o-mini"


def test_seeds_of_the_callers_own_are_served_as_they_are(client: httpx.Client) -> None:
    seeds: list[dict[str, object]] = [{"id": "llama", "max_model_len": 8192, "nested": {"é": [None]}}, {"id": "ft:own"}]
    with MockServer(models=seeds) as mock:
        page = client.get(f"{mock.base_url}/models").json()
        assert page == {"object": "list", "data": seeds}
        seeds[0]["id"] = "changed later"
        assert client.get(f"{mock.base_url}/models/llama").status_code == 200
        assert client.delete(f"{mock.base_url}/models/ft:own").status_code == 200
        mock.reset()
        assert [model["id"] for model in mock.models] == ["llama", "ft:own"]


def test_a_server_without_models_lists_none(client: httpx.Client) -> None:
    with MockServer(models=[]) as mock:
        assert client.get(f"{mock.base_url}/models").json() == {"object": "list", "data": []}


@pytest.mark.parametrize(
    ("seeds", "error", "message"),
    [
        ([{"object": "model"}], TypeError, "a model needs an id that is a string"),
        ([{"id": 7}], TypeError, "a model needs an id that is a string"),
        ([{"id": ""}], ValueError, "a model needs an id that is not empty"),
        ([{"id": "a"}, {"id": "a"}], ValueError, "two models have the id 'a'"),
        ([{"id": "a", "x": object()}], TypeError, "not JSON serializable"),
        ([{"id": "a", "x": float("nan")}], ValueError, "not JSON compliant"),
        ([{"id": "\ud800"}], ValueError, "surrogates not allowed"),
    ],
)
def test_seeds_that_can_not_be_served_are_refused_at_once(
    seeds: list[dict[str, object]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        MockServer(models=seeds)


def test_a_recorded_request_is_public() -> None:
    assert RecordedRequest.__module__.startswith("openai_models.testing")
