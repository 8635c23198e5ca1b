"""Constructing, reading, setting and copying clients; their end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.side import KEY, MODEL

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side


@probe("client/without-a-key")
def _(side: Side) -> object:
    return side.kind()


@probe("client/with-an-empty-key")
def _(side: Side) -> object:
    return side.kind(api_key="")


@probes(
    "environment",
    {
        "key": {"OPENAI_API_KEY": "sk-env"},
        "organization": {"OPENAI_API_KEY": "sk-env", "OPENAI_ORG_ID": "org-env"},
        "project": {"OPENAI_API_KEY": "sk-env", "OPENAI_PROJECT_ID": "proj-env"},
        "custom-headers": {"OPENAI_API_KEY": "sk-env", "OPENAI_CUSTOM_HEADERS": "X-One: 1\nno colon\n X-Two : 2:3 "},
        "custom-authorization": {"OPENAI_API_KEY": "sk-env", "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer other"},
        "empty-key": {"OPENAI_API_KEY": ""},
        "empty-organization": {"OPENAI_API_KEY": "sk-env", "OPENAI_ORG_ID": ""},
    },
)
def _(side: Side, environment: dict[str, str]) -> object:
    for name, value in environment.items():
        side.monkeypatch.setenv(name, value)
    side.monkeypatch.setenv("OPENAI_BASE_URL", side.servers.scripted.base_url)
    client = side.closing(side.kind())
    side.wait(client.models.retrieve("a"))
    return [
        client.api_key,
        client.organization,
        client.project,
        str(client.base_url) == side.servers.scripted.base_url + "/",
    ]


@probe("environment/arguments-count-more")
def _(side: Side) -> object:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        side.monkeypatch.setenv(name, "http://127.0.0.1:9")
    side.monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-One: env\nX-Two: env\nAuthorization: Bearer env")
    client = side.client(organization="org", project="proj", default_headers={"X-One": "given"})
    return side.wait(client.models.retrieve("a"))


@probe("environment/empty-base-url")
def _(side: Side) -> object:
    side.monkeypatch.setenv("OPENAI_BASE_URL", "")
    return str(side.closing(side.kind(api_key=KEY)).base_url)


@probe("environment/no-base-url")
def _(side: Side) -> object:
    return str(side.closing(side.kind(api_key=KEY)).base_url)


@probes(
    "attribute",
    {
        name: name
        for name in (
            "api_key",
            "organization",
            "project",
            "base_url",
            "max_retries",
            "timeout",
            "default_query",
            "_strict_response_validation",
        )
    },
)
def _(side: Side, name: str) -> object:
    client = side.closing(
        side.kind(
            api_key=KEY,
            organization="org",
            project="proj",
            base_url="http://127.0.0.1:1/v1",
            max_retries=7,
            timeout=3.5,
            default_query={"a": "1"},
            _strict_response_validation=True,
        )
    )
    value = getattr(client, name)
    return str(value) if name == "base_url" else value


@probe("attribute/default_headers")
def _(side: Side) -> object:
    headers = side.client(default_headers={"X-One": "1"}, organization="org").default_headers
    return {name: headers[name] for name in ("Accept", "Content-Type", "X-One", "OpenAI-Organization")}


@probe("attribute/default-timeout")
def _(side: Side) -> object:
    timeout = side.client().timeout
    return [timeout.connect, timeout.read, timeout.write, timeout.pool, timeout == side.sdk.DEFAULT_TIMEOUT]


@probe("attribute/default-max-retries")
def _(side: Side) -> object:
    return side.closing(side.kind(api_key=KEY)).max_retries


@probes(
    "base-url",
    {
        "no-slash": "http://127.0.0.1:1/v1",
        "slash": "http://127.0.0.1:1/v1/",
        "no-path": "http://127.0.0.1:1",
        "query": "http://127.0.0.1:1/v1?api-version=1",
        "encoded": "http://127.0.0.1:1/a%20b/ü",
        "none": None,
    },
)
def _(side: Side, url: object) -> object:
    return str(side.closing(side.kind(api_key=KEY, base_url=url)).base_url)


@probe("base-url/httpx-url")
def _(side: Side) -> object:
    # With an HTTP client of one's own: the official SDK's own one takes only its library's URLs.
    http = httpx.AsyncClient() if side.is_async else httpx.Client()
    return str(
        side.closing(side.kind(api_key=KEY, base_url=httpx.URL("http://127.0.0.1:1/v1"), http_client=http)).base_url
    )


@probe("base-url/httpx2-url")
def _(side: Side) -> object:
    return str(side.closing(side.kind(api_key=KEY, base_url=httpx2.URL("http://127.0.0.1:1/v1"))).base_url)


@probe("client/httpx2-http-client")
def _(side: Side) -> object:
    http = side.closing(httpx2.AsyncClient() if side.is_async else httpx2.Client())
    return side.wait(side.client(http_client=http).models.retrieve("a"))


@probe("timeout/httpx")
def _(side: Side) -> object:
    return side.wait(side.client(timeout=httpx.Timeout(9, connect=1)).models.retrieve("a", timeout=httpx.Timeout(8)))


@probe("timeout/httpx2")
def _(side: Side) -> object:
    return side.wait(side.client(timeout=httpx2.Timeout(9, connect=1)).models.retrieve("a"))


@probes("timeout", {"none": None, "seconds": 2.5, "whole": 3})
def _(side: Side, timeout: float | None) -> object:
    return side.closing(side.kind(api_key=KEY, timeout=timeout)).timeout


@probe("timeout/phases")
def _(side: Side) -> object:
    client = side.closing(side.kind(api_key=KEY, timeout=side.sdk.Timeout(9, connect=1)))
    return [client.timeout.connect, client.timeout.read, client.timeout.write, client.timeout.pool]


@probe("timeout/not-given")
def _(side: Side) -> object:
    return side.closing(side.kind(api_key=KEY, timeout=side.sdk.NOT_GIVEN)).timeout == side.sdk.DEFAULT_TIMEOUT


@probe("timeout/of-the-http-client")
def _(side: Side) -> object:
    http = httpx.AsyncClient(timeout=7) if side.is_async else httpx.Client(timeout=7)
    return side.closing(side.kind(api_key=KEY, http_client=http)).timeout.read


REFUSED: dict[str, dict[str, Any]] = {
    "retries-none": {"max_retries": None},
    "retries-negative": {"max_retries": -1},
    "retries-text": {"max_retries": "2"},
    "http-client": {"http_client": object()},
    "unknown": {"nonsense": 1},
}


@probes("refused", REFUSED)
def _(side: Side, options: dict[str, Any]) -> object:
    return side.kind(api_key=KEY, **options)


@probe("refused/http-client-of-the-other-kind")
def _(side: Side) -> object:
    http = httpx.Client() if side.is_async else httpx.AsyncClient()
    side.closing(http)
    return side.kind(api_key=KEY, http_client=http)


@probes(
    "not-taken-over/argument",
    {"admin_api_key": "sk-admin", "webhook_secret": "w", "websocket_base_url": "ws://127.0.0.1"},
)
def _(side: Side, value: str) -> object:
    names = {"sk-admin": "admin_api_key", "w": "webhook_secret", "ws://127.0.0.1": "websocket_base_url"}
    return side.client(**{names[value]: value})


@probes("not-taken-over/resource", {name: name for name in ("chat", "responses", "embeddings", "files", "fine_tuning")})
def _(side: Side, name: str) -> object:
    return hasattr(side.client(), name)


@probe("not-taken-over/azure")
def _(side: Side) -> object:
    return side.sdk.AsyncAzureOpenAI if side.is_async else side.sdk.AzureOpenAI


@probe("attribute/unknown")
def _(side: Side) -> object:
    return side.client().nonsense


@probe("client/http-client-is-used")
def _(side: Side) -> object:
    headers = {"X-Http": "1"}
    http = httpx.AsyncClient(headers=headers) if side.is_async else httpx.Client(headers=headers)
    return side.wait(side.client(http_client=http).models.retrieve("a"))


@probe("client/default-http-client")
def _(side: Side) -> object:
    kind = side.sdk.DefaultAsyncHttpxClient if side.is_async else side.sdk.DefaultHttpxClient
    http = side.closing(kind(headers={"X-Http": "1"}))
    side.wait(side.client(http_client=http).models.retrieve("a"))
    return [http.follow_redirects, http.timeout == side.sdk.DEFAULT_TIMEOUT]


@probe("client/default-http-client-with-options")
def _(side: Side) -> object:
    kind = side.sdk.DefaultAsyncHttpxClient if side.is_async else side.sdk.DefaultHttpxClient
    http = side.closing(kind(timeout=3, follow_redirects=False))
    return [http.follow_redirects, http.timeout.read, side.client(http_client=http).timeout.read]


@probe("client/aiohttp", modes=("async",))
def _(side: Side) -> object:
    return side.wait(side.client(http_client=side.sdk.DefaultAioHttpClient()).models.retrieve("a"))


@probe("client/subclass-is-kept-by-copies")
def _(side: Side) -> object:
    mine = type("Mine", (side.kind,), {})
    client = side.closing(mine(api_key=KEY))
    return [type(client.copy()).__name__, type(client.with_options(timeout=1)).__name__]


@probe("closing/by-hand")
def _(side: Side) -> object:
    client = side.client()
    before = client.is_closed()
    side.wait(client.close())
    return [before, client.is_closed()]


@probe("closing/with")
def _(side: Side) -> object:
    client = side.client()
    with side.entered(client) as entered:
        side.wait(entered.models.retrieve("a"))
        same = entered is client
    return [same, client.is_closed()]


@probe("closing/with-and-an-error")
def _(side: Side) -> object:
    client = side.client()
    with suppress(KeyError), side.entered(client):
        raise KeyError
    return client.is_closed()


@probe("closing/twice")
def _(side: Side) -> object:
    client = side.client()
    side.wait(client.close())
    return side.wait(client.close())


@probe("closing/a-call-afterwards")
def _(side: Side) -> object:
    client = side.client()
    side.wait(client.close())
    return side.wait(client.models.retrieve("a"))


@probe("closing/closes-a-given-http-client")
def _(side: Side) -> object:
    http = httpx.AsyncClient() if side.is_async else httpx.Client()
    side.wait(side.client(http_client=http).close())
    return http.is_closed


@probe("closing/closes-copies")
def _(side: Side) -> object:
    client = side.client()
    other = client.with_options(timeout=1)
    side.wait(client.close())
    return other.is_closed()


@probe("client/key-of-a-copy-does-not-change-the-original")
def _(side: Side) -> object:
    client = side.client(MODEL)
    other = client.copy(api_key="sk-other", organization="org-other")
    return [client.api_key, other.api_key, client.organization, other.organization]
