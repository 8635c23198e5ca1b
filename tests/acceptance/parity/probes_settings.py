"""Attributes that are set, copies, functions that give keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import KEY, MODEL

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

UNAVAILABLE = reply({"error": {"message": "Later"}}, 503, retry_after_ms="1")


@probes(
    "set", {"api_key": "sk-new", "organization": "org-new", "project": "proj-new", "max_retries": 1, "timeout": 4.5}
)
def _(side: Side, value: object) -> object:
    names = {"sk-new": "api_key", "org-new": "organization", "proj-new": "project", 1: "max_retries", 4.5: "timeout"}
    client = side.client(UNAVAILABLE, MODEL)
    setattr(client, names[value], value)
    try:
        side.wait(client.models.retrieve("a"))
    except side.sdk.InternalServerError as error:
        return [getattr(client, names[value]), error.status_code]
    return getattr(client, names[value])


@probe("set/base_url")
def _(side: Side) -> object:
    client = side.client(base_url="http://127.0.0.1:9")
    client.base_url = side.servers.scripted.origin + "/v2"
    side.wait(client.models.retrieve("a"))
    client.base_url = httpx.URL(side.servers.scripted.origin + "/v3/")
    side.wait(client.models.retrieve("a"))
    return client.base_url.path


@probe("set/default_headers")
def _(side: Side) -> object:
    side.client().default_headers = {"X-One": "1"}
    return None


COPIES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "api_key": {"api_key": "sk-new"},
    "organization": {"organization": "org-new"},
    "project": {"project": "proj-new"},
    "max_retries": {"max_retries": 1},
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
    "base_url-none": {"base_url": None},
    "api_key-none": {"api_key": None},
}


@probes("copy", COPIES)
def _(side: Side, changes: dict[str, Any]) -> object:
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
    return side.wait(client.with_options(**changes).models.retrieve("a"))


@probes("copy/timeout", {"none": None, "seconds": 2.5})
def _(side: Side, timeout: object) -> object:
    client = side.client(timeout=9.5)
    return [client.with_options(timeout=timeout).timeout, client.copy().timeout, client.timeout]


@probe("copy/timeout/not-given")
def _(side: Side) -> object:
    return side.client(timeout=9.5).with_options(timeout=side.sdk.not_given).timeout


@probe("copy/base_url")
def _(side: Side) -> object:
    client = side.client(base_url="http://127.0.0.1:9")
    return side.wait(client.copy(base_url=side.servers.scripted.origin + "/v2").models.retrieve("a"))


@probe("copy/http_client")
def _(side: Side) -> object:
    http = (httpx.AsyncClient if side.is_async else httpx.Client)(headers={"X-Http": "1"})
    side.closing(http)
    return side.wait(side.client().copy(http_client=http).models.retrieve("a"))


@probe("copy/of-a-copy")
def _(side: Side) -> object:
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL)
    client = client.with_options(max_retries=2).with_options(default_headers={"X-One": "1"}).copy(organization="org")
    return side.wait(client.models.retrieve("a"))


@probe("copy/keeps-a-key-function")
def _(side: Side) -> object:
    keys = iter(["sk-1", "sk-2"])
    client = side.client(api_key=lambda: next(keys))
    side.wait(client.models.retrieve("a"))
    side.wait(client.with_options(timeout=5).models.retrieve("a"))
    return None


@probe("copy/keeps-strict-validation")
def _(side: Side) -> object:
    return side.wait(side.client({"id": "a"}, _strict_response_validation=True).copy().models.retrieve("a"))


@probe("key-function/asked-before-each-attempt")
def _(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3", "sk-4"])
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL, api_key=lambda: next(keys), max_retries=2)
    before = client.api_key
    side.wait(client.models.retrieve("a"))
    side.wait(client.models.retrieve("a"))
    return [before, client.api_key]


@probe("key-function/coroutine", modes=("async",))
def _(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3"])

    async def key() -> str:
        return next(keys)

    client = side.client(UNAVAILABLE, MODEL, api_key=key, max_retries=2)
    side.wait(client.models.retrieve("a"))
    return client.api_key


@probe("key-function/raises")
def _(side: Side) -> object:
    def key() -> str:
        msg = "no token today"
        raise LookupError(msg)

    return side.wait(side.client(api_key=key, max_retries=2).models.retrieve("a"))


@probes("key-function/gives", {"nothing": "", "none": None, "a-number": 5})
def _(side: Side, key: object) -> object:
    return side.wait(side.client(api_key=lambda: key).models.retrieve("a"))


@probe("key-function/overridden-by-a-header")
def _(side: Side) -> object:
    client = side.client(api_key=lambda: "sk-1", default_headers={"Authorization": "Bearer mine"})
    side.wait(client.models.retrieve("a"))
    return side.wait(client.models.retrieve("a", extra_headers={"authorization": "Basic call"}))


@probe("key-function/set-a-key-afterwards")
def _(side: Side) -> object:
    client = side.client(api_key=lambda: "sk-function")
    client.api_key = "sk-set"
    side.wait(client.models.retrieve("a"))
    return client.api_key


@probe("key/empty-with-a-header-instead")
def _(side: Side) -> object:
    return side.wait(side.client(api_key="", default_headers={"api-key": "k"}).models.retrieve("a"))


@probe("key/left-out-for-another-header")
def _(side: Side) -> object:
    headers = {"Authorization": side.sdk.Omit(), "api-key": KEY}
    return side.wait(side.client(default_headers=headers).models.retrieve("a"))


@probe("copy/after-close-of-the-original-response")
def _(side: Side) -> object:
    client = side.client(Answer(500, b"{}", {"x-should-retry": "false"}), MODEL)
    try:
        side.wait(client.models.retrieve("a"))
    except side.sdk.InternalServerError:
        return side.wait(client.copy().models.retrieve("a"))
    return "no error"
