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
from tests.acceptance.hard.wire import TLS, Head, Reply, WireServer, answer, echo
from tests.transport.ways import KEY, Echo, EchoServer

from openai_models import (
    APIConnectionError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

CERTIFICATE: Final = str(TLS / "cert.pem")
SIDES: Final = {"sync": DefaultHttpxClient, "async": DefaultAsyncHttpxClient}
CLIENTS: Final = {**SIDES, "aiohttp": DefaultAioHttpClient}


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as server:
        yield server


@pytest.fixture
def proxy() -> Iterator[WireServer]:
    with WireServer() as proxy:
        yield proxy


def sent(client: Any, url: str, method: str = "GET", **options: Any) -> httpx.Response:
    """Send a request, and close the client."""
    if isinstance(client, httpx.Client):
        with client:
            return client.request(method, url, **options)

    async def run() -> httpx.Response:
        async with client:
            response: httpx.Response = await client.request(method, url, **options)
            return response

    return asyncio.run(run())


def library_of(response: httpx.Response) -> str:
    """Return whose connection a response came on."""
    return type(response.extensions["network_stream"]).__module__.partition(".")[0]


def pieces() -> Iterator[bytes]:
    yield from (b"pie", b"ces")


async def async_pieces() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


def trace(name: str, info: object) -> None:
    """Take what httpcore tells of each step."""


async def async_trace(name: str, info: object) -> None:
    """Take it in a task."""


OURS, THEIRS = "openai_models", "httpcore"
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
    "http1": (THEIRS, {"http1": False}, {}),
}


def request_by(route: str, side: str) -> dict[str, Any]:
    if side != "sync" and route == "trace":
        return {"extensions": {"trace": async_trace}}
    if route == "stream":
        return {"method": "POST", "content": pieces() if side == "sync" else async_pieces()}
    return ROUTES[route][2]


@pytest.mark.parametrize("side", CLIENTS)
@pytest.mark.parametrize("route", ROUTES)
def test_a_request_arrives_by_the_transport_that_can_carry_it(route: str, side: str, server: EchoServer) -> None:
    library, options, _ = ROUTES[route]
    response = sent(CLIENTS[side](**options), server.url, **request_by(route, side))
    if side != "aiohttp":
        assert library_of(response) == library
    elif route == "target":
        return  # which aiohttp doesn't know
    body = {"json": '{"a":1}', "form": "a=1", "bytes": "bytes", "stream": "pieces"}
    assert body.get(route, "") in response.json()["body"]
    assert response.json()["line"].split()[1] == ("/elsewhere" if route == "target" else "/")


@pytest.mark.parametrize("side", SIDES)
def test_a_request_made_of_a_stream_in_memory_takes_our_own(side: str, server: EchoServer) -> None:
    headers = {"host": server.url.removeprefix("http://"), "content-length": "9"}
    client: Any = SIDES[side]()
    answered = client.send(httpx.Request("POST", server.url, headers=headers, stream=httpx.ByteStream(b"in memory")))
    response = answered if side == "sync" else asyncio.run(answered)
    assert (library_of(response), response.json()["body"]) == (OURS, "in memory")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", [str, httpx.URL, httpx.Proxy])
def test_a_proxy_given_as_an_argument_takes_all_requests(
    *, kind: Any, side: str, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTP_PROXY", "ftp://x")
    response = sent(SIDES[side](proxy=kind(f"http://u:p@127.0.0.1:{proxy.port}")), "http://api.test/v1/models")
    assert library_of(response) == THEIRS
    assert proxy.heads[0].target == "http://api.test/v1/models"
    assert ("proxy-authorization", "Basic dTpw") in proxy.heads[0].headers


@pytest.mark.parametrize("side", CLIENTS)
def test_http2_without_its_package_is_refused_when_the_client_is_made(side: str) -> None:
    with pytest.raises(ImportError, match="'h2' package"):
        CLIENTS[side](http2=True)


@pytest.mark.parametrize("side", CLIENTS)
@pytest.mark.parametrize("given", ["proxy", "environment"])
def test_a_mount_of_none_goes_past_the_proxy(
    *, given: str, side: str, server: EchoServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{proxy.port}"
    monkeypatch.setenv("HTTP_PROXY", url if given == "environment" else "ftp://x")
    options: dict[str, Any] = {"proxy": url} if given == "proxy" else {}
    mounts = {"http://127.0.0.1": None}
    assert sent(CLIENTS[side](mounts=mounts, **options), server.url).json()["line"] == "GET / HTTP/1.1"
    assert sent(CLIENTS[side](mounts=mounts, **options), "http://api.test/models").is_success
    assert [head.target for head in proxy.heads] == ["http://api.test/models"]


@pytest.mark.parametrize("side", CLIENTS)
def test_a_mount_takes_its_hosts_and_no_others(side: str, server: EchoServer) -> None:
    mounts = {"all://mock.test": httpx.MockTransport(lambda request: httpx.Response(201))}
    assert sent(CLIENTS[side](mounts=mounts), "https://mock.test").status_code == 201
    assert sent(CLIENTS[side](mounts=mounts), server.url).status_code == 200


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("options", [{"uds": "{folder}/s"}, {"local_address": "127.0.0.1"}], ids=["uds", "local"])
def test_a_transport_of_the_caller_is_left_alone(
    *, options: dict[str, str], side: str, server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "ftp://x")
    kind = {"sync": httpx.HTTPTransport, "async": httpx.AsyncHTTPTransport}[side]
    transport = kind(**{name: value.format(folder=tmp_path) for name, value in options.items()})  # type: ignore[arg-type]
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "s"), Echo) as unix:
        thread = threading.Thread(target=unix.serve_forever, args=(0.01,))
        thread.start()
        response = sent(SIDES[side](transport=transport), "http://x" if "uds" in options else server.url)
        unix.shutdown()
        thread.join()
    assert (library_of(response), response.json()["line"]) == (THEIRS, "GET / HTTP/1.1")


@pytest.mark.parametrize("shell", ["sync", "async"])
def test_what_fails_on_httpx_s_transport_has_a_type(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(**options: Any) -> None:
        if shell == "sync":
            with OpenAI(api_key=KEY, max_retries=0, **options) as client:
                client.models.list()
        else:
            asyncio.run(call_async(**options))

    async def call_async(**options: Any) -> None:
        async with AsyncOpenAI(api_key=KEY, max_retries=0, **options) as client:
            await client.models.list()

    def hold(head: Head) -> Reply:
        return Reply(echo(head).pieces, held=0)

    with WireServer(hold) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(APITimeoutError):
            call(base_url="http://api.test/v1", timeout=0.1)
    with pytest.raises(APIConnectionError) as caught:
        call(base_url="http://api.test/v1")
    assert not isinstance(caught.value, APITimeoutError)


def test_a_client_that_is_dropped_leaves_nothing_open(server: EchoServer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = DefaultHttpxClient()
        client.get(server.url)
        del client
        gc.collect()
    assert caught == []


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
