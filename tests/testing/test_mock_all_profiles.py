"""What holds for every profile."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._profiles import OFFICIAL, ErrorKind, load_profile

if TYPE_CHECKING:
    from tests.testing.conftest import Call

OTHERS = [profile for profile in PROFILES if profile != OFFICIAL]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_client_lists_the_models_of_the_profile(profile: str, call: Call) -> None:
    with MockServer(profile=profile) as mock:
        assert mock.profile == profile
        listed = call(mock, "list")
        # Some servers set `created` to the time of the request.
        expected = [{**model, "created": None} for model in mock.models]
        assert [{**model.to_dict(), "created": None} for model in listed] == expected


@pytest.mark.parametrize("profile", OTHERS)
def test_own_models_are_served_unchanged_without_openai_headers(profile: str) -> None:
    own: list[dict[str, object]] = [{"id": "mine", "created": 1, "extra": {"{model}": ["{path}"]}}]
    with MockServer(profile=profile, models=own) as mock:
        headers = {"authorization": f"Bearer {mock.api_key}"}
        response = httpx.get(f"{mock.base_url}/models", headers=headers, trust_env=False)
    body = response.json()
    assert (body if isinstance(body, list) else body["data"]) == own
    assert not [name for name in response.headers if name.startswith("openai-")]


@pytest.mark.parametrize("profile", PROFILES)
def test_an_injected_error_has_the_format_of_the_server(profile: str) -> None:
    with MockServer(profile=profile) as mock:
        mock.fail_next(503)
        response = httpx.get(f"{mock.base_url}/models", trust_env=False)
    assert response.status_code == 503
    assert response.headers["content-type"].startswith("application/json")
    assert "The engine is currently overloaded" in json.dumps(response.json())
    assert not re.search(r"\{[a-z_]+\}", response.text)


@pytest.mark.parametrize("profile", [None, "openai"])
def test_the_default_profile_is_the_official_api(profile: str | None) -> None:
    with MockServer(profile=profile) as mock:
        assert mock.profile == "openai"
        response = httpx.get(f"{mock.base_url}/models", trust_env=False)
    assert response.json()["error"]["message"] == "Missing bearer authentication in header"
    assert "openai-version" in response.headers


def test_every_file_is_a_profile() -> None:
    names = {file.name.removesuffix(".json") for file in (files("openai_models.testing") / "profiles").iterdir()}
    assert names == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_the_assumed_parts_of_a_profile_exist(name: str) -> None:
    profile = load_profile(name)
    assert profile is not None
    assert set(profile.assumed) <= {*ErrorKind, "key", "paging", "aliases", "headers", "retrieve"}
    assert {ErrorKind.UNKNOWN_URL, ErrorKind.INJECTED} <= set(profile.errors)
