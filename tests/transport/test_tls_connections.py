"""Connections over TLS: what is trusted, and that they are reused, sent again and closed like any other."""

from __future__ import annotations

import gc
import signal
import socket
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.test_interrupts import interrupted_at
from tests.acceptance.hard.wire import TLS, Head, Reply, WireServer, answer, echo
from tests.transport.parts import ENOUGH, Caller, Listener, into, limits, socket_of, until_something_came

from openai_models import APIConnectionError, APITimeoutError, DefaultHttpxClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio
CUT_OFF = (httpx.NetworkError, httpx.RemoteProtocolError)


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(TLS / "cert.pem"))


@pytest.fixture
async def caller(kind: str, tls_server: WireServer) -> AsyncIterator[Caller]:
    async with Caller(kind, verify=trusting()) as caller:
        yield caller


def connections(server: WireServer) -> list[int]:
    return [head.connection for head in server.heads]


async def test_requests_over_tls_share_a_connection(caller: Caller, tls_server: WireServer) -> None:
    for turn in range(3):
        assert (await caller.get(f"{tls_server.base_url}/models/m{turn}")).json()["id"] == f"m{turn}"
    assert connections(tls_server) == [1, 1, 1]


@pytest.mark.parametrize("problem", ["self-signed", "of another host"])
async def test_a_certificate_that_nobody_vouches_for_is_a_connect_error(
    kind: str, tls_server: WireServer, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_for_loopback(monkeypatch)
    host = "127.0.0.1" if problem == "self-signed" else "another.test"
    async with Caller(kind, **({} if problem == "self-signed" else {"verify": trusting()})) as caller:
        with pytest.raises(httpx.ConnectError, match="certificate verify failed") as caught:
            await caller.get(f"https://{host}:{tls_server.port}/")
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert tls_server.heads == []


def name_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names that end in `.test` lead to this machine."""
    known = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        is_ours = name.endswith(".test") and not options.get("flags", 0) & socket.AI_NUMERICHOST
        return known("127.0.0.1" if is_ours else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_a_call_that_meets_a_certificate_that_nobody_vouches_for_is_not_retried(
    kind: str, tls_server: WireServer
) -> None:
    asked: list[httpx.Request] = []

    async def note_async(request: httpx.Request) -> None:
        asked.append(request)

    async with Caller(kind) as caller:
        caller.http.event_hooks = {"request": [note_async if caller.is_async else asked.append]}
        with pytest.raises(APIConnectionError) as caught:
            await caller.retrieve(tls_server.base_url, "m", max_retries=2)
    assert not isinstance(caught.value, APITimeoutError)
    assert "certificate verify failed" in "".join(caught.value.__notes__)
    text = str(caught.value)
    assert text.startswith(f"Connection error: can't connect to {tls_server.base_url.removesuffix('/v1')}: certificate")
    assert text.endswith("): set SSL_CERT_FILE, or verify= of an http_client")
    assert len(asked) == 1


async def test_without_verification_any_certificate_will_do(kind: str, tls_server: WireServer) -> None:
    async with Caller(kind, verify=False) as caller:
        assert (await caller.get(tls_server.base_url)).is_success


async def test_the_server_is_told_the_name_of_the_host_and_http_1(
    kind: str, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_for_loopback(monkeypatch)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    outcomes: list[Any] = []
    async with Caller(kind, verify=False) as caller, anyio.create_task_group() as tasks:
        url = f"https://server.test:{listener.address[1]}/"
        tasks.start_soon(into, outcomes, caller.get(url))
        peer = await listener.accept()
        peer.sock = await anyio.to_thread.run_sync(lambda: context.wrap_socket(peer.sock, server_side=True))
        await peer.head()
        await peer.send(answer(b"ok"))
        assert isinstance(peer.sock, ssl.SSLSocket)
        assert peer.sock.selected_alpn_protocol() == "http/1.1"
    assert outcomes[0].content == b"ok"
    assert names == ["server.test"]


async def test_a_request_is_sent_again_over_tls_too(caller: Caller, tls_server: WireServer) -> None:
    await caller.get(tls_server.base_url)
    tls_server.reply = lambda head: Reply((), close=True) if head.connection == 1 else echo(head)
    with pytest.raises(CUT_OFF):
        await caller.get(tls_server.base_url, "DELETE")
    tls_server.reply = echo
    await caller.get(tls_server.base_url)
    tls_server.reply = lambda head: Reply((), close=True) if head.connection == 2 else echo(head)
    assert (await caller.get(tls_server.base_url + "/models/m")).json()["id"] == "m"
    assert connections(tls_server) == [1, 1, 2, 2, 3]


async def test_a_connection_that_was_closed_as_it_was_idle_is_not_used_again(
    caller: Caller, tls_server: WireServer
) -> None:
    tls_server.reply = lambda head: Reply(echo(head).pieces, close=True)
    for _ in range(2):
        await caller.get(tls_server.base_url, "DELETE")
        tls_server.wait_for_open(0)
    assert connections(tls_server) == [1, 2]


@pytest.mark.parametrize("pieces", [1, 2], ids=["in one record", "in a record of its own"])
async def test_what_comes_behind_an_answer_is_not_read_as_the_next_one(
    caller: Caller, tls_server: WireServer, pieces: int
) -> None:
    first, more = answer(b"first"), answer(b"more")
    tls_server.reply = lambda _: Reply((first + more,) if pieces == 1 else (first, more))
    response = await caller.open(tls_server.base_url)
    sock = socket_of(response)
    assert await caller.read(response) == b"first"
    if pieces == 2:
        until_something_came(sock)
    tls_server.reply = echo
    assert (await caller.get(tls_server.base_url + "/models/m")).json()["id"] == "m"
    assert connections(tls_server) == [1, 2]


async def test_a_body_without_a_length_ends_with_the_connection(caller: Caller, tls_server: WireServer) -> None:
    tls_server.reply = lambda _: Reply((b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000), close=True)
    assert (await caller.get(tls_server.base_url)).content == b"x" * 100_000


async def test_a_response_that_is_closed_unread_leaves_nothing_open(caller: Caller, tls_server: WireServer) -> None:
    def held(head: Head) -> Reply:
        return Reply((*echo(head).pieces, b""), held=1)

    tls_server.reply = held
    await caller.leave(await caller.open(tls_server.base_url))
    tls_server.wait_for_open(0)


async def test_a_body_that_does_not_fit_into_the_sockets_is_a_write_timeout(kind: str, listener: Listener) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    outcomes: list[Any] = []
    async with Caller(kind, verify=False) as caller, anyio.create_task_group() as tasks:
        url = listener.url.replace("http", "https")
        timeout = httpx.Timeout(20, write=0.05)
        tasks.start_soon(into, outcomes, caller.get(url, "POST", content=bytes(32 << 20), timeout=timeout))
        peer = await listener.accept()
        peer.sock = await anyio.to_thread.run_sync(lambda: context.wrap_socket(peer.sock, server_side=True))
        while not outcomes:
            await anyio.lowlevel.checkpoint()
    assert type(outcomes[0]) is httpx.WriteTimeout


def test_interrupted_at_any_line_a_request_over_tls_leaves_nothing_open(tls_server: WireServer) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    options: dict[str, Any] = {"headers": {"connection": "close"}, "timeout": httpx.Timeout(ENOUGH, pool=0)}
    count, reached = 0, True
    with DefaultHttpxClient(trust_env=False, verify=False, limits=limits(1), **options) as client:
        client.get(tls_server.base_url)  # what is imported on the first call is not what this is about
        while reached:
            count += 1
            reached = interrupted_at(count, lambda: client.get(tls_server.base_url))
            gc.collect(1)  # a response that httpx had already, and dropped; a socket that was left open says so
    signal.signal(signal.SIGINT, before)
    assert count > 50
