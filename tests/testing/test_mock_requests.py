"""Recorded requests and the mock's models, as a test reads them; nothing that the mock shows contains a key."""

import traceback
from collections.abc import Iterator
from dataclasses import FrozenInstanceError

import httpx
import pytest
from tests.testing.conftest import Send

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._app import Keys
from openai_models.testing._state import State

ACCEPTED = "sk-own-PLANTED-0123456789"
SENT = "sk-sent-PLANTED-987654321"


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


@pytest.fixture
def used_mock(client: httpx.Client) -> Iterator[MockServer]:
    """A mock with its own key that received another key in every part of a request."""
    with MockServer(api_key=ACCEPTED) as mock:
        headers = {"authorization": f"Bearer {SENT}", "x-api-key": SENT, "x-goog-api-key": SENT}
        client.post(f"{mock.base_url}/models?key={SENT}", headers=headers, content=SENT)
        mock.fail_next(headers={"x-key": SENT}, body={"key": SENT})
        yield mock


def test_a_request_shows_its_method_path_and_names_of_headers_only(used_mock: MockServer) -> None:
    assert repr(used_mock.requests) == "[RecordedRequest(method='POST', path='/v1/models')]"
    (request,) = used_mock.requests
    assert request.query == f"key={SENT}"
    assert "x-goog-api-key" in repr(request.headers)
    assert "PLANTED" not in f"{request.headers!r} {request.headers}"
    assert request.headers["X-API-Key"] == SENT
    assert dict(request.headers)["authorization"] == f"Bearer {SENT}"


def test_no_object_of_the_mock_shows_a_key(used_mock: MockServer) -> None:
    assert repr(used_mock) == f"<MockServer {used_mock.base_url}>"
    public = [used_mock, used_mock.requests, used_mock.pending_faults, used_mock.models]
    private = [used_mock._state, used_mock._thread, Keys(ACCEPTED, ACCEPTED), State([{"id": "x", "key": "PLANTED"}])]
    for value in [*public, *private]:
        assert "PLANTED" not in f"{value!r} {value}"


@pytest.mark.parametrize("profile", PROFILES)
def test_no_response_repeats_a_key(profile: str, client: httpx.Client) -> None:
    client.headers["Authorization"] = f"Bearer {SENT}"
    with MockServer(profile=profile, api_key=ACCEPTED) as mock:
        text = "".join(client.get(mock.base_url + path).text for path in ("/models", "/models/nope", "/nope"))
    assert SENT not in text
    assert ACCEPTED not in text


def test_the_error_about_an_invalid_key_does_not_contain_it() -> None:
    with pytest.raises(ValueError, match="api_key must be visible ASCII") as caught:
        MockServer(api_key="sk-PLANTED\n")
    assert "PLANTED" not in "".join(traceback.format_exception_only(caught.value))
