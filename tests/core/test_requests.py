"""The path, the query, the headers, the body and the bounds of a request."""

import enum
import json
from functools import reduce
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Server, Shell, answer

from openai_models import NOT_GIVEN, Timeout, not_given, omit
from openai_models._config.configuration import Configuration
from openai_models._core.operations import DELETE, LIST, RETRIEVE
from openai_models._core.request import RequestOptions, build_request, path_segment
from openai_models._redaction import Secret

HTTP = httpx.Client(headers={"accept": "none"})


def built(call: RequestOptions[Any] | None = None, *, retries_taken: int = 0, **options: Any) -> httpx.Request:
    config = Configuration(api_key=KEY, **options)
    call = call or RequestOptions(LIST)
    return build_request(HTTP, config, call, Timeout(5), key=Secret(KEY), retries_taken=retries_taken)


def headers_of(request: httpx.Request) -> dict[str, str]:
    of_httpx = {"host", "connection", "content-length"}
    return {name.lower(): value for name, value in request.headers.items() if name.lower() not in of_httpx}


def delete(**options: Any) -> RequestOptions[Any]:
    return RequestOptions(DELETE, {"model": "a"}, **options)


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
@pytest.mark.parametrize(
    ("model", "told"),
    [("", "non-empty"), (" \t\n", "non-empty"), ("..", "folder"), ("a\ud800", "surrogate"), (None, "NoneType")],
    ids=ascii,
)
def test_an_id_that_cannot_be_a_segment_is_refused_before_anything_is_sent(
    operation: str, model: Any, told: str, shell: Shell
) -> None:
    server = Server(answer({"id": "a"}))
    with pytest.raises(TypeError if model is None else ValueError, match=told):
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
    request = built(RequestOptions(RETRIEVE, {"model": path_segment(model)}), base_url="http://api.test")
    assert (request.method, str(request.url)) == ("GET", f"http://api.test/models/{segment}")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://api.test", "http://api.test/models"),
        ("http://api.test/v1//", "http://api.test/v1/models"),
        ("http://api.test/v1?a=1&b", "http://api.test/v1/models?a=1&b"),
        ("http://api.test/v1/?a=%2F", "http://api.test/v1/models?a=%2F"),
        ("http://api.test/v1?a=1#", "http://api.test/v1/models?a=1"),
        ("http://[::1]:8080/a/b", "http://[::1]:8080/a/b/models"),
        ("http://api.test/%7Bid%7D/%2F", "http://api.test/%7Bid%7D/%2F/models"),
        ("HTTPS://user:pass@API.test/v1", "https://user:pass@api.test/v1/models"),
    ],
)
def test_the_path_is_added_to_that_of_the_base_url(base: str, expected: str) -> None:
    assert str(built(base_url=base).url) == expected


SPELLINGS: dict[str, tuple[Any, str]] = {
    "text": ("b c&=\u00fc", "a=b+c%26%3D%C3%BC"),
    "true": (True, "a=true"),
    "empty text": ("", "a="),
    "none": (None, ""),
    "omit": (omit, ""),
    "not given": (not_given, ""),
    "list": (["x", 1, False], "a%5B%5D=x&a%5B%5D=1&a%5B%5D=false"),
    "nested": ({"b": {"c": [1]}, "d": None}, "a%5Bb%5D%5Bc%5D%5B%5D=1"),
}


@pytest.mark.parametrize(("value", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_query_value_is_spelled_as_the_official_sdk_spells_it(value: Any, expected: str) -> None:
    assert built(default_query={"a": value}).url.query.decode() == expected
    assert built(RequestOptions(LIST, extra_query={"a": value})).url.query.decode() == expected


@pytest.mark.parametrize(
    ("base", "default", "extra", "expected"),
    [
        ("?a=1", {}, {}, "a=1"),
        ("?a=1&a=2", {"b": 2}, {}, "a=1&a=2&b=2"),
        ("?a=1", {"a": 2}, {}, "a=2"),
        ("", {"a": 1}, {"a": 2}, "a=2"),
        ("", {"a": 1}, {"b": 2}, "a=1&b=2"),
        ("?a=1&b=", {"c": 1}, {"a": omit, "c": omit}, "b="),
    ],
)
def test_a_calls_query_counts_more_than_the_clients_and_that_more_than_the_base_urls(
    base: str, default: dict[str, Any], extra: dict[str, Any], expected: str
) -> None:
    call = RequestOptions(LIST, extra_query=extra)
    assert built(call, base_url=f"http://api.test/v1{base}", default_query=default).url.query.decode() == expected


def test_a_request_has_these_headers_and_no_others() -> None:
    headers = headers_of(built(organization="org", project="proj", retries_taken=3))
    assert headers.pop("user-agent").startswith("openai-models/")
    assert headers == {
        "authorization": f"Bearer {KEY}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "openai-organization": "org",
        "openai-project": "proj",
        "x-stainless-retry-count": "3",
    }
    assert not {"openai-organization", "openai-project"} & headers_of(built(organization="")).keys()


MERGES: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "default": ({"X-A": "1"}, {}, "1"),
    "extra": ({}, {"X-A": "2"}, "2"),
    "extra over default": ({"X-A": "1"}, {"x-a": "2"}, "2"),
    "omitted": ({"X-A": "1"}, {"x-A": omit}, None),
    "omitted by default, but given": ({"X-A": omit}, {"x-a": "2"}, "2"),
}


@pytest.mark.parametrize("name", ["X-A", "Authorization"])
@pytest.mark.parametrize(("default", "extra", "expected"), MERGES.values(), ids=MERGES)
def test_headers_are_merged_whatever_their_case(
    default: dict[str, Any], extra: dict[str, Any], expected: str | None, name: str
) -> None:
    """The package's own headers can be replaced and omitted as well."""
    default = {given.replace("X-A", name): value for given, value in default.items()}
    extra = {given.lower().replace("x-a", name.upper()): value for given, value in extra.items()}
    request = built(RequestOptions(LIST, extra_headers=extra), default_headers=default)
    assert request.headers.get_list(name) == ([] if expected is None else [expected])


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
@pytest.mark.parametrize("place", ["call", "http_client"])
def test_a_host_and_a_length_that_are_given_are_sent_once_and_as_given(name: str, place: str, shell: Shell) -> None:
    server = Server(answer({"id": "a", "deleted": True}))
    client = shell.client(server, http={"headers": {name: "7"}} if place == "http_client" else {})
    options: dict[str, Any] = {"extra_headers": {name: "7"}} if place == "call" else {}
    shell.call(client.models.delete, "a", extra_body={"a": 1}, **options)
    assert server.requests[0].headers.get_list(name) == ["7"]


def test_only_methods_with_a_body_have_a_content_type() -> None:
    assert "content-type" not in headers_of(built(default_headers={"Content-Type": "text/plain"}))
    assert headers_of(built(delete()))["content-type"] == "application/json"


@pytest.mark.parametrize("body", [{"reason": "\u00fc", "force": True}, {}, [], 0, False, ""], ids=repr)
def test_an_extra_body_is_sent_as_json_with_a_delete_and_never_with_a_get(body: object) -> None:
    assert json.loads(built(delete(extra_body=body)).content) == body
    assert not built(RequestOptions(LIST, extra_body=body)).content
    assert not built(delete()).content


NESTED: list[object] = reduce(lambda inner, _: [inner], range(100_000), list[object]())

UNSENDABLE: dict[str, dict[str, Any]] = {
    "a set": {"extra_body": {"a": {1}}},
    "too deep": {"extra_body": NESTED},
    "a surrogate in the body": {"extra_body": "\ud800"},
    "not a number": {"extra_body": float("nan")},
    "a surrogate in the query": {"extra_query": {"a": "\ud800"}},
    "a query longer than any URL": {"extra_query": {"a": "x" * 70_000}},
    "a header of two lines": {"extra_headers": {"X-A": "1\r\nX-B: 2"}},
    "a negative timeout": {"timeout": -1},
    "an unknown option": {"time_out": 5},
    "an id longer than any URL": {"model": "a" * 70_000},
    "a query of the HTTP client longer than any URL": {"params": {"a": "x" * 70_000}},
}


@pytest.mark.parametrize("options", UNSENDABLE.values(), ids=UNSENDABLE)
def test_an_option_that_cannot_be_sent_is_a_value_or_type_error_before_anything_is_sent(
    options: dict[str, Any], shell: Shell
) -> None:
    options, server = dict(options), Server(answer({"id": "a", "deleted": True}))
    models = shell.client(server, http={"params": options.pop("params", None)}).models
    with pytest.raises((ValueError, TypeError)):
        shell.call(models.delete, **{"model": "a", **options})
    if not {"extra_body", "model"} & options.keys():
        with pytest.raises((ValueError, TypeError)):
            shell.call(models.list, **options)
    assert not server.requests


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_cookie_that_is_not_ascii_does_not_spoil_the_calls_after_it(encoding: str, shell: Shell) -> None:
    headers = httpx.Headers([(b"set-cookie", "name=é; path=/".encode(encoding))])
    server = Server(answer({"id": "a"}, headers=headers))
    client = shell.client(server)
    assert [shell.call(client.models.retrieve, "a").id for _ in range(2)] == ["a", "a"]
    assert dict(server.requests[1].headers.raw)[b"Cookie"] == "name=é".encode()


@pytest.mark.parametrize(("timeout", "expected"), [(3, 3), (None, None), (NOT_GIVEN, 7)], ids=repr)
def test_a_calls_timeout_counts_more_than_the_clients(timeout: Any, expected: float | None) -> None:
    call = RequestOptions(LIST, timeout=timeout)
    assert call.split_timeout(Configuration(api_key=KEY, timeout=7)) == (Timeout(expected), expected)


def test_options_of_one_call_are_not_those_of_the_next(shell: Shell) -> None:
    server = Server(answer([]))
    models = shell.client(server, timeout=7).models
    shell.call(models.list, extra_headers={"X-A": "1"}, extra_query={"a": 1}, timeout=3)
    shell.call(models.list)
    assert [request.headers.get("x-a") for request in server.requests] == ["1", None]
    assert server.urls == ["http://api.test/v1/models?a=1", "http://api.test/v1/models"]
    assert [request.extensions["timeout"]["read"] for request in server.requests] == [3, 7]
