"""`copy`, `with_options`, and how a client shows itself."""

from typing import Any

import pytest
from tests.parts import KEY, Server, Shell, answer

from openai_models import OpenAI, omit


@pytest.fixture
def server() -> Server:
    return Server(answer([]))


SETTINGS: dict[str, Any] = {
    "api_key": "sk-other",
    "organization": "org",
    "project": "proj",
    "base_url": "http://other.test/",
    "timeout": 7,
    "max_retries": 4,
    "max_response_bytes": 99,
    "default_query": {"a": 1},
}


@pytest.mark.parametrize(
    "change",
    [{}, *({name: value} for name, value in SETTINGS.items()), {"timeout": None}, {"max_response_bytes": 0}],
    ids=str,
)
def test_a_copy_has_what_was_changed_and_otherwise_what_there_was(
    change: dict[str, Any], shell: Shell, server: Server
) -> None:
    client = shell.client(server, _strict_response_validation=True, **({} if change else SETTINGS))
    before = {name: getattr(client, name) for name in SETTINGS}
    copy = client.copy(**change)
    assert type(copy) is type(client)
    assert copy._strict_response_validation
    assert type(client).with_options is type(client).copy
    assert {name: getattr(copy, name) for name in SETTINGS} == {**before, **change}
    assert {name: getattr(client, name) for name in SETTINGS} == before


def test_a_copy_shares_the_http_client_unless_it_is_given_another(shell: Shell, server: Server) -> None:
    client, other = shell.client(server, api_key=lambda: "sk-called"), shell.client(server)
    copy = client.copy(max_retries=1)
    assert copy._http is client._http
    assert client.copy(http_client=other._http)._http is other._http
    assert client.models is client.models is not copy.models
    assert client.api_key == copy.api_key == ""
    shell.call(copy.models.list)
    assert server.requests[0].headers["authorization"] == "Bearer sk-called"
    shell.call(copy.close)
    assert client.is_closed()


HEADERS: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "kept": ([{"default_headers": {"X-B": "2"}}], "1"),
    "replaced": ([{"default_headers": {"x-a": "2"}}], "2"),
    "replaced twice, in another case": ([{"default_headers": {"x-a": "2"}}, {"default_headers": {"X-A": "3"}}], "3"),
    "omitted": ([{"default_headers": {"x-a": omit}}], None),
    "set": ([{"set_default_headers": {"X-B": "2"}}], None),
    "set to none": ([{"set_default_headers": {}}], None),
}


@pytest.mark.parametrize(("changes", "expected"), HEADERS.values(), ids=HEADERS)
def test_default_headers_are_merged_or_set(
    changes: list[dict[str, Any]], expected: str | None, shell: Shell, server: Server
) -> None:
    client = shell.client(server, default_headers={"X-A": "1"})
    for change in changes:
        client = client.copy(**change)
    shell.call(client.models.list)
    assert server.requests[0].headers.get("x-a") == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"default_query": {"b": 2}}, {"a": 1, "b": 2}),
        ({"default_query": {"a": 2}}, {"a": 2}),
        ({"set_default_query": {"b": 2}}, {"b": 2}),
        ({"set_default_query": {}}, {}),
        ({"default_query": None}, {"a": 1}),
    ],
    ids=["added", "replaced", "set", "set to none", "none given"],
)
def test_the_default_query_is_merged_or_set(
    change: dict[str, Any], expected: dict[str, object], shell: Shell, server: Server
) -> None:
    assert shell.client(server, default_query={"a": 1}).copy(**change).default_query == expected


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        *(({name: {"a": "1"}, f"set_{name}": {}}, ValueError, name) for name in ("default_headers", "default_query")),
        ({"organisation": "org"}, TypeError, "'organisation'"),
        *(({name: "a"}, TypeError, f"{name} must be a mapping") for name in ("default_headers", "default_query")),
        ({"timeout": -1}, ValueError, "timeout"),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"api_key": "a\nb"}, ValueError, "api_key"),
        ({"base_url": "x"}, ValueError, "base_url"),
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_refused(
    change: dict[str, Any], kind: type[Exception], told: str, shell: Shell, server: Server
) -> None:
    with pytest.raises(kind, match=told):
        shell.client(server).copy(**change)


def test_changing_a_copys_settings_leaves_the_clients_own(shell: Shell, server: Server) -> None:
    client = shell.client(server, default_query={"a": 1})
    copy = client.copy()
    copy.max_retries = 5
    copy.api_key = "sk-other"
    copy.default_query["a"] = 2
    assert (client.max_retries, client.api_key, client.default_query) == (0, KEY, {"a": 1})


def test_a_client_shows_its_settings_but_no_key_query_or_userinfo(shell: Shell, server: Server) -> None:
    client = shell.client(server, base_url=f"http://user:{KEY}@api.test/v1?key={KEY}", default_query={"key": KEY})
    assert repr(client).startswith(type(client).__name__ + "(base_url='http://api.test/v1/', timeout=")
    assert "max_retries=0" in repr(client)
    assert KEY not in repr(client)


def test_a_client_that_was_never_made_can_still_be_shown() -> None:
    """Debuggers and `capture_locals` show the `self` of a constructor that failed."""
    assert "OpenAI" in repr(OpenAI.__new__(OpenAI))


def test_what_the_package_does_not_cover_is_an_attribute_error_that_says_so(shell: Shell, server: Server) -> None:
    with pytest.raises(AttributeError, match=r"'chat'.*this package covers `models`"):
        shell.client(server).chat  # noqa: B018 - the access is the claim


def test_the_default_headers_that_a_client_shows_are_those_sent(shell: Shell, server: Server) -> None:
    client = shell.client(server, organization="org", default_headers={"X-A": "1"})
    shell.call(client.models.list)
    shown = {name: value for name, value in client.default_headers.items() if value and name != "Content-Type"}
    assert "Authorization" not in shown
    assert {name: server.requests[0].headers[name] for name in shown} == shown
