"""Which server is meant, and what is said where it can't be tried."""

import re

import pytest

from openai_models.contract import Target, UnusableTargetError, run
from openai_models.testing import MockServer


@pytest.mark.parametrize(
    ("api_key", "sentence"),
    [
        ("sk-wrong", "refuses the key in OPENAI_API_KEY (status 401)"),
        (" ", "OPENAI_API_KEY is not set"),
        ("sk-schlüssel", "the key in OPENAI_API_KEY can't be sent"),
        ("sk-schluessel\nx", "the key in OPENAI_API_KEY can't be sent"),
    ],
    ids=["wrong", "blank", "no ASCII", "two lines"],
)
def test_the_sentence_says_what_is_wrong_with_the_key(mock: MockServer, api_key: str, sentence: str) -> None:
    with pytest.raises(UnusableTargetError, match=re.escape(sentence)) as caught:
        Target.of_somebody(mock.base_url, api_key)
    assert "sk-schl" not in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "http:///v1", "ftp://127.0.0.1/v1", "http://[::1/v1", "sesame"])
def test_a_base_url_that_is_none_is_named(url: str) -> None:
    with pytest.raises(UnusableTargetError, match=re.escape(url)):
        Target.of_somebody(url, "sk-any")


@pytest.mark.parametrize(
    "url", ["http://joe:of-joe@127.0.0.1/v1", "joe:of-joe@127.0.0.1/v1", "http://127.0.0.1/v1?a=1"]
)
def test_a_base_url_with_a_login_or_a_query_is_refused_unseen(url: str) -> None:
    with pytest.raises(UnusableTargetError, match="the base URL has a login, a query or a fragment") as caught:
        Target.of_somebody(url, "sk-any")
    assert "of-joe" not in str(caught.value)


def test_spaces_around_a_base_url_are_no_part_of_it(mock: MockServer) -> None:
    assert Target.of_somebody(f" {mock.base_url}/ ", mock.api_key).base_url == mock.base_url


@pytest.mark.parametrize(
    ("base_url", "near"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://192.168.0.7/v1", False),
        ("https://localhost.example.com/v1", False),
    ],
)
def test_only_this_machine_is_asked_without_a_pause(base_url: str, near: bool) -> None:  # noqa: FBT001
    assert Target(base_url, "sk-any").is_loopback is near


@pytest.mark.parametrize("model", ["", " ", ".", "..", "\ud800"])
def test_an_id_that_no_path_can_hold_is_refused_before_anything_is_sent(mock: MockServer, model: str) -> None:
    with pytest.raises(ValueError, match="model"):
        run(Target(mock.base_url, mock.api_key), delete_model=model)
    assert mock.requests == []


@pytest.mark.parametrize(
    ("path", "asks"), [("/v1", False), ("/api/v3beta", False), ("/api", True), ("", True), ("/v1/x", True)]
)
def test_a_404_asks_for_the_version_only_where_the_base_url_has_none(
    path: str,
    asks: bool,  # noqa: FBT001
    mock: MockServer,
) -> None:
    mock.fail_next(404)
    with pytest.raises(UnusableTargetError, match="has no list of models there") as caught:
        Target.of_somebody(mock.base_url.removesuffix("/v1") + path, mock.api_key)
    assert ("does the base URL lack its /v1?" in str(caught.value)) is asks
