"""What is sent: paths, headers, queries, bodies, redirects."""

from collections.abc import Callable
from typing import Any

from tests.acceptance.parity.probe import BOTH, by_value, probes, programs
from tests.acceptance.parity.side import DELETED, LIST, MODEL, Answer, Side, reply

WRONG_CALLS: dict[str, Callable[[Any], Any]] = {
    "list-positional": lambda models: models.list("a"),
    "list-unknown": lambda models: models.list(limit=1),
    "retrieve-nothing": lambda models: models.retrieve(),
    "create": lambda models: models.create("a"),
}
AS_THEY_ARE = ("ft:gpt-4o-mini:acme:suffix:abc123", "a+b", "..a", "...", "!$&'()*+,;=@~%3A")
ENCODED = ("acme/llama", "a b", "模型-ü", "a%2Fb", "a?b=c", "a#b", "a\nb", "%2e%2E")
NO_IDS = {"blank": " ", "surrogate": "\ud800", "number": 5, "bytes": b"a", "none": None}


def _delete(side: Side, model: str) -> object:
    return side.wait(side.client({**DELETED, "id": model}).models.delete(model))


ids = by_value(*AS_THEY_ARE, *ENCODED, "", ".", "..")
probes("wrong-call", WRONG_CALLS, lambda side, call: side.wait(call(side.client(MODEL).models)), BOTH)
probes("id", ids | NO_IDS, lambda side, model: side.wait(side.client(MODEL).models.retrieve(model)))
probes("id-to-delete", by_value("acme/a", "", ".."), _delete)

# Those of the client, and those of the call.
HEADERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "default": ({"X-One": "1"}, {}),
    "call-over-default": ({"X-One": "1"}, {"x-one": "2"}),
    "authorization-default": ({"Authorization": "Bearer mine"}, {}),
    "authorization-per-call": ({}, {"authorization": "Basic eDp5"}),
    "of-its-own": ({}, {"Accept": "text/plain", "Content-Type": "text/plain", "OpenAI-Organization": "org-call"}),
    "retry-count": ({}, {"x-stainless-retry-count": "7"}),
    "empty-value": ({}, {"X-One": ""}),
    "number": ({}, {"X-One": 1}),
    "none": ({}, {"X-One": None}),
    "not-ascii": ({}, {"X-One": "ü"}),
    "unsendable/spaces-around": ({}, {"X-One": " 1 "}),
    "unsendable/line-break": ({}, {"X-One": "1\r\nX-Two: 2"}),
    "unsendable/not-a-name": ({}, {"X One": "1"}),
}
OMITTED = ("Authorization", "authorization", "Accept", "OpenAI-Organization", "X-One", "x-stainless-retry-count")
OF_DELETE: tuple[dict[str, str], ...] = ({}, {"Content-Type": "text/plain"}, {"Idempotency-Key": "k"})


def _with_headers(side: Side, headers: tuple[dict[str, Any], dict[str, Any]]) -> object:
    return side.retrieve(MODEL, default_headers=headers[0], call={"extra_headers": headers[1]})


def _without(side: Side, name: str) -> object:
    call = {"extra_headers": {name: side.sdk.omit}}
    return side.retrieve(default_headers={"X-One": "1"}, organization="org", call=call)


def _without_key(side: Side, **call: Any) -> object:
    return side.retrieve(default_headers={"Authorization": side.sdk.Omit(), "api-key": "k"}, call=call)


probes("headers", HEADERS, _with_headers)
probes("headers-of-delete", by_value(*OF_DELETE), lambda side, headers: side.delete(DELETED, extra_headers=headers))
probes("omit", by_value(*OMITTED), _without)

SCALARS: tuple[dict[str, Any], ...] = ({"a": "x y&ü"}, {"a": 1, "b": 1.5}, {"a": True, "b": False}, {"a": None}, {})
LISTS: tuple[dict[str, Any], ...] = ({"a": [1, 2]}, {"a": ("x", "y")}, {"a": []}, {"a": [{"b": 1}, {"b": 2}]})
BODIES: tuple[Any, ...] = ({"force": True}, ["a"], {}, {"a": "ü"})


def _query(side: Side, query: dict[str, Any]) -> object:
    return side.wait(side.client(LIST, default_query={"default": "client"}).models.list(extra_query=query)).object


def _query_over_the_url(side: Side, query: dict[str, Any]) -> object:
    url = side.server.base_url + "?api-version=1&flag"
    return side.retrieve(base_url=url, call={"extra_query": query})


probes("query", by_value(*SCALARS, *LISTS, {"a": {"b": {"c": 1}, "d": "e"}}, {"default": "call"}), _query)
probes("query-of-the-base-url", by_value({}, {"a": "1"}), _query_over_the_url)
probes("body", by_value(*BODIES), lambda side, body: side.delete(DELETED, extra_body=body))

OWN_HEADERS = ("user-agent", "accept-encoding", "x-stainless-lang", "x-stainless-os", "x-stainless-read-timeout")


def _own_header(side: Side, name: str, **given: Any) -> object:
    side.retrieve(timeout=5, **given)
    value = side.sent[0].headers.get(name)
    return value and value.partition("/")[0].partition(" ")[0]


def _redirect(status: int, to: str = "/v1/models/b") -> Answer:
    return reply(b"", status, location=to)


def _redirected(side: Side, status: int) -> object:
    return side.retrieve(_redirect(status), MODEL, default_headers={"X-One": "1"})


def _to_another_origin(side: Side) -> object:
    elsewhere = _redirect(307, side.other.base_url + "/models/b")
    return side.retrieve(elsewhere, default_headers={"X-One": "1", "api-key": "k"})


probes("own-header", by_value(*OWN_HEADERS), _own_header, BOTH)
probes("redirect", by_value(301, 302, 303, 307, 308), _redirected)
probes("redirect-of-delete", by_value(302, 307), lambda side, status: side.delete(_redirect(status), DELETED))
programs(
    {
        "request/list": lambda side: side.each(side.list(LIST)),
        "request/retrieve": lambda side: side.wait(side.client(MODEL).models.retrieve(model="a")),
        "request/delete": lambda side: side.delete(DELETED),
        "headers/of-no-key": _without_key,
        "headers/given-back": lambda side: _without_key(side, extra_headers={"Authorization": "Bearer call"}),
        "headers/user-agent": lambda side: _own_header(side, "user-agent", default_headers={"User-Agent": "mine/1"}),
        "body/of-get": lambda side: side.retrieve(call={"extra_body": {"a": 1}}),
        "redirect/to-another-origin": _to_another_origin,
        "redirect/to-itself": lambda side: side.retrieve(_redirect(302, "/v1/models/a")),
    }
)
