"""Connections over TLS: what is trusted, what the server is told, and that a request is sent again as over TCP."""

import ssl
from typing import Any

import httpx
import pytest
from tests.acceptance.hard.wire import WireServer, echo
from tests.transport.listener import Listener
from tests.transport.parts import (
    CUT_OFF,
    OK,
    Caller,
    beside,
    connections,
    hanging_up,
    server_context,
    timeout,
)

from openai_models import APIConnectionError, APITimeoutError

pytestmark = pytest.mark.anyio


async def test_a_call_that_meets_a_certificate_that_nobody_vouches_for_is_not_retried(
    kind: str, tls_server: WireServer
) -> None:
    asked: list[httpx.Request] = []

    async def note_async(request: httpx.Request) -> None:
        asked.append(request)

    async with Caller(kind) as caller:
        error = await caller.fail(tls_server.base_url)
        assert type(error) is httpx.ConnectError
        assert isinstance(error.__cause__, ssl.SSLCertVerificationError)
        caller.http.event_hooks = {"request": [note_async if caller.is_async else asked.append]}
        with pytest.raises(APIConnectionError) as caught:
            await caller.retrieve(tls_server.base_url, "m", max_retries=2)
    assert not isinstance(caught.value, APITimeoutError)
    assert "certificate verify failed" in "".join(caught.value.__notes__)
    text = str(caught.value)
    assert text.startswith(f"Connection error: can't connect to {tls_server.base_url.removesuffix('/v1')}: certificate")
    assert text.endswith("): set SSL_CERT_FILE, or verify= of an http_client")
    assert (len(asked), tls_server.heads) == (1, [])


async def test_the_server_is_told_the_name_of_the_host_and_http_1(caller: Caller, listener: Listener) -> None:
    context = server_context()
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)

    async def serve() -> None:
        peer = await listener.accept(context)
        await peer.head()
        await peer.send(OK)
        assert isinstance(peer.sock, ssl.SSLSocket)
        assert peer.sock.selected_alpn_protocol() == "http/1.1"

    response = await beside(serve, caller.get(f"https://localhost:{listener.port}/"))
    assert response.content == b"ok"
    assert names == ["localhost"]


async def test_a_client_that_is_closed_as_tls_begins_does_not_wait_for_the_server(
    caller: Caller, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = ssl.SSLContext.wrap_socket

    def close_meanwhile(*arguments: Any, **options: Any) -> ssl.SSLSocket:
        made = begin(*arguments, **options)
        for transport in caller.http._transport.end():  # as another thread may
            transport.pool.close()
        return made

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", close_meanwhile)
    error = await caller.fail(listener.https_url)
    assert (type(error), str(error)) == (httpx.ConnectError, "the client was closed")


async def test_a_request_is_sent_again_over_tls_too(kind: str, tls_server: WireServer) -> None:
    async with Caller(kind, verify=False) as caller:
        await caller.ask(tls_server)
        tls_server.reply = lambda head: hanging_up(head) if head.connection == 1 else echo(head)
        assert isinstance(await caller.fail(tls_server.base_url, "DELETE"), CUT_OFF)
        await caller.ask(tls_server)
        tls_server.reply = lambda head: hanging_up(head) if head.connection == 2 else echo(head)
        await caller.ask(tls_server)
    assert connections(tls_server) == [1, 1, 2, 2, 3]


async def test_a_body_that_does_not_fit_into_the_sockets_is_a_write_timeout(caller: Caller, listener: Listener) -> None:
    async def shake_hands() -> None:
        await listener.accept(server_context())

    call = caller.fail(listener.https_url, "POST", content=bytes(32 << 20), timeout=timeout(write=0.05))
    assert type(await beside(shake_hands, call)) is httpx.WriteTimeout
