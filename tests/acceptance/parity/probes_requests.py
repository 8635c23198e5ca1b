"""What is sent: paths, headers, queries, bodies, redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import DELETED, MODEL, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side


@probe("request/list")
def _(side: Side) -> object:
    return side.each(side.wait(side.client(PAGE).models.list()))


@probe("request/retrieve")
def _(side: Side) -> object:
    return side.wait(side.client(MODEL).models.retrieve("gpt-4o-mini"))


@probe("request/delete")
def _(side: Side) -> object:
    return side.wait(side.client(DELETED).models.delete("ft:a"))


@probe("request/by-keyword")
def _(side: Side) -> object:
    client = side.client(MODEL, DELETED)
    return [side.wait(client.models.retrieve(model="a")), side.wait(client.models.delete(model="ft:a"))]


@probe("mock/list")
def _(side: Side) -> object:
    return side.each(side.wait(side.mock_client().models.list()))


@probe("mock/retrieve")
def _(side: Side) -> object:
    return side.wait(side.mock_client().models.retrieve("gpt-4o-mini"))


@probe("mock/delete-and-what-follows")
def _(side: Side) -> object:
    client = side.mock_client()
    fine_tuned = next(model.id for model in side.each(side.wait(client.models.list())) if model.id.startswith("ft:"))
    gone = side.wait(client.models.delete(fine_tuned))
    try:
        side.wait(client.models.retrieve(fine_tuned))
    except side.sdk.NotFoundError as error:
        return [gone, str(error), error.code, error.param, error.type, error.request_id is None]
    return "it is still there"


IDS = {
    "slash": "acme/llama",
    "space": "a b",
    "colons": "ft:gpt-4o-mini:acme:suffix:abc123",
    "unicode": "模型-ü",
    "percent": "a%2Fb",
    "plus": "a+b",
    "query": "a?b=c",
    "fragment": "a#b",
    "dots-within": "..a",
    "three-dots": "...",
    "line-break": "a\nb",
    "sub-delims": "!$&'()*+,;=@",
    "empty": "",
    "dot": ".",
    "dot-dot": "..",
    "encoded-dots": "%2e%2E",
    "blank": " ",
    "surrogate": "\ud800",
    "none": None,
    "number": 5,
    "bytes": b"a",
}


@probes("id", IDS)
def _(side: Side, model: Any) -> object:
    return side.wait(side.client(MODEL).models.retrieve(model))


@probes("id/delete", {"slash": "acme/a", "empty": "", "dot-dot": ".."})
def _(side: Side, model: str) -> object:
    return side.wait(side.client({**DELETED, "id": model}).models.delete(model))


@probe("id/bytes-of-the-path")
def _(side: Side) -> object:
    side.wait(side.client(MODEL).models.retrieve("ft:a@b!$&'()*+,;=~ /%3A"))
    return side.servers.scripted.requests[0].path


WRONG_CALLS: dict[str, Callable[[Any], Any]] = {
    "list-positional": lambda models: models.list("a"),
    "list-unknown": lambda models: models.list(limit=1),
    "retrieve-nothing": lambda models: models.retrieve(),
    "retrieve-two": lambda models: models.retrieve("a", "b"),
    "delete-nothing": lambda models: models.delete(),
    "create": lambda models: models.create("a"),
}


@probes("wrong-call", WRONG_CALLS)
def _(side: Side, call: Callable[[Any], Any]) -> object:
    return side.wait(call(side.client(MODEL).models))


HEADERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "per-call": ({}, {"X-One": "1"}),
    "default": ({"X-One": "1"}, {}),
    "call-over-default": ({"X-One": "1"}, {"X-One": "2"}),
    "call-over-default-in-another-case": ({"X-One": "1"}, {"x-one": "2"}),
    "authorization-default": ({"Authorization": "Bearer mine"}, {}),
    "authorization-per-call": ({}, {"Authorization": "Basic eDp5"}),
    "authorization-in-another-case": ({}, {"authorization": "Basic eDp5"}),
    "accept": ({}, {"Accept": "text/plain"}),
    "content-type": ({}, {"Content-Type": "text/plain"}),
    "organization": ({}, {"OpenAI-Organization": "org-call"}),
    "retry-count": ({}, {"x-stainless-retry-count": "7"}),
    "empty-value": ({}, {"X-One": ""}),
    "spaces-around": ({}, {"X-One": " 1 "}),
    "line-break": ({}, {"X-One": "1\r\nX-Two: 2"}),
    "not-ascii": ({}, {"X-One": "ü"}),
    "not-a-name": ({}, {"X One": "1"}),
    "number": ({}, {"X-One": 1}),  # type: ignore[dict-item]
    "none": ({}, {"X-One": None}),  # type: ignore[dict-item]
}


@probes("headers", HEADERS)
def _(side: Side, headers: tuple[dict[str, str], dict[str, str]]) -> object:
    client = side.client(MODEL, default_headers=headers[0])
    return side.wait(client.models.retrieve("a", extra_headers=headers[1]))


@probes(
    "headers/on-delete",
    {"none": {}, "content-type": {"Content-Type": "text/plain"}, "idempotency": {"Idempotency-Key": "k"}},
)
def _(side: Side, headers: dict[str, str]) -> object:
    return side.wait(side.client(DELETED).models.delete("ft:a", extra_headers=headers))


@probes(
    "omit",
    {
        "authorization-per-call": ("call", "Authorization"),
        "authorization-default": ("default", "Authorization"),
        "accept-per-call": ("call", "Accept"),
        "organization-per-call": ("call", "OpenAI-Organization"),
        "default-header-per-call": ("call", "X-One"),
        "in-another-case": ("call", "authorization"),
        "retry-count": ("call", "x-stainless-retry-count"),
    },
)
def _(side: Side, case: tuple[str, str]) -> object:
    where, name = case
    left_out = {name: side.sdk.omit}
    default = {"X-One": "1"} | (left_out if where == "default" else {})
    client = side.client(MODEL, default_headers=default, organization="org")
    return side.wait(client.models.retrieve("a", extra_headers=left_out if where == "call" else None))


@probe("omit/instance")
def _(side: Side) -> object:
    return side.wait(side.client(MODEL).models.retrieve("a", extra_headers={"Authorization": side.sdk.Omit()}))


@probe("omit/default-given-back-per-call")
def _(side: Side) -> object:
    client = side.client(MODEL, default_headers={"Authorization": side.sdk.omit})
    return side.wait(client.models.retrieve("a", extra_headers={"Authorization": "Bearer call"}))


QUERIES: dict[str, dict[str, Any]] = {
    "text": {"a": "x y&ü"},
    "number": {"a": 1, "b": 1.5},
    "boolean": {"a": True, "b": False},
    "none": {"a": None},
    "list": {"a": [1, 2]},
    "tuple": {"a": ("x", "y")},
    "empty-list": {"a": []},
    "nested": {"a": {"b": {"c": 1}, "d": "e"}},
    "list-of-mappings": {"a": [{"b": 1}, {"b": 2}]},
    "over-default": {"default": "call"},
    "empty-text": {"a": ""},
    "empty": {},
}


@probes("query", QUERIES)
def _(side: Side, query: dict[str, Any]) -> object:
    client = side.client(PAGE, default_query={"default": "client"})
    return side.wait(client.models.list(extra_query=query)).object


@probes("query/with-that-of-the-base-url", {"none": {}, "more": {"a": "1"}, "same": {"api-version": "2"}})
def _(side: Side, query: dict[str, Any]) -> object:
    client = side.client(base_url=side.servers.scripted.base_url + "?api-version=1&flag")
    return side.wait(client.models.retrieve("a", extra_query=query))


@probes("body", {"delete": {"force": True}, "list": ["a"], "empty": {}, "unicode": {"a": "ü"}})
def _(side: Side, body: Any) -> object:
    return side.wait(side.client(DELETED).models.delete("ft:a", extra_body=body))


@probe("body/get-sends-none")
def _(side: Side) -> object:
    return side.wait(side.client(MODEL).models.retrieve("a", extra_body={"a": 1}))


@probes("per-call-timeout", {"none": None, "seconds": 2.5})
def _(side: Side, timeout: float | None) -> object:
    return side.wait(side.client(MODEL).models.retrieve("a", timeout=timeout))


@probe("per-call-timeout/phases")
def _(side: Side) -> object:
    return side.wait(side.client(MODEL).models.retrieve("a", timeout=side.sdk.Timeout(3, connect=1)))


OWN_HEADERS = ("user-agent", "accept-encoding", "x-stainless-lang", "x-stainless-os", "x-stainless-read-timeout")


@probes("own-header", {name: name for name in OWN_HEADERS})
def _(side: Side, name: str) -> object:
    side.wait(side.client(MODEL, timeout=5).models.retrieve("a"))
    value = side.servers.scripted.requests[0].headers.get(name)
    return value.partition("/")[0].partition(" ")[0] if value else None


@probe("own-header/user-agent-given")
def _(side: Side) -> object:
    side.wait(side.client(MODEL, default_headers={"User-Agent": "mine/1"}).models.retrieve("a"))
    return side.servers.scripted.requests[0].headers["user-agent"]


@probes("redirect/same-origin", {"301": 301, "302": 302, "303": 303, "307": 307, "308": 308})
def _(side: Side, status: int) -> object:
    client = side.client(Answer(status, b"", {"location": "/v1/models/b"}), MODEL, default_headers={"X-One": "1"})
    return side.wait(client.models.retrieve("a"))


@probe("redirect/another-origin")
def _(side: Side) -> object:
    elsewhere = side.servers.other.origin + "/v1/models/b"
    client = side.client(Answer(307, b"", {"location": elsewhere}), default_headers={"X-One": "1", "api-key": "k"})
    return side.wait(client.models.retrieve("a"))


@probes("redirect/delete", {"302": 302, "307": 307})
def _(side: Side, status: int) -> object:
    client = side.client(Answer(status, b"", {"location": "/v1/models/b"}), DELETED)
    return side.wait(client.models.delete("ft:a"))


@probe("redirect/round-and-round")
def _(side: Side) -> object:
    return side.wait(side.client(Answer(302, b"", {"location": "/v1/models/a"})).models.retrieve("a")) and None


@probe("request/cookies")
def _(side: Side) -> object:
    client = side.client(reply(MODEL, set_cookie="session=1; Path=/"), MODEL)
    return [side.wait(client.models.retrieve("a")), side.wait(client.models.retrieve("a"))]
