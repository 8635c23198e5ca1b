"""Attributes that are set, copies, functions that give keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.probe import ASYNC, probes, programs
from tests.acceptance.parity.side import KEY, MODEL, reply

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

UNAVAILABLE = reply({"error": {"message": "Later"}}, 503, retry_after_ms="1")
CHANGES: dict[str, dict[str, Any]] = {
    "api_key": {"api_key": "sk-new"},
    "organization": {"organization": "org-new"},
    "project": {"project": "proj-new"},
    "max_retries": {"max_retries": 1},
    "timeout": {"timeout": 4.5},
}


def _set(side: Side, change: dict[str, Any]) -> object:
    client = side.client(UNAVAILABLE, MODEL)
    models = client.models
    for name, value in change.items():
        setattr(client, name, value)
    try:
        side.wait(models.retrieve("a"))
    except side.sdk.InternalServerError as error:
        return [error.status_code, *(getattr(client, name) for name in change)]
    return [getattr(client, name) for name in change]


def _set_base_url(side: Side) -> object:
    client = side.client(base_url="http://127.0.0.1:9")
    for url in (side.servers.origin + "/v2", httpx.URL(side.servers.origin + "/v3/")):
        client.base_url = url
        side.wait(client.models.retrieve("a"))
    return client.base_url.path


def _set_key_after_a_function(side: Side) -> object:
    client = side.client(api_key=lambda: "sk-function")
    client.api_key = "sk-set"
    side.wait(client.models.retrieve("a"))
    return client.api_key


probes("set", CHANGES, _set)
programs(
    "set",
    {
        "base_url": _set_base_url,
        "default_headers": lambda side: setattr(side.client(), "default_headers", {"X-One": "1"}),
        "key-after-a-function": _set_key_after_a_function,
    },
)
COPIES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no-retries": {"max_retries": 0},
    "default_headers": {"default_headers": {"X-Two": "2"}},
    "default_headers-override": {"default_headers": {"X-One": "2"}},
    "set_default_headers": {"set_default_headers": {"X-Two": "2"}},
    "set_default_headers-empty": {"set_default_headers": {}},
    "default_query": {"default_query": {"b": "2"}},
    "set_default_query": {"set_default_query": {"b": "2"}},
    "set_default_query-empty": {"set_default_query": {}},
    "both-headers": {"default_headers": {"X-Two": "2"}, "set_default_headers": {"X-Two": "2"}},
    "both-queries": {"default_query": {"b": "2"}, "set_default_query": {"b": "2"}},
    "unknown": {"nonsense": 1},
    "none": {"base_url": None, "api_key": None, "organization": None},
}


def _copy(side: Side, changes: dict[str, Any]) -> object:
    client = side.client(
        UNAVAILABLE,
        UNAVAILABLE,
        MODEL,
        max_retries=2,
        organization="org",
        project="proj",
        default_headers={"X-One": "1"},
        default_query={"a": "1"},
    )
    copy = client.with_options(**changes)
    model = side.wait(copy.models.retrieve("a"))
    return [model, client.api_key, client.organization, client.timeout == copy.timeout]


def _copy_of_a_copy(side: Side) -> object:
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL)
    client = client.with_options(max_retries=2).with_options(default_headers={"X-One": "1"}).copy(organization="org")
    return side.wait(client.models.retrieve("a"))


def _timeouts_of_copies(side: Side) -> object:
    client = side.client(timeout=9.5)
    copies = [client.copy(timeout=timeout) for timeout in (None, 2.5, side.sdk.not_given)]
    return [each.timeout for each in (*copies, client.copy(), client)]


def _copy_of_a_subclass(side: Side) -> object:
    client = side.closing(type("Mine", (side.kind,), {})(api_key=KEY))
    return [type(client.copy()).__name__, type(client.with_options(timeout=1)).__name__]


def _copy_with_a_key_function(side: Side) -> object:
    keys = iter(["sk-1", "sk-2"])
    client = side.client(api_key=lambda: next(keys))
    side.wait(client.models.retrieve("a"))
    return side.wait(client.with_options(timeout=5).models.retrieve("a"))


def _copy_with(side: Side, **changes: Any) -> object:
    client = side.client(base_url="http://127.0.0.1:9" if "base_url" in changes else side.servers.scripted.base_url)
    return side.wait(client.copy(**changes).models.retrieve("a"))


probes("copy", COPIES | CHANGES, _copy)
programs(
    "copy",
    {
        "timeouts": _timeouts_of_copies,
        "of-a-copy": _copy_of_a_copy,
        "of-a-subclass": _copy_of_a_subclass,
        "base_url": lambda side: _copy_with(side, base_url=side.servers.origin + "/v2"),
        "http_client": lambda side: _copy_with(side, http_client=side.http(headers={"X-Http": "1"})),
        "with-a-key-function": _copy_with_a_key_function,
        "keeps-strict-validation": lambda side: side.wait(
            side.client({"id": "a"}, _strict_response_validation=True).copy().models.retrieve("a")
        ),
    },
)


def _key_function(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3", "sk-4"])
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL, api_key=lambda: next(keys), max_retries=2)
    before = client.api_key
    side.wait(client.models.retrieve("a"))
    side.wait(client.models.retrieve("a"))
    return [before, client.api_key]


def _key_coroutine(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3"])

    async def key() -> str:
        return next(keys)

    client = side.client(UNAVAILABLE, MODEL, api_key=key, max_retries=2)
    side.wait(client.models.retrieve("a"))
    return client.api_key


def _key_function_that_raises(side: Side) -> object:
    def key() -> str:
        raise LookupError("no token today")

    return side.retrieve(api_key=key, max_retries=2)


def _header_over_a_key_function(side: Side) -> object:
    client = side.client(api_key=lambda: "sk-1", default_headers={"Authorization": "Bearer mine"})
    side.wait(client.models.retrieve("a"))
    return side.wait(client.models.retrieve("a", extra_headers={"authorization": "Basic call"}))


programs(
    "key-function",
    {
        "asked-before-each-attempt": _key_function,
        "raises": _key_function_that_raises,
        "overridden-by-a-header": _header_over_a_key_function,
        "gives-nothing": lambda side: side.retrieve(api_key=lambda: ""),
        "gives-a-number": lambda side: side.retrieve(api_key=lambda: 5),
        "gives-none": lambda side: side.retrieve(api_key=lambda: None),
    },
)
programs("key-function", {"coroutine": _key_coroutine}, ASYNC)
programs("client", {"key-in-another-header": lambda side: side.retrieve(api_key="", default_headers={"api-key": "k"})})
