"""HTTP clients of one's own, and proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import httpx2
from tests.acceptance.parity.probe import ASYNC, BOTH, by_value, probes, programs
from tests.acceptance.parity.side import MODEL, reply

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

HEADERS = {"X-Http": "1", "Accept": "text/plain", "Authorization": "Bearer http"}
OPTIONS: tuple[dict[str, Any], ...] = ({"headers": HEADERS}, {"params": {"a": "1"}}, {"auth": ("user", "password")})
MORE_OPTIONS = {"cookies": {"session": "1"}, "base_url": "http://127.0.0.1:9/elsewhere", "timeout": 7}
REDIRECTS: tuple[dict[str, bool], ...] = ({"follow_redirects": True}, {"follow_redirects": False}, {})
PROXIES = {"http": ("HTTP_PROXY", ""), "all": ("ALL_PROXY", ""), "not": ("HTTP_PROXY", "127.0.0.1")}


def _redirected(side: Side, options: dict[str, Any]) -> object:
    return side.retrieve(reply(b"", 302, location="/v1/models/b"), MODEL, http_client=side.http(**options))


def _over(side: Side, *responses: Any, **options: Any) -> Any:
    """Retrieve a model with a transport that raises or returns one response after another."""
    left = list(responses)

    def answer(request: httpx.Request) -> httpx.Response:
        response = left.pop(0)
        if isinstance(response, httpx.Response):
            return response
        raise response("no route", request=request)

    return side.retrieve(http_client=side.http(transport=httpx.MockTransport(answer)), **options)


def _default(side: Side, **options: Any) -> object:
    kind = side.sdk.DefaultAsyncHttpxClient if side.is_async else side.sdk.DefaultHttpxClient
    http = side.closing(kind(headers={"X-Http": "1"}, **options))
    side.retrieve(http_client=http)
    return [http.follow_redirects, http.timeout == side.sdk.DEFAULT_TIMEOUT, http.timeout.connect]


def _cookies(side: Side, http: Any = None) -> object:
    client = side.client(reply(MODEL, set_cookie="session=1; Path=/"), MODEL, http_client=http)
    return [side.wait(client.models.retrieve("a")), side.wait(client.models.retrieve("a"))]


def _httpx2(side: Side) -> object:
    return side.retrieve(http_client=side.closing(httpx2.AsyncClient() if side.is_async else httpx2.Client()))


def _proxy(side: Side, case: tuple[str, str]) -> object:
    variable, exempt = case
    side.monkeypatch.setenv(variable, side.other.base_url.removesuffix("/v1"))
    side.monkeypatch.setenv("NO_PROXY", exempt)
    side.retrieve()
    return len(side.other.requests)


def _response(status: int) -> httpx.Response:
    return httpx.Response(status, json=MODEL, headers={"x-request-id": "req-m"})


options = by_value(*OPTIONS, MORE_OPTIONS)
probes("http-client", options, lambda side, options: side.retrieve(http_client=side.http(**options)), BOTH)
probes("http-client/redirect", by_value(*REDIRECTS), _redirected)
probes("environment/proxy", PROXIES, _proxy, BOTH)
programs(
    {
        "http-client/mock-transport": lambda side: _over(side, _response(200))._request_id,
        "http-client/mock-transport-that-raises": lambda side: _over(side, httpx.ConnectError),
        "retries/timeout": lambda side: _over(side, httpx.ReadTimeout, _response(200), max_retries=1),
        "http-client/of-httpx2": _httpx2,
        "http-client/default": _default,
        "http-client/default-with-options": lambda side: _default(side, timeout=3, follow_redirects=False),
        "cookies/set": _cookies,
        "cookies/set-in-an-http-client": lambda side: _cookies(side, side.http()),
    }
)
programs({"http-client/aiohttp": lambda side: side.retrieve(http_client=side.sdk.DefaultAioHttpClient())}, ASYNC)
