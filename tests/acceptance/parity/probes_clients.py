"""Constructing, reading, setting, copying and closing clients; the functions that give keys."""

from contextlib import suppress
from typing import Any

import httpx
from tests.acceptance.parity.probe import ASYNC, BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import KEY, MODEL, Side, reply

NOWHERE = "http://127.0.0.1:9"
ENVIRONMENTS = {
    "key": {},
    "organization": {"OPENAI_ORG_ID": "org-env"},
    "project": {"OPENAI_PROJECT_ID": "proj-env"},
    "custom-headers": {"OPENAI_CUSTOM_HEADERS": "X-One: 1\nno colon\n X-Two : 2:3 "},
    "custom-authorization": {"OPENAI_CUSTOM_HEADERS": "Authorization: Bearer other"},
    "empty-key": {"OPENAI_API_KEY": ""},
    "empty-organization": {"OPENAI_ORG_ID": ""},
    "empty-base-url": {"OPENAI_BASE_URL": "", "OPENAI_PROJECT_ID": "proj-env"},
}


def _in_environment(side: Side, environment: dict[str, str]) -> object:
    for name, value in ({"OPENAI_API_KEY": "sk-env"} | environment).items():
        side.monkeypatch.setenv(name, value)
    client = side.closing(side.kind())
    shown = [client.api_key, client.organization, client.project, str(client.base_url)]
    client.base_url = side.server.base_url
    return [*shown, side.wait(client.models.retrieve("a"))]


def _arguments_over_the_environment(side: Side) -> object:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        side.monkeypatch.setenv(name, NOWHERE)
    side.monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-One: env\nX-Two: env\nAuthorization: Bearer env")
    return side.retrieve(organization="org", project="proj", default_headers={"X-One": "given"})


def _base_url_of_the_environment(side: Side) -> object:
    side.monkeypatch.setenv("OPENAI_BASE_URL", side.server.base_url)
    return side.wait(side.made().models.retrieve("a"))


GIVEN = {"api_key": "sk-new", "organization": "org-new", "project": "proj-new", "max_retries": 1, "timeout": 4.5}
ATTRIBUTES: dict[str, Any] = GIVEN | {"default_query": {"a": "1"}, "_strict_response_validation": True}
OF_OTHER_RESOURCES = ({"admin_api_key": "sk-admin"}, {"webhook_secret": "w"}, {"websocket_base_url": "ws://127.0.0.1"})


def _attributes(side: Side) -> object:
    client = side.made(**ATTRIBUTES)
    return [getattr(client, name) for name in ATTRIBUTES]


def _default_headers(side: Side) -> object:
    headers = side.client(default_headers={"X-One": "1"}, organization="org").default_headers
    return {name: headers[name] for name in ("Accept", "Content-Type", "X-One", "OpenAI-Organization")}


def _http_client_of_the_other_kind(side: Side) -> object:
    other = httpx.Client() if side.is_async else httpx.AsyncClient()
    return side.made(http_client=side.closing(other))


def _other_resources(side: Side) -> object:
    names = ("chat", "responses", "embeddings", "files", "fine_tuning")
    return [name for name in names if hasattr(side.made(), name)]


def _closing(side: Side) -> object:
    http = side.http()
    client, entered, left, given = side.client(), side.client(), side.client(), side.client(http_client=http)
    copy = client.with_options(timeout=1)
    states = [client.is_closed()]
    side.wait(client.close())
    side.wait(client.close())
    with side.entered(entered) as same:
        side.wait(same.models.retrieve("a"))
    with suppress(KeyError), side.entered(left):
        raise KeyError
    side.wait(given.close())
    closed = [each.is_closed() for each in (client, copy, entered, left, given)]
    return [*states, *closed, same is entered, http.is_closed]


def _call_after_close(side: Side) -> object:
    client = side.client()
    side.wait(client.close())
    return side.wait(client.models.retrieve("a"))


probes("environment", ENVIRONMENTS, _in_environment, BOTH)
probes("refused/retries", by_value(None, -1, "2"), lambda side, count: side.made(max_retries=count))
probes("refused/of-other-resources", by_value(*OF_OTHER_RESOURCES), lambda side, options: side.made(**options))
programs(
    {
        "environment/arguments-count-more": _arguments_over_the_environment,
        "environment/base-url": _base_url_of_the_environment,
        "client/without-a-key": lambda side: side.kind(),
        "client/with-an-empty-key": lambda side: side.kind(api_key=""),
        "client/key-in-another-header": lambda side: side.retrieve(api_key="", default_headers={"api-key": "k"}),
        "client/of-no-such-scheme": lambda side: side.retrieve(base_url="ftp://127.0.0.1/v1"),
        "client/another-resource": _other_resources,
        "client/azure": lambda side: side.sdk.AsyncAzureOpenAI if side.is_async else side.sdk.AzureOpenAI,
        "attribute/given": _attributes,
        "attribute/default_headers": _default_headers,
        "attribute/default-max_retries": lambda side: side.made().max_retries,
        "attribute/unknown": lambda side: side.made().nonsense,
        "refused/unknown-argument": lambda side: side.made(nonsense=1),
        "refused/http-client": lambda side: side.made(http_client=object()),
        "refused/http-client-of-the-other-kind": _http_client_of_the_other_kind,
        "closing/states": _closing,
        "closing/call-afterwards": _call_after_close,
    }
)

UNAVAILABLE = reply({"error": {"message": "Later"}}, 503, retry_after_ms="1")
CHANGES: dict[str, dict[str, Any]] = {name: {name: value} for name, value in GIVEN.items()}
COPIES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no-retries": {"max_retries": 0},
    "default_headers": {"default_headers": {"X-One": "2", "X-Two": "2"}},
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


def _set(side: Side, change: dict[str, Any]) -> object:
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL, max_retries=2)
    models = client.models
    for name, value in change.items():
        setattr(client, name, value)
    return [side.wait(models.retrieve("a")), *(getattr(client, name) for name in change)]


def _set_base_url(side: Side) -> object:
    client = side.client(base_url=NOWHERE)
    for url in (side.origin + "/v2", httpx.URL(side.origin + "/v3/")):
        client.base_url = url
        side.wait(client.models.retrieve("a"))
    return str(client.base_url).removeprefix(side.origin)


def _copy(side: Side, changes: dict[str, Any]) -> object:
    given = {"organization": "org", "default_headers": {"X-One": "1"}, "default_query": {"a": "1"}}
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL, max_retries=2, **given)
    copy = client.with_options(**changes)
    model = side.wait(copy.models.retrieve("a"))
    return [model, client.api_key, client.organization, client.timeout == copy.timeout]


def _copy_of_a_subclass(side: Side) -> object:
    client = side.closing(type("Mine", (side.kind,), {})(api_key=KEY, timeout=9.5))
    copies = [client.copy(timeout=timeout) for timeout in (None, 2.5, side.sdk.not_given)]
    return [[each.timeout, type(each).__name__] for each in (*copies, client.copy(), client.with_options(timeout=1))]


def _copy_with(side: Side, answer: Any = MODEL, *, strict: bool = False, **changes: Any) -> object:
    url = NOWHERE if "base_url" in changes else side.server.base_url
    client = side.client(answer, base_url=url, _strict_response_validation=strict)
    return side.wait(client.copy(**changes).models.retrieve("a"))


def _key_function(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3", "sk-4", "sk-5"])
    client = side.client(UNAVAILABLE, UNAVAILABLE, MODEL, api_key=lambda: next(keys), max_retries=2)
    before = client.api_key
    for each in (client, client, client.with_options(timeout=5)):
        side.wait(each.models.retrieve("a"))
    return [before, client.api_key]


def _key_coroutine(side: Side) -> object:
    keys = iter(["sk-1", "sk-2", "sk-3"])

    async def key() -> str:
        return next(keys)

    client = side.client(UNAVAILABLE, MODEL, api_key=key, max_retries=2)
    side.wait(client.models.retrieve("a"))
    return client.api_key


def _failing() -> str:
    raise LookupError("no token today")


def _set_key_after_a_function(side: Side) -> object:
    client = side.client(api_key=lambda: "sk-function")
    client.api_key = "sk-set"
    side.wait(client.models.retrieve("a"))
    return client.api_key


probes("set", CHANGES, _set)
probes("copy", COPIES | CHANGES, _copy)
programs(
    {
        "set/base_url": _set_base_url,
        "set/default_headers": lambda side: setattr(side.client(), "default_headers", {"X-One": "1"}),
        "copy/of-a-subclass": _copy_of_a_subclass,
        "copy/base_url": lambda side: _copy_with(side, base_url=side.origin + "/v2"),
        "copy/http_client": lambda side: _copy_with(side, http_client=side.http(headers={"X-Http": "1"})),
        "copy/strict": lambda side: _copy_with(side, {"id": "a"}, strict=True),
        "key-function/asked-before-each-attempt": _key_function,
        "key-function/before-a-key-that-is-set": _set_key_after_a_function,
        "key-function/raises": lambda side: side.retrieve(api_key=_failing, max_retries=2),
        "key-function/gives-nothing": lambda side: side.retrieve(api_key=lambda: ""),
        "key-function/gives-none": lambda side: side.retrieve(api_key=lambda: None),
    }
)
programs({"key-function/coroutine": _key_coroutine}, ASYNC)
programs({"key-function/gives-a-number": lambda side: side.retrieve(api_key=lambda: 5)}, SYNC)
