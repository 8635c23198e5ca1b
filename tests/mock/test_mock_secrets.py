"""Nothing that the mock shows of itself holds a key."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._app import Keys
from openai_models.testing._state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mock.conftest import UsersPytest

OWN = "sk-own-PLANTED-0123456789"
SENT = "sk-sent-PLANTED-987654321"


@pytest.fixture
def asked() -> Iterator[MockServer]:
    """A mock with a key of its own, that was sent another in every place there is."""
    with MockServer(api_key=OWN) as mock:
        headers = {"authorization": f"Bearer {SENT}", "x-api-key": SENT, "x-goog-api-key": SENT}
        httpx.post(f"{mock.base_url}/models?key={SENT}", headers=headers, content=SENT, trust_env=False)
        mock.fail_next(headers={"x-key": SENT}, body={"key": SENT})
        yield mock


def test_a_request_shows_its_method_and_its_path_only(asked: MockServer) -> None:
    assert repr(asked.requests) == "[RecordedRequest(method='POST', path='/v1/models')]"
    assert asked.requests[0].query == f"key={SENT}"


def test_the_headers_of_a_request_show_their_names_only(asked: MockServer) -> None:
    (request,) = asked.requests
    shown = repr(request.headers)
    assert "x-goog-api-key" in shown
    assert "PLANTED" not in shown
    assert "PLANTED" not in str(request.headers)
    assert request.headers["X-API-Key"] == SENT
    assert dict(request.headers)["authorization"] == f"Bearer {SENT}"


def test_nothing_that_a_test_can_print_holds_a_key(asked: MockServer) -> None:
    shown = [asked, asked.requests, asked.pending_faults, asked.models, asked._state, asked._thread, Keys(OWN, OWN)]
    for value in shown:
        assert "PLANTED" not in f"{value!r} {value}"


def test_a_failed_assertion_about_headers_shows_no_key(run_pytest: UsersPytest) -> None:
    done = run_pytest(
        """
        from openai_models import OpenAI

        def test_headers(openai_models_mock):
            OpenAI(api_key=openai_models_mock.api_key).models.list()
            assert "x-missing" in openai_models_mock.requests[0].headers
        """
    )
    assert "1 failed" in done.stdout
    assert "'x-missing' in <accept, accept-encoding, authorization, " in done.stdout
    assert MockServer().api_key not in done.stdout


@pytest.mark.parametrize("profile", PROFILES)
def test_no_answer_repeats_the_key_that_was_sent(profile: str) -> None:
    with MockServer(profile=profile, api_key=OWN) as mock:
        for path in ("/models", "/models/nope", "/nope"):
            response = httpx.get(mock.base_url + path, headers={"authorization": f"Bearer {SENT}"}, trust_env=False)
            assert SENT not in response.text
            assert OWN not in response.text


def test_a_refused_key_is_in_no_traceback() -> None:
    with pytest.raises(ValueError, match="api_key must be visible ASCII") as caught:
        MockServer(api_key="sk-PLANTED\n")
    assert "PLANTED" not in "".join(traceback.format_exception_only(caught.value))


def test_a_state_shows_nothing() -> None:
    assert "PLANTED" not in repr(State([{"id": "x", "key": "PLANTED"}]))
