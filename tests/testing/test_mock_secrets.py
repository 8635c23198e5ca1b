"""Nothing that the mock shows contains a key. What pytest shows of it: test_mock_pytest_plugin.py."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._app import Keys
from openai_models.testing._state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

ACCEPTED = "sk-own-PLANTED-0123456789"
SENT = "sk-sent-PLANTED-987654321"


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
