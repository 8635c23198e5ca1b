"""A model id is one segment of a path, whatever is in it, and the base URL is never left."""

from __future__ import annotations

import enum
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Server, Shell, answer

from openai_models._config.configuration import Configuration
from openai_models._core.operations import DELETE, LIST, RETRIEVE
from openai_models._core.request import RequestOptions, build_request, path_segment
from openai_models._redaction import Secret

HTTP = httpx.Client()


def built(options: RequestOptions[Any], base_url: str = "http://api.test") -> httpx.Request:
    config = Configuration(api_key=KEY, base_url=base_url)
    return build_request(HTTP, config, options, httpx.Timeout(5), key=Secret(KEY), retries_taken=0)


def raw_path(base_url: str, model: str) -> bytes:
    request = built(RequestOptions(RETRIEVE, {"model": path_segment(model)}), base_url)
    assert request.url.host == "api.test"
    return request.url.raw_path


REFUSED: list[tuple[Any, type[Exception], str]] = [
    ("", ValueError, "non-empty"),
    (" \t\n", ValueError, "non-empty"),
    ("\u2003", ValueError, "non-empty"),
    (".", ValueError, "folder"),
    ("..", ValueError, "folder"),
    ("a\ud800", ValueError, "surrogate"),
    (None, TypeError, "NoneType"),
    (b"gpt", TypeError, "bytes"),
    (5, TypeError, "int"),
    (["a"], TypeError, "list"),
]


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
@pytest.mark.parametrize(("model", "kind", "told"), REFUSED, ids=[ascii(row[0]) for row in REFUSED])
def test_an_id_that_cannot_be_a_segment_is_refused_before_anything_is_sent(
    operation: str, model: Any, kind: type[Exception], told: str, shell: Shell
) -> None:
    server = Server(answer({"id": "a"}))
    with pytest.raises(kind, match=told):
        shell.call(getattr(shell.client(server).models, operation), model)
    assert not server.requests


class Known(str, enum.Enum):  # noqa: UP042 - the older kind is the point
    """As programs of before Python 3.11 keep their ids; `str()` of it is `Known.MINI`."""

    MINI = "gpt-4o-mini"


class Loud(str):
    """A string that shows itself as another one."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


@pytest.mark.parametrize("model", [Known.MINI, Loud("gpt-4o-mini")], ids=["enum", "subclass"])
def test_the_value_of_a_string_of_another_class_is_what_is_sent(model: str) -> None:
    assert raw_path("http://api.test", model) == b"/models/gpt-4o-mini"


def test_what_a_segment_may_hold_is_sent_as_it_is_and_a_slash_is_not() -> None:
    """RFC 3986 §3.3; recordings and mocks of the official SDK's users match on the URL."""
    assert (
        raw_path("http://api.test", "ft:gpt-4o-mini:acemeco:suffix:abc123")
        == b"/models/ft:gpt-4o-mini:acemeco:suffix:abc123"
    )
    assert raw_path("http://api.test", "aZ09-._~!$&'()*+,;=:@") == b"/models/aZ09-._~!$&'()*+,;=:@"
    assert raw_path("http://api.test", "a/%3A") == b"/models/a%2F%253A"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://api.test", "http://api.test/models"),
        ("http://api.test/", "http://api.test/models"),
        ("http://api.test/v1", "http://api.test/v1/models"),
        ("http://api.test/v1//", "http://api.test/v1/models"),
        ("http://api.test/v1?a=1&b", "http://api.test/v1/models?a=1&b"),
        ("http://api.test/v1/?a=%2F", "http://api.test/v1/models?a=%2F"),
        ("http://api.test:8080/a/b", "http://api.test:8080/a/b/models"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/models"),
        ("http://api.test/%7Bid%7D/%2F", "http://api.test/%7Bid%7D/%2F/models"),
        ("HTTPS://API.test/v1", "https://api.test/v1/models"),
    ],
)
def test_the_path_is_added_to_that_of_the_base_url(base: str, expected: str) -> None:
    assert str(built(RequestOptions(LIST), base).url) == expected


def test_userinfo_of_the_base_url_stays_with_it() -> None:
    url = built(RequestOptions(LIST), "http://user:pass@api.test/v1").url
    assert (url.host, url.username, url.password) == ("api.test", "user", "pass")


def test_the_methods_are_those_of_the_spec() -> None:
    model = {"model": "a"}
    calls: list[RequestOptions[Any]] = [
        RequestOptions(LIST),
        RequestOptions(RETRIEVE, model),
        RequestOptions(DELETE, model),
    ]
    assert [built(call).method for call in calls] == ["GET", "GET", "DELETE"]
