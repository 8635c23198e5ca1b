"""Which transport a request takes, and that it gets there by each."""

from __future__ import annotations

import asyncio
import gc
import socketserver
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer
from tests.transport.ways import CLIENTS, OURS, SIDES, THEIRS, Echo, EchoServer, library_of, sent

from openai_models import DefaultHttpxClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


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
    "form": (OURS, {}, {"method": "POST", "data": {"a": "1"}}),
    "bytes": (OURS, {}, {"method": "POST", "content": b"bytes"}),
    "limits": (OURS, {"limits": httpx.Limits(max_connections=1)}, {}),
    "stream": (THEIRS, {}, {}),
    "multipart": (THEIRS, {}, {"method": "POST", "files": {"file": b"content"}}),
    "trace": (THEIRS, {}, {"extensions": {"trace": trace}}),
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
    if route == "stream":
        request = {"method": "POST", "content": pieces() if side == "sync" else async_pieces()}
    elif route == "trace" and side != "sync":
        request = {"extensions": {"trace": async_trace}}
    response = sent(CLIENTS[side](**options), echo_server.url, **request)
    if side != "aiohttp":
        assert library_of(response) == library
    body = {"json": '{"a":1}', "form": "a=1", "bytes": "bytes", "stream": "pieces"}
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


@pytest.mark.parametrize("route", ["plain", "trace"])
def test_a_response_outlives_its_client(route: str) -> None:
    pieces = (answer(b"x" * 10)[:-5], b"xxxxx")
    with WireServer(lambda _: Reply(pieces, held=1)) as held:
        client = DefaultHttpxClient()
        response = client.send(client.build_request("GET", held.base_url, **ROUTES[route][2]), stream=True)
        del client
        gc.collect()
        held.release()
        assert response.read() == b"x" * 10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # httpx's own transport leaves its socket to the collector
        del response
        gc.collect()
