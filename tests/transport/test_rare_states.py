"""States of a connection that a server or another thread seldom brings about."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models import DefaultAioHttpClient, DefaultHttpxClient
from openai_models._http.tls import new_context
from openai_models._transport.aio import AsyncExchange
from openai_models._transport.http11 import HTTPConnection
from openai_models._transport.pool import Pool
from openai_models._transport.sync import HTTP11Transport, SyncExchange

if TYPE_CHECKING:
    import ssl

REQUEST = httpx.Request("GET", "http://127.0.0.1:9/")


def no_context() -> ssl.SSLContext:
    raise AssertionError("nobody speaks TLS here")


def test_a_port_that_is_none_is_not_taken_modulo_65536() -> None:
    with (
        DefaultHttpxClient(trust_env=False) as client,
        pytest.raises(httpx.ConnectError, match="99999 is not a port"),
    ):
        client.get("http://127.0.0.1:99999/")


def test_a_server_that_goes_on_in_another_protocol_is_refused() -> None:
    """Default clients send such requests with httpx's own transport."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        client = threads.submit(listener.accept)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        request = httpx.Request("GET", url, headers={"connection": "upgrade", "upgrade": "other"})
        sent = threads.submit(HTTP11Transport(httpx.Limits(), no_context).handle_request, request)
        peer, _ = client.result()
        with peer:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n")
            with pytest.raises(httpx.RemoteProtocolError, match="another protocol"):
                sent.result()


def test_a_connection_can_be_interrupted_before_it_has_a_socket() -> None:
    connection = HTTPConnection(("http", "127.0.0.1", 9))
    connection.interrupt()
    assert connection.is_closed


def test_a_response_that_another_thread_reads_is_interrupted_and_left_to_that_thread() -> None:
    pool = Pool(httpx.Limits())
    exchange = SyncExchange(pool, REQUEST, no_context)
    assert pool.acquire(exchange)
    connection = exchange.connection
    assert connection is not None
    exchange.is_waiting = True
    pool.release(exchange)
    assert connection.is_closed
    assert exchange.connection is connection


def test_a_task_that_does_not_wait_yet_needs_no_waking() -> None:
    exchange = AsyncExchange(Pool(httpx.Limits()), REQUEST, no_context)
    exchange.wake()


def test_a_response_that_was_closed_is_not_read_on() -> None:
    exchange = SyncExchange(Pool(httpx.Limits()), REQUEST, no_context)
    with pytest.raises(httpx.ReadError, match="the response was closed"):
        exchange.read().send(None)


def test_aiohttp_cannot_use_a_socks_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def send() -> None:
        async with DefaultAioHttpClient() as client:
            await client.get("http://api.test")

    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setattr("openai_models._http.proxies.find_spec", lambda _: object())  # as if socksio were installed
    with pytest.raises(ValueError, match="aiohttp cannot use the SOCKS proxy"):
        asyncio.run(send())


def test_certificates_of_certifi_that_cannot_be_read_are_an_error_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def create_ssl_context(**_: object) -> ssl.SSLContext:
        raise FileNotFoundError(2, "No such file or directory", "cacert.pem")

    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setattr("openai_models._http.tls.create_ssl_context", create_ssl_context)
    with pytest.raises(FileNotFoundError, match=r"cacert\.pem"):
        new_context(trust_env=True)
