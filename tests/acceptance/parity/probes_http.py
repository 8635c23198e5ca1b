"""HTTP clients of one's own, proxies, and the bounds of time and size."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx
from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import MODEL

if TYPE_CHECKING:
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


def _http(side: Side, **options: Any) -> Any:
    return side.closing((httpx.AsyncClient if side.is_async else httpx.Client)(**options))


@probes("http-client", OPTIONS)
def _(side: Side, options: dict[str, Any]) -> object:
    return side.wait(side.client(http_client=_http(side, **options)).models.retrieve("a"))


@probes("http-client/redirect", {"followed": True, "not-followed": False, "not-said": None})
def _(side: Side, follow: bool | None) -> object:  # noqa: FBT001 - a case of the table
    options = {} if follow is None else {"follow_redirects": follow}
    client = side.client(Answer(302, b"", {"location": "/v1/models/b"}), MODEL, http_client=_http(side, **options))
    return side.wait(client.models.retrieve("a"))


@probe("http-client/mock-transport")
def _(side: Side) -> object:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**MODEL, "id": request.url.path}, headers={"x-request-id": "req-m"})

    model = side.wait(side.client(http_client=_http(side, transport=httpx.MockTransport(answer))).models.retrieve("a"))
    return [model, model._request_id]


@probe("http-client/mock-transport-that-raises")
def _(side: Side) -> object:
    def answer(request: httpx.Request) -> httpx.Response:
        msg = "no route"
        raise httpx.ConnectError(msg, request=request)

    return side.wait(side.client(http_client=_http(side, transport=httpx.MockTransport(answer))).models.retrieve("a"))


@probe("http-client/event-hooks")
def _(side: Side) -> object:
    seen: list[object] = []

    def note(message: Any) -> None:
        seen.append(message.url.path if isinstance(message, httpx.Request) else message.status_code)

    async def note_async(message: Any) -> None:
        note(message)

    hook = note_async if side.is_async else note
    http = _http(side, event_hooks={"request": [hook], "response": [hook]})
    side.wait(side.client(http_client=http).models.retrieve("a"))
    return seen


@probe("http-client/of-two-clients")
def _(side: Side) -> object:
    http = _http(side)
    first, second = side.client(http_client=http), side.client(http_client=http, api_key="sk-second")
    side.wait(first.models.retrieve("a"))
    side.wait(second.models.retrieve("a"))
    side.wait(first.close())
    return second.is_closed()


@probes("environment/proxy", {"http": ("HTTP_PROXY", ""), "all": ("ALL_PROXY", ""), "not": ("HTTP_PROXY", "127.0.0.1")})
def _(side: Side, case: tuple[str, str]) -> object:
    variable, exempt = case
    side.monkeypatch.setenv(variable, side.servers.other.origin)
    side.monkeypatch.setenv("NO_PROXY", exempt)
    side.wait(side.client().models.retrieve("a"))
    return len(side.servers.other.requests)


@probe("timeout/of-a-dripping-body")
def _(side: Side) -> object:
    body = json.dumps(MODEL).encode()
    return side.wait(side.client(Answer(200, body, drip=0.05), timeout=0.3).models.retrieve("a"))


@probe("timeout/phases-of-a-dripping-body")
def _(side: Side) -> object:
    body = json.dumps(MODEL).encode()
    timeout = side.sdk.Timeout(0.3)
    return side.wait(side.client(Answer(200, body, drip=0.05), timeout=timeout).models.retrieve("a"))


@probe("success/of-65-mib", modes=("sync",))
def _(side: Side) -> object:
    body = gzip.compress(json.dumps({**MODEL, "padding": " " * (65 * 2**20)}).encode())
    return side.wait(side.client(Answer(200, body, {"content-encoding": "gzip"})).models.retrieve("a")).id


@probe("http-client/set-cookie")
def _(side: Side) -> object:
    client = side.client(reply(MODEL, set_cookie="session=1; Path=/"), MODEL, http_client=_http(side))
    return [side.wait(client.models.retrieve("a")), side.wait(client.models.retrieve("a"))]
