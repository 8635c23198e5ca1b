"""HTTP clients of one's own, and proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import httpx2
from tests.acceptance.parity.probe import ASYNC, BOTH, probes, programs
from tests.acceptance.parity.side import MODEL, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

OPTIONS: dict[str, dict[str, Any]] = {
    "headers": {"headers": {"X-Http": "1"}},
    "header-of-the-client": {"headers": {"Accept": "text/plain", "Authorization": "Bearer http"}},
    "params": {"params": {"a": "1"}},
    "cookies": {"cookies": {"session": "1"}},
    "auth": {"auth": ("user", "password")},
    "base_url": {"base_url": "http://127.0.0.1:9/elsewhere"},
    "timeout": {"timeout": 7},
}
probes("http-client", OPTIONS, lambda side, options: side.retrieve(http_client=side.http(**options)))
probes(
    "http-client/redirect",
    {"followed": {"follow_redirects": True}, "not-followed": {"follow_redirects": False}, "not-said": {}},
    lambda side, options: side.retrieve(
        reply(b"", 302, location="/v1/models/b"), MODEL, http_client=side.http(**options)
    ),
)


def _over(side: Side, answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> Any:
    return side.retrieve(http_client=side.http(transport=httpx.MockTransport(answer)), **options)


def _failing_transport(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    attempts = []

    def answer(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        if len(attempts) == 1:
            raise error("no route", request=request)
        return httpx.Response(200, json=MODEL, headers={"x-request-id": str(len(attempts))})

    return answer


def _event_hooks(side: Side) -> object:
    seen: list[object] = []

    def note(message: Any) -> None:
        seen.append(message.url.path if isinstance(message, httpx.Request) else message.status_code)

    async def note_async(message: Any) -> None:
        note(message)

    hook = note_async if side.is_async else note
    side.retrieve(http_client=side.http(event_hooks={"request": [hook], "response": [hook]}))
    return seen


def _default_http_client(side: Side, **options: Any) -> object:
    kind = side.sdk.DefaultAsyncHttpxClient if side.is_async else side.sdk.DefaultHttpxClient
    http = side.closing(kind(headers={"X-Http": "1"}, **options))
    side.retrieve(http_client=http)
    return [http.follow_redirects, http.timeout == side.sdk.DEFAULT_TIMEOUT, http.timeout.connect]


def _of_two_clients(side: Side) -> object:
    http = side.http()
    first, second = side.client(http_client=http), side.client(http_client=http, api_key="sk-second")
    side.wait(first.models.retrieve("a"))
    side.wait(second.models.retrieve("a"))
    side.wait(first.close())
    return second.is_closed()


def _cookies(side: Side, http: Any = None) -> object:
    client = side.client(reply(MODEL, set_cookie="session=1; Path=/"), MODEL, http_client=http)
    return [side.wait(client.models.retrieve("a")), side.wait(client.models.retrieve("a"))]


programs(
    "http-client",
    {
        "mock-transport": lambda side: _over(side, lambda request: httpx.Response(200, json={"id": request.url.path})),
        "mock-transport-that-raises": lambda side: _over(side, _failing_transport(httpx.ConnectError)),
        "tried-again": lambda side: _over(side, _failing_transport(httpx.ReadTimeout), max_retries=1)._request_id,
        "event-hooks": _event_hooks,
        "of-two-clients": _of_two_clients,
        "of-httpx2": lambda side: side.retrieve(
            http_client=side.closing(httpx2.AsyncClient() if side.is_async else httpx2.Client())
        ),
        "default": _default_http_client,
        "default-with-options": lambda side: _default_http_client(side, timeout=3, follow_redirects=False),
        "cookies-that-were-set": lambda side: _cookies(side, side.http()),
        "cookies-that-were-set-for-its-own": _cookies,
    },
)
programs("client", {"aiohttp": lambda side: side.retrieve(http_client=side.sdk.DefaultAioHttpClient())}, ASYNC)


def _proxy(side: Side, case: tuple[str, str]) -> object:
    variable, exempt = case
    side.monkeypatch.setenv(variable, side.servers.other.base_url.removesuffix("/v1"))
    side.monkeypatch.setenv("NO_PROXY", exempt)
    side.retrieve()
    return len(side.servers.other.requests)


PROXIES = {"http": ("HTTP_PROXY", ""), "all": ("ALL_PROXY", ""), "not": ("HTTP_PROXY", "127.0.0.1")}
probes("environment/proxy", PROXIES, _proxy, BOTH)
