"""`copy`, `with_options`, and how a client shows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.parts import BASE, KEY, Server, Shell, answer

from openai_models import OpenAI, omit

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY: Mapping[str, object] = {"object": "list", "data": []}


def sent_header(shell: Shell, client: Any, name: str, server: Server) -> str | None:
    shell.call(client.models.list)
    value: str | None = server.requests[-1].headers.get(name)
    return value


@pytest.fixture
def server() -> Server:
    return Server(answer(EMPTY))


@pytest.mark.parametrize("method", ["copy", "with_options"])
def test_a_copy_has_what_was_changed_and_otherwise_what_there_was(method: str, shell: Shell, server: Server) -> None:
    client = shell.client(
        server,
        organization="org",
        project="proj",
        timeout=7,
        max_retries=4,
        max_response_bytes=99,
        default_query={"a": 1},
    )
    copy = getattr(client, method)(max_retries=1)
    assert type(copy) is type(client)
    assert (copy.max_retries, client.max_retries) == (1, 4)
    for kept in ("api_key", "organization", "project", "base_url", "timeout", "max_response_bytes", "default_query"):
        assert getattr(copy, kept) == getattr(client, kept)


CHANGES: list[tuple[str, Any]] = [
    ("api_key", "sk-other"),
    ("organization", "org-2"),
    ("project", "proj-2"),
    ("base_url", "http://other.test/"),
    ("timeout", 3),
    ("timeout", None),
    ("max_retries", 0),
    ("max_response_bytes", 0),
]


@pytest.mark.parametrize(("name", "value"), CHANGES, ids=[f"{name}={value}" for name, value in CHANGES])
def test_each_setting_can_be_changed_in_a_copy(name: str, value: Any, shell: Shell, server: Server) -> None:
    client = shell.client(server, organization="org", project="proj", timeout=7, max_retries=4)
    before = getattr(client, name)
    assert getattr(client.copy(**{name: value}), name) == value
    assert getattr(client, name) == before


def test_a_copy_shares_the_http_client_and_ends_with_it(shell: Shell, server: Server) -> None:
    client = shell.client(server)
    copy = client.copy(api_key="sk-other")
    assert copy._http is client._http
    shell.call(copy.close)
    assert client.is_closed()


def test_a_copy_can_be_given_another_http_client(shell: Shell, server: Server) -> None:
    client, other = shell.client(server), shell.client(server)
    assert client.copy(http_client=other._http)._http is other._http


def test_a_copy_keeps_a_key_that_a_function_gives(shell: Shell, server: Server) -> None:
    copy = shell.client(server, api_key=lambda: "sk-called").copy(max_retries=1)
    assert sent_header(shell, copy, "authorization", server) == "Bearer sk-called"


HEADERS: list[tuple[str, dict[str, Any], list[dict[str, Any]], str | None]] = [
    ("added", {"X-B": "1"}, [{"default_headers": {"X-A": "2"}}], "2"),
    ("kept", {"X-A": "1"}, [{"default_headers": {"X-B": "2"}}], "1"),
    ("replaced", {"X-A": "1"}, [{"default_headers": {"x-a": "2"}}], "2"),
    ("replaced twice, in another case", {"X-A": "1"}, [{"default_headers": {"x-a": "2"}}, {"default_headers": {"X-A": "3"}}], "3"),
    ("omitted", {"X-A": "1"}, [{"default_headers": {"x-a": omit}}], None),
    ("set", {"X-A": "1"}, [{"set_default_headers": {"X-B": "2"}}], None),
    ("set to none", {"X-A": "1"}, [{"set_default_headers": {}}], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "changes", "expected"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS]
)
def test_default_headers_are_merged_or_set(
    given: dict[str, Any], changes: list[dict[str, Any]], expected: str | None, shell: Shell, server: Server
) -> None:
    client = shell.client(server, default_headers=given)
    for change in changes:
        client = client.copy(**change)
    assert sent_header(shell, client, "x-a", server) == expected


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


@pytest.mark.parametrize("name", ["default_headers", "default_query"])
def test_merging_and_setting_at_once_is_refused(name: str, shell: Shell, server: Server) -> None:
    with pytest.raises(ValueError, match=f"{name} and set_{name}"):
        shell.client(server).copy(**{name: {"a": "1"}, "set_" + name: {"a": "2"}})


def test_an_unknown_keyword_is_refused_by_its_name(shell: Shell, server: Server) -> None:
    with pytest.raises(TypeError, match="'organisation'"):
        shell.client(server).copy(organisation="org")


@pytest.mark.parametrize(
    "change", [{"timeout": -1}, {"max_retries": -1}, {"api_key": "a\nb"}, {"base_url": "x"}], ids=str
)
def test_a_change_that_cannot_be_is_refused(change: dict[str, Any], shell: Shell, server: Server) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        shell.client(server).copy(**change)


def test_changing_a_copys_settings_leaves_the_clients_own(shell: Shell, server: Server) -> None:
    client = shell.client(server, default_query={"a": 1}, default_headers={"X-A": "1"})
    copy = client.copy()
    copy.max_retries = 5
    copy.default_query["a"] = 2
    assert (client.max_retries, client.default_query) == (0, {"a": 1})


def test_a_client_shows_its_settings_but_no_key_header_query_or_userinfo(shell: Shell, server: Server) -> None:
    client = shell.client(
        server,
        base_url=f"http://user:{KEY}@api.test/v1?key={KEY}",
        default_headers={"X-Key": KEY},
        default_query={"key": KEY},
        organization="org",
    )
    shown = repr(client)
    assert shown.startswith(type(client).__name__ + "(base_url='http://api.test/v1/'")
    assert "max_retries=0" in shown
    for part in (client, client.models, client._config, client.models.with_raw_response):
        assert KEY not in repr(part) + str(part)


def test_a_client_has_one_resource_and_each_copy_its_own(shell: Shell, server: Server) -> None:
    client = shell.client(server)
    assert client.models is client.models
    assert client.with_options(timeout=1).models is not client.models


def test_a_client_that_was_never_made_can_still_be_shown() -> None:
    """Debuggers and `capture_locals` show the `self` of a constructor that failed."""
    assert "OpenAI" in repr(OpenAI.__new__(OpenAI))


def test_what_the_package_does_not_cover_is_an_attribute_error_that_says_so(shell: Shell, server: Server) -> None:
    with pytest.raises(AttributeError, match=r"'chat'.*this package covers `models`"):
        shell.client(server).chat  # noqa: B018 - the access is the claim


def test_a_key_that_a_function_gives_reads_as_empty(shell: Shell, server: Server) -> None:
    assert shell.client(server, api_key=lambda: KEY).api_key == ""


def test_the_default_headers_that_a_client_shows_are_those_sent(shell: Shell, server: Server) -> None:
    client = shell.client(server, organization="org", default_headers={"X-A": "1"}, base_url=BASE)
    shell.call(client.models.list)
    assert "Authorization" not in client.default_headers
    for name, value in client.default_headers.items():
        if isinstance(value, str) and name != "Content-Type":
            assert server.requests[0].headers[name] == value
