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


REFUSED: list[tuple[Any, type[Exception], str]] = [
    ("", ValueError, "non-empty"),
    (" \t\n", ValueError, "non-empty"),
    (".", ValueError, "folder"),
    ("..", ValueError, "folder"),
    ("a\ud800", ValueError, "surrogate"),
    (None, TypeError, "NoneType"),
    (5, TypeError, "int"),
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


@pytest.mark.parametrize(
    ("model", "segment"),
    [
        (Known.MINI, "gpt-4o-mini"),
        (Loud("gpt-4o-mini"), "gpt-4o-mini"),
        # RFC 3986 §3.3; recordings and mocks of the official SDK's users match on the URL.
        ("ft:gpt-4o-mini:acemeco:suffix:abc123", "ft:gpt-4o-mini:acemeco:suffix:abc123"),
        ("aZ09-._~!$&'()*+,;=:@", "aZ09-._~!$&'()*+,;=:@"),
        ("a/%3A ?#", "a%2F%253A%20%3F%23"),
    ],
)
def test_what_a_segment_may_hold_is_sent_as_it_is_and_all_else_is_escaped(model: str, segment: str) -> None:
    url = built(RequestOptions(RETRIEVE, {"model": path_segment(model)})).url
    assert (url.host, url.raw_path.decode()) == ("api.test", f"/models/{segment}")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://api.test", "http://api.test/models"),
        ("http://api.test/v1//", "http://api.test/v1/models"),
        ("http://api.test/v1?a=1&b", "http://api.test/v1/models?a=1&b"),
        ("http://api.test/v1/?a=%2F", "http://api.test/v1/models?a=%2F"),
        ("http://[::1]:8080/a/b", "http://[::1]:8080/a/b/models"),
        ("http://api.test/%7Bid%7D/%2F", "http://api.test/%7Bid%7D/%2F/models"),
        ("HTTPS://user:pass@API.test/v1", "https://user:pass@api.test/v1/models"),
    ],
)
def test_the_path_is_added_to_that_of_the_base_url(base: str, expected: str) -> None:
    assert str(built(RequestOptions(LIST), base).url) == expected


def test_the_methods_are_those_of_the_spec() -> None:
    methods = [built(RequestOptions(operation, {"model": "a"})).method for operation in (RETRIEVE, DELETE)]
    assert [built(RequestOptions(LIST)).method, *methods] == ["GET", "GET", "DELETE"]
