"""Constructing clients, reading their attributes, closing them, and their HTTP clients."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
from tests.acceptance.parity.probe import BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import KEY

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

ENVIRONMENTS = {
    "key": {},
    "organization": {"OPENAI_ORG_ID": "org-env"},
    "project": {"OPENAI_PROJECT_ID": "proj-env"},
    "custom-headers": {"OPENAI_CUSTOM_HEADERS": "X-One: 1\nno colon\n X-Two : 2:3 "},
    "custom-authorization": {"OPENAI_CUSTOM_HEADERS": "Authorization: Bearer other"},
    "empty-key": {"OPENAI_API_KEY": ""},
    "empty-organization": {"OPENAI_ORG_ID": ""},
}


def _in_environment(side: Side, environment: dict[str, str]) -> object:
    url = side.servers.scripted.base_url
    for name, value in ({"OPENAI_API_KEY": "sk-env", "OPENAI_BASE_URL": url} | environment).items():
        side.monkeypatch.setenv(name, value)
    client = side.closing(side.kind())
    side.wait(client.models.retrieve("a"))
    return [client.api_key, client.organization, client.project, str(client.base_url) == url + "/"]


def _arguments_count_more(side: Side) -> object:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        side.monkeypatch.setenv(name, "http://127.0.0.1:9")
    side.monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-One: env\nX-Two: env\nAuthorization: Bearer env")
    return side.retrieve(organization="org", project="proj", default_headers={"X-One": "given"})


def _empty_base_url(side: Side) -> object:
    side.monkeypatch.setenv("OPENAI_BASE_URL", "")
    return str(side.made().base_url)


probes("environment", ENVIRONMENTS, _in_environment, BOTH)
programs("environment", {"arguments-count-more": _arguments_count_more, "empty-base-url": _empty_base_url}, SYNC)
programs("client", {"without-a-key": lambda side: side.kind(), "with-an-empty-key": lambda side: side.kind(api_key="")})

ATTRIBUTES: dict[str, Any] = {
    "api_key": KEY,
    "organization": "org",
    "project": "proj",
    "base_url": "http://127.0.0.1:1/v1",
    "max_retries": 7,
    "timeout": 3.5,
    "default_query": {"a": "1"},
    "_strict_response_validation": True,
}


def _attributes(side: Side) -> object:
    client = side.made(**ATTRIBUTES)
    return {name: getattr(client, name) for name in ATTRIBUTES} | {"base_url": str(client.base_url)}


def _default_headers(side: Side) -> object:
    headers = side.client(default_headers={"X-One": "1"}, organization="org").default_headers
    return {name: headers[name] for name in ("Accept", "Content-Type", "X-One", "OpenAI-Organization")}


def _phases(timeout: Any) -> list[Any]:
    return [timeout.connect, timeout.read, timeout.write, timeout.pool]


programs(
    "attribute",
    {
        "given": _attributes,
        "default_headers": _default_headers,
        "default-timeout": lambda side: _phases(side.made().timeout),
        "default-timeout-is-the-constant": lambda side: side.made().timeout == side.sdk.DEFAULT_TIMEOUT,
        "default-max-retries": lambda side: side.made().max_retries,
        "default-base-url": lambda side: str(side.made().base_url),
        "unknown": lambda side: side.made().nonsense,
    },
)
URLS = ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/?api-version=1", "http://127.0.0.1:1/a%20b/ü", None)
OTHER_URLS = {"no-path": "http://127.0.0.1:1", "of-httpx2": httpx2.URL("http://127.0.0.1:1/v1")}
cases: dict[str, Any] = {**by_value(*URLS), **OTHER_URLS}
probes("base-url", cases, lambda side, url: str(side.made(base_url=url).base_url))
programs(
    "base-url",
    {
        # With an HTTP client of one's own: the official SDK's own one takes only its library's URLs.
        "httpx-url": lambda side: str(
            side.made(base_url=httpx.URL("http://127.0.0.1:1/v1"), http_client=side.http()).base_url
        )
    },
)
probes("timeout", by_value(None, 2.5, 3), lambda side, timeout: side.made(timeout=timeout).timeout)
programs(
    "timeout",
    {
        "phases": lambda side: _phases(side.made(timeout=side.sdk.Timeout(9, connect=1)).timeout),
        "not-given": lambda side: side.made(timeout=side.sdk.NOT_GIVEN).timeout == side.sdk.DEFAULT_TIMEOUT,
        "of-the-http-client": lambda side: side.made(http_client=side.http(timeout=7)).timeout.read,
        "httpx": lambda side: side.retrieve(timeout=httpx.Timeout(9), call={"timeout": httpx.Timeout(8)}),
        "httpx2": lambda side: side.retrieve(timeout=httpx2.Timeout(9, connect=1)),
        "none-per-call": lambda side: side.retrieve(call={"timeout": None}),
        "seconds-per-call": lambda side: side.retrieve(call={"timeout": 2.5}),
    },
)
REFUSED: tuple[dict[str, Any], ...] = (
    {"max_retries": None},
    {"max_retries": -1},
    {"max_retries": "2"},
    {"nonsense": 1},
)
OF_OTHER_RESOURCES = ({"admin_api_key": "sk-admin"}, {"webhook_secret": "w"}, {"websocket_base_url": "ws://127.0.0.1"})
probes("refused", by_value(*REFUSED), lambda side, options: side.made(**options))
probes("refused/of-other-resources", by_value(*OF_OTHER_RESOURCES), lambda side, options: side.made(**options))


def _http_client_of_the_other_kind(side: Side) -> object:
    other = httpx.Client() if side.is_async else httpx.AsyncClient()
    return side.kind(api_key=KEY, http_client=side.closing(other))


programs(
    "refused",
    {
        "http-client": lambda side: side.made(http_client=object()),
        "http-client-of-the-other-kind": _http_client_of_the_other_kind,
    },
)
programs(
    "other-resources",
    {
        "attributes": lambda side: [
            name for name in ("chat", "responses", "embeddings", "files", "fine_tuning") if hasattr(side.made(), name)
        ],
        "azure": lambda side: side.sdk.AsyncAzureOpenAI if side.is_async else side.sdk.AzureOpenAI,
    },
)


def _closed(side: Side) -> Any:
    client = side.client()
    side.wait(client.close())
    return client


def _in_with(side: Side) -> object:
    client = side.client()
    with side.entered(client) as entered:
        side.wait(entered.models.retrieve("a"))
        same = entered is client
    return [same, client.is_closed()]


def _in_with_and_an_error(side: Side) -> object:
    client = side.client()
    with suppress(KeyError), side.entered(client):
        raise KeyError
    return client.is_closed()


def _closes_a_given_http_client(side: Side) -> object:
    http = side.http()
    side.wait(side.client(http_client=http).close())
    return http.is_closed


def _closes_copies(side: Side) -> object:
    client = side.client()
    other = client.with_options(timeout=1)
    side.wait(client.close())
    return other.is_closed()


programs(
    "closing",
    {
        "by-hand": lambda side: [side.client().is_closed(), _closed(side).is_closed()],
        "with": _in_with,
        "with-and-an-error": _in_with_and_an_error,
        "twice": lambda side: side.wait(_closed(side).close()),
        "a-call-afterwards": lambda side: side.wait(_closed(side).models.retrieve("a")),
        "closes-a-given-http-client": _closes_a_given_http_client,
        "closes-copies": _closes_copies,
    },
)
