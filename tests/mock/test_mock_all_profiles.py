"""What holds for all profiles, and how one is named."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import httpx
import pytest

from openai_models.testing import PROFILES, MockServer
from openai_models.testing._profiles import OFFICIAL, Wrong, load_profile

OTHERS = [profile for profile in PROFILES if profile != OFFICIAL]


def test_models_of_the_callers_own_are_served_as_they_are_in_any_profile(subtests: pytest.Subtests) -> None:
    own: list[dict[str, object]] = [{"id": "mine", "created": 1, "extra": {"{model}": ["{path}"]}}]
    for profile in OTHERS:
        with subtests.test(profile), MockServer(profile=profile, models=own) as mock:
            headers = {"authorization": f"Bearer {mock.api_key}"}
            body = httpx.get(f"{mock.base_url}/models", headers=headers, trust_env=False).json()
            assert (body if isinstance(body, list) else body["data"]) == own


def test_an_unknown_profile_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(
        ValueError, match=r"there is no profile 'vlmm'; those that are known: openai, anthropic, .* vllm"
    ):
        MockServer(profile="vlmm")


@pytest.mark.parametrize("profile", [None, "openai"])
def test_the_official_api_is_the_profile_that_needs_no_name(profile: str | None) -> None:
    with MockServer(profile=profile) as mock:
        assert mock.profile == "openai"
        response = httpx.get(f"{mock.base_url}/models", trust_env=False)
        assert response.json()["error"]["message"] == "Missing bearer authentication in header"
        assert "openai-version" in response.headers


def test_every_file_is_a_profile_and_every_profile_is_named() -> None:
    names = {file.name.removesuffix(".json") for file in (files("openai_models.testing") / "profiles").iterdir()}
    assert names == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_profile_assumes_is_a_part_that_it_has(name: str) -> None:
    profile = load_profile(name)
    assert profile is not None
    known = {*Wrong, "key", "paging", "aliases", "headers", "retrieve"}
    assert set(profile.assumed) <= known
    assert Wrong.UNKNOWN_URL in profile.answers
    assert Wrong.FAILURE in profile.answers


@pytest.mark.parametrize("profile", PROFILES)
def test_a_failure_on_demand_has_the_form_of_the_servers_errors(profile: str) -> None:
    with MockServer(profile=profile) as mock:
        mock.fail_next(503)
        response = httpx.get(f"{mock.base_url}/models", trust_env=False)
        assert response.status_code == 503
        assert response.headers["content-type"].startswith("application/json")
        assert "The engine is currently overloaded" in json.dumps(response.json())
        assert not re.search(r"\{[a-z_]+\}", response.text)
