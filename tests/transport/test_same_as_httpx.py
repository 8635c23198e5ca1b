"""A default client puts on the wire what httpx's client of the same options does, `Connection: keep-alive` aside."""

from __future__ import annotations

import asyncio
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from openai_models import DefaultAsyncHttpxClient, DefaultHttpxClient

if TYPE_CHECKING:
    from tests.transport.ways import EchoServer

SYNC: Final = (httpx.Client, DefaultHttpxClient)
ASYNC: Final = (httpx.AsyncClient, DefaultAsyncHttpxClient)


def marked(request: httpx.Request) -> httpx.Request:
    request.headers["x-mark"] = "auth"
    return request


class TwoSteps(httpx.Auth):
    """Asks the server for something before it sends the request."""

    def auth_flow(self, request: httpx.Request) -> Any:
        first = yield httpx.Request("GET", request.url.copy_with(path="/token"))
        request.headers["x-status"] = str(first.status_code)
        yield request


GET: Final[dict[str, Any]] = {"method": "GET", "url": "/a b?c=d&e"}
POST: Final[dict[str, Any]] = {"method": "POST", "url": "/x"}
MULTIPART: Final = {"files": {"f": b"1"}, "headers": {"content-type": "multipart/form-data; boundary=x"}}
# The options of a client, and the requests that are sent one after the other.
SAME: Final[dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]] = {
    "nothing": ({}, [GET]),
    "base_url": ({}, [{**GET, "url": "relative"}, {**GET, "url": "/absolute"}, {**GET, "url": "?query=1"}]),
    "headers": ({"headers": {"X-Name": "v", "User-Agent": "me"}}, [GET, {**GET, "headers": {"x-name": "other"}}]),
    "headers-twice": ({"headers": [("x-name", "1"), ("x-name", "2")]}, [GET]),
    "headers-bytes": ({"headers": [(b"X-Name", "café".encode("latin-1"))]}, [GET]),
    "params": ({"params": {"a": "1", "b": ["2", "3"]}}, [{**GET, "url": "/x"}, {**GET, "params": {"a": "4"}}]),
    "cookies": ({"cookies": {"a": "1"}}, [GET, GET]),
    "cookies-of-server": ({}, [GET, GET, {**GET, "url": "/other"}]),
    "basic": ({"auth": ("u", "pässword")}, [GET, {**GET, "auth": None}]),
    "userinfo": ({"auth": None}, [{**GET, "url": "{userinfo}/x"}]),
    "auth-function": ({"auth": marked}, [GET]),
    "auth-steps": ({"auth": TwoSteps()}, [GET]),
    "redirect": ({"follow_redirects": True}, [{**GET, "url": "/redirect"}]),
    "redirect-not": ({"follow_redirects": False}, [{**GET, "url": "/redirect"}]),
    "redirect-post": ({"follow_redirects": True}, [{**POST, "url": "/redirect", "json": {"a": 1}}]),
    "json": ({}, [{**POST, "json": {"a": ["é"]}}]),
    "form": ({}, [{**POST, "data": {"a": "1 2"}}]),
    "empty-post": ({}, [POST]),
    "get-with-body": ({}, [{**GET, "json": {}}]),
    "multipart": ({}, [{**POST, **MULTIPART}]),
    "encoding": ({"default_encoding": "latin-1"}, [GET]),
    "connection-close": ({"headers": {"connection": "close"}}, [GET, GET]),
    "limits": ({"limits": httpx.Limits(max_keepalive_connections=0)}, [GET, GET]),
}


def exchanges(kind: Any, options: dict[str, Any], requests: list[dict[str, Any]], url: str) -> list[Any]:
    """Return what came of each request: what the server got, what the client got, what its hooks saw."""
    hooked: list[str] = []

    def hook(message: Any) -> None:
        hooked.append(type(message).__name__)

    async def async_hook(message: Any) -> None:
        hook(message)

    is_async = issubclass(kind, httpx.AsyncClient)
    hooks = [async_hook if is_async else hook]
    made = {"base_url": f"{url}/base", "event_hooks": {"request": hooks, "response": hooks}, "verify": False}
    client = kind(**{"follow_redirects": False, **made, **options})
    results: list[Any] = []
    with asyncio.Runner() as runner:
        for each in requests:
            sent = client.request(**{**each, "url": each["url"].format(userinfo=url.replace("//", "//u:p@"))})
            response = runner.run(sent) if is_async else sent
            got = (response.status_code, response.reason_phrase, response.http_version, response.encoding, response.url)
            headers = [pair for pair in response.headers.multi_items() if pair[0] not in {"date", "content-length"}]
            echo = response.json()
            echo["headers"] = [pair for pair in echo["headers"] if pair != ["Connection", "keep-alive"]]
            chain = [str(each.url) for each in response.history]
            results.append([echo, got, chain, headers, dict(client.cookies), [*hooked]])
        runner.run(client.aclose()) if is_async else client.close()
    return results


@pytest.mark.parametrize(("pair", "same"), [*zip(cycle([SYNC, ASYNC]), SAME, strict=False)], ids=[*SAME])
def test_the_same_options_lead_to_the_same_requests_and_responses(
    same: str, pair: tuple[Any, Any], echo_server: EchoServer
) -> None:
    httpx_s, ours = (exchanges(kind, *SAME[same], echo_server.url) for kind in pair)
    assert ours == httpx_s


def test_the_defaults_are_the_package_s_own(echo_server: EchoServer) -> None:
    with DefaultHttpxClient() as client:
        response = client.get(f"{echo_server.url}/redirect")
        assert (response.status_code, len(response.history)) == (200, 1)
        assert client.timeout == httpx.Timeout(60, connect=5)
