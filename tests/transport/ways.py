"""The ways to a server, one for each client that the package makes, and what stands at the end of them."""

import asyncio
import json
import select
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

import httpx

import openai_models
from openai_models import AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI
from openai_models._module_client import MODULE_CLIENT

KEY: Final = "sk-transport-9c1e"
COMMAND: Final = [sys.executable, "-m", "openai_models", "list"]
SIDES: Final[dict[str, Any]] = {"sync": DefaultHttpxClient, "async": DefaultAsyncHttpxClient}
CLIENTS: Final[dict[str, Any]] = {**SIDES, "aiohttp": DefaultAioHttpClient}
OURS, THEIRS = "openai_models", "httpcore"


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


def with_openai(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    with OpenAI(api_key=api_key, base_url=base_url) as client:
        client.models.list()


def with_async_openai(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    async def run() -> None:
        async with AsyncOpenAI(api_key=api_key, base_url=base_url) as client:
            await client.models.list()

    asyncio.run(run())


def with_module_client(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    MODULE_CLIENT._client = None
    openai_models.api_key, openai_models.base_url = api_key, base_url
    try:
        openai_models.models.list()
    finally:
        MODULE_CLIENT.client().close()
        MODULE_CLIENT._client = None
        openai_models.api_key = openai_models.base_url = None


def with_http_client(kind: Any, base_url: str, _: object = None) -> None:
    sent(kind(), f"{base_url}/models").raise_for_status()


WAYS: Final[dict[str, Callable[..., None]]] = {
    "OpenAI": with_openai,
    "AsyncOpenAI": with_async_openai,
    "module-client": with_module_client,
    **{kind.__name__: partial(with_http_client, kind) for kind in CLIENTS.values()},
}
IN_TURN: Final = tuple(WAYS) * 9


class _Serving(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class Tunnel(_Serving):
    """A proxy that connects to where CONNECT says, and keeps that."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.targets: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Relay(socketserver.StreamRequestHandler):
    server: Tunnel  # pyright: ignore[reportIncompatibleVariableOverride]  # what made it

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        assert method == "CONNECT"
        self.server.targets.append(target)
        while self.rfile.readline() != b"\r\n":
            pass
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            others = {server: self.request, self.request: server}
            while True:
                for source in select.select([*others], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    others[source].sendall(data)


class EchoServer(_Serving, ThreadingHTTPServer):
    """Answers with the request that it got, as JSON; sets a cookie; redirects from `/redirect` to `/`."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing of the handshakes that are to fail."""


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        request = {
            "line": self.requestline,
            "headers": self.headers.items(),
            "body": b"".join(self._pieces()).decode("latin-1"),
            "protocol": self.connection.selected_alpn_protocol() if isinstance(self.connection, ssl.SSLSocket) else "",
        }
        self.send_response(302 if self.path.startswith("/redirect") else 200)
        self.send_header("location", "/")
        self.send_header("set-cookie", "session=1; Path=/")
        data = json.dumps(request).encode()
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        self.do_GET()

    def _pieces(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding") != "chunked":
            yield self.rfile.read(int(self.headers.get("content-length", 0)))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, format: str, *args: Any) -> None:
        pass
