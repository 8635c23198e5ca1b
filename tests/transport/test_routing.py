"""Which transport a request takes, and that it gets there by each as it does by httpx's client."""

import asyncio
import gc
import socketserver
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer
from tests.transport.ways import CLIENTS, OURS, SIDES, THEIRS, Echo, EchoServer, library_of, sent

from openai_models import DefaultAsyncHttpxClient, DefaultHttpxClient


def pieces() -> Iterator[bytes]:
    yield from (b"pie", b"ces")


async def async_pieces() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


def trace(name: str, info: object) -> None:
    """Take what httpcore tells of each step."""


async def async_trace(name: str, info: object) -> None:
    """Take it in a task."""


ROUTES: Final[dict[str, tuple[str, dict[str, Any], dict[str, Any]]]] = {
    "plain": (OURS, {}, {}),
    "timeout": (OURS, {"timeout": 5}, {"timeout": httpx.Timeout(5, pool=1)}),
    "json": (OURS, {}, {"method": "POST", "json": {"a": 1}}),
    "bytes": (OURS, {}, {"method": "POST", "content": b"bytes"}),
    "limits": (OURS, {"limits": httpx.Limits(max_connections=1)}, {}),
    "stream": (THEIRS, {}, {"method": "POST"}),
    "multipart": (THEIRS, {}, {"method": "POST", "files": {"file": b"content"}}),
    "trace": (THEIRS, {}, {}),
    "sni": (THEIRS, {}, {"extensions": {"sni_hostname": "localhost"}}),
    "target": (THEIRS, {}, {"extensions": {"target": b"/elsewhere"}}),
    "upgrade": (THEIRS, {}, {"headers": {"upgrade": "h2c"}}),
    "http1": (THEIRS, {"http1": False}, {}),
}
ROUTED: Final = [(route, side) for route in ROUTES for side in SIDES]
ROUTED_WITH_AIOHTTP: Final = [(route, "aiohttp") for route in ("plain", "json", "stream", "trace", "http1")]


@pytest.mark.parametrize(("route", "side"), ROUTED + ROUTED_WITH_AIOHTTP)
def test_a_request_arrives_by_the_transport_that_can_carry_it(route: str, side: str, echo_server: EchoServer) -> None:
    library, options, request = ROUTES[route]
    request = dict(request)
    if route == "stream":
        request["content"] = pieces() if side == "sync" else async_pieces()
    elif route == "trace":
        request["extensions"] = {"trace": trace if side == "sync" else async_trace}
    response = sent(CLIENTS[side](**options), echo_server.url, **request)
    if side != "aiohttp":
        assert library_of(response) == library
    body = {"json": '{"a":1}', "bytes": "bytes", "stream": "pieces"}
    assert body.get(route, "") in response.json()["body"]
    assert response.json()["line"].split()[1] == ("/elsewhere" if route == "target" else "/")


@pytest.mark.parametrize("side", SIDES)
def test_a_request_made_of_a_stream_in_memory_takes_our_own(side: str, echo_server: EchoServer) -> None:
    headers = {"host": echo_server.url.removeprefix("http://"), "content-length": "9"}
    stream = httpx.ByteStream(b"in memory")
    answered = SIDES[side]().send(httpx.Request("POST", echo_server.url, headers=headers, stream=stream))
    response = answered if side == "sync" else asyncio.run(answered)
    assert (library_of(response), response.json()["body"]) == (OURS, "in memory")


@pytest.mark.parametrize(("side", "kind"), [("sync", str), ("async", httpx.URL), ("sync", httpx.Proxy)])
def test_a_proxy_given_as_an_argument_takes_all_requests(
    *, side: str, kind: Any, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTP_PROXY", "ftp://x")
    response = sent(SIDES[side](proxy=kind(f"http://u:p@127.0.0.1:{server.port}")), "http://api.test/v1/models")
    assert library_of(response) == THEIRS
    assert server.heads[0].target == "http://api.test/v1/models"
    assert ("proxy-authorization", "Basic dTpw") in server.heads[0].headers


@pytest.mark.parametrize("side", CLIENTS)
def test_http2_without_its_package_is_refused_when_the_client_is_made(side: str) -> None:
    with pytest.raises(ImportError, match="'h2' package"):
        CLIENTS[side](http2=True)


@pytest.mark.parametrize(
    ("side", "given"), [("sync", "environment"), ("async", "proxy"), ("aiohttp", "environment"), ("sync", "proxy")]
)
def test_a_mount_of_none_goes_past_the_proxy(
    *, side: str, given: str, echo_server: EchoServer, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{server.port}"
    monkeypatch.setenv("HTTP_PROXY", url if given == "environment" else "ftp://x")
    options: dict[str, Any] = {"proxy": url} if given == "proxy" else {}
    options["mounts"] = {"http://127.0.0.1": None}
    assert sent(CLIENTS[side](**options), echo_server.url).json()["line"] == "GET / HTTP/1.1"
    assert sent(CLIENTS[side](**options), "http://api.test/models").is_success
    assert [head.target for head in server.heads] == ["http://api.test/models"]


@pytest.mark.parametrize("kind", [httpx.HTTPTransport, httpx.AsyncHTTPTransport])
def test_a_transport_of_the_caller_is_left_alone(kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "ftp://x")
    side = "async" if "Async" in kind.__name__ else "sync"
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "s"), Echo) as unix:
        thread = threading.Thread(target=unix.serve_forever, args=(0.01,))
        thread.start()
        response = sent(SIDES[side](transport=kind(uds=str(tmp_path / "s"))), "http://x")
        unix.shutdown()
        thread.join()
    assert (library_of(response), response.json()["line"]) == (THEIRS, "GET / HTTP/1.1")


@pytest.mark.parametrize("extensions", [{}, {"trace": trace}], ids=["plain", "trace"])
def test_a_response_outlives_its_client(extensions: dict[str, Any]) -> None:
    pieces = (answer(b"x" * 10)[:-5], b"xxxxx")
    with WireServer(lambda _: Reply(pieces, held=1)) as held:
        client = DefaultHttpxClient()
        response = client.send(client.build_request("GET", held.base_url, extensions=extensions), stream=True)
        del client
        gc.collect()
        held.release()
        assert response.read() == b"x" * 10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # httpx's own transport leaves its socket to the collector
        del response
        gc.collect()


# A default client puts on the wire what httpx's client of the same options does, `Connection: keep-alive` aside.
SYNC: Final = (httpx.Client, DefaultHttpxClient)
ASYNC: Final = (httpx.AsyncClient, DefaultAsyncHttpxClient)


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
    "redirect": ({"follow_redirects": True}, [{**GET, "url": "/redirect"}]),
    "redirect-not": ({"follow_redirects": False}, [{**GET, "url": "/redirect"}]),
    "redirect-post": ({"follow_redirects": True}, [{**POST, "url": "/redirect", "json": {"a": 1}}]),
    "json": ({}, [{**POST, "json": {"a": ["é"]}}]),
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
            sent = client.request(**each)
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


def test_more_than_100_connections_may_be_open_and_100_of_them_stay(server: WireServer) -> None:
    with DefaultHttpxClient() as client:
        for _ in range(2):
            requests = [client.build_request("GET", server.base_url) for _ in range(120)]
            for response in [client.send(request, stream=True) for request in requests]:
                response.read()
            server.wait_for_open(100)
    assert (server.most_open, server.connections) == (120, 140)
