"""Connections over TLS: what is trusted, and that they are reused, sent again and closed like any other."""

from __future__ import annotations

import gc
import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.acceptance.hard.test_interrupts import interrupted_at
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo
from tests.transport.parts import (
    CUT_OFF,
    Caller,
    beside,
    connections,
    hanging_up,
    in_turn,
    limits,
    server_context,
    socket_of,
    timeout,
    trusting,
    until_something_came,
)

from openai_models import APIConnectionError, APITimeoutError, DefaultHttpxClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.transport.listener import Listener

pytestmark = pytest.mark.anyio


@pytest.fixture
async def caller(kind: str, tls_server: WireServer) -> AsyncIterator[Caller]:
    async with Caller(kind, verify=trusting()) as caller:
        yield caller


@pytest.fixture
def _names_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names that end in `.test` lead to this machine."""
    known = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        is_ours = name.endswith(".test") and not options.get("flags", 0) & socket.AI_NUMERICHOST
        return known("127.0.0.1" if is_ours else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_requests_over_tls_share_a_connection(caller: Caller, tls_server: WireServer) -> None:
    await caller.ask(tls_server, 3)
    assert connections(tls_server) == [1, 1, 1]


@pytest.mark.usefixtures("_names_for_loopback")
async def test_a_certificate_of_another_host_is_a_connect_error(caller: Caller, tls_server: WireServer) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed") as caught:
        await caller.get(f"https://another.test:{tls_server.port}/")
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert tls_server.heads == []


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
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert isinstance(caught.value.__cause__.__cause__, ssl.SSLCertVerificationError)
    assert "certificate verify failed" in "".join(caught.value.__notes__)
    text = str(caught.value)
    assert text.startswith(f"Connection error: can't connect to {tls_server.base_url.removesuffix('/v1')}: certificate")
    assert text.endswith("): set SSL_CERT_FILE, or verify= of an http_client")
    assert (len(asked), tls_server.heads) == (1, [])


@pytest.mark.usefixtures("_names_for_loopback")
async def test_the_server_is_told_the_name_of_the_host_and_http_1(kind: str, listener: Listener) -> None:
    context = server_context()
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)

    async def serve() -> None:
        peer = await listener.accept(context)
        await peer.head()
        await peer.send(answer(b"ok"))
        assert isinstance(peer.sock, ssl.SSLSocket)
        assert peer.sock.selected_alpn_protocol() == "http/1.1"

    async with Caller(kind, verify=False) as caller:
        response = await beside(serve, caller.get(f"https://server.test:{listener.port}/"))
    assert response.content == b"ok"
    assert names == ["server.test"]


async def test_a_request_is_sent_again_over_tls_too(caller: Caller, tls_server: WireServer) -> None:
    await caller.get(tls_server.base_url)
    tls_server.reply = lambda head: hanging_up(head) if head.connection == 1 else echo(head)
    with pytest.raises(CUT_OFF):
        await caller.get(tls_server.base_url, "DELETE")
    await caller.get(tls_server.base_url)
    tls_server.reply = lambda head: hanging_up(head) if head.connection == 2 else echo(head)
    await caller.ask(tls_server)
    assert connections(tls_server) == [1, 1, 2, 2, 3]


async def test_a_connection_that_was_closed_as_it_was_idle_is_not_used_again(
    caller: Caller, tls_server: WireServer
) -> None:
    tls_server.reply = lambda head: Reply(echo(head).pieces, close=True)
    for _ in range(2):
        await caller.get(tls_server.base_url, "DELETE")
        tls_server.wait_for_open(0)
    assert connections(tls_server) == [1, 2]


BEHIND = {
    "in-one-record": (answer(b"first") + answer(b"more"),),
    "in-a-record-of-its-own": (answer(b"first"), answer(b"more")),
}


@in_turn("pieces", BEHIND)
async def test_what_comes_behind_a_response_is_not_read_as_the_next_one(
    caller: Caller, tls_server: WireServer, pieces: tuple[bytes, ...]
) -> None:
    tls_server.reply = lambda _: Reply(pieces)
    response = await caller.open(tls_server.base_url)
    sock = socket_of(response)
    assert await caller.read(response) == b"first"
    if len(pieces) == 2:
        until_something_came(sock)
    tls_server.reply = echo
    await caller.ask(tls_server)
    assert connections(tls_server) == [1, 2]


async def test_a_body_without_a_length_ends_with_the_connection(caller: Caller, tls_server: WireServer) -> None:
    tls_server.reply = lambda _: Reply((b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000), close=True)
    assert (await caller.get(tls_server.base_url)).content == b"x" * 100_000


async def test_a_response_that_is_closed_unread_leaves_nothing_open(caller: Caller, tls_server: WireServer) -> None:
    tls_server.reply = lambda head: Reply((*echo(head).pieces, b""), held=1)
    await caller.leave(await caller.open(tls_server.base_url))
    tls_server.wait_for_open(0)


async def test_a_body_that_does_not_fit_into_the_sockets_is_a_write_timeout(kind: str, listener: Listener) -> None:
    async def shake_hands() -> None:
        await listener.accept(server_context())

    async with Caller(kind, verify=False) as caller:
        call = caller.get(listener.https_url, "POST", content=bytes(32 << 20), timeout=timeout(write=0.05))
        assert type(await beside(shake_hands, call)) is httpx.WriteTimeout


def test_interrupted_at_any_line_a_request_over_tls_leaves_nothing_open(tls_server: WireServer) -> None:
    options: dict[str, Any] = {"headers": {"connection": "close"}, "timeout": timeout(pool=0)}
    count, reached = 0, True
    with DefaultHttpxClient(trust_env=False, verify=False, limits=limits(1), **options) as client:
        client.get(tls_server.base_url)  # what is imported on the first call is not what this is about
        while reached:
            count += 1
            reached = interrupted_at(count, lambda: client.get(tls_server.base_url))
            gc.collect(1)  # a response that httpx had already, and dropped; a socket that was left open says so
    assert count > 50
