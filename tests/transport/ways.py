"""The ways to a server, one for each client that the package makes, and what stands at the end of them."""

from __future__ import annotations

import asyncio
import json
import select
import socket
import socketserver
import ssl
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import openai_models
from openai_models import AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI
from openai_models._module_client import MODULE_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

KEY: Final = "sk-transport-9c1e"
PACKAGE: Final = Path(openai_models.__file__).parent
COMMAND: Final = [sys.executable, "-m", "openai_models", "list"]


def with_openai(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    with OpenAI(api_key=api_key, base_url=base_url) as client:
        client.models.list()


def with_async_openai(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    async def run() -> None:
        async with AsyncOpenAI(api_key=api_key, base_url=base_url) as client:
            await client.models.list()

    asyncio.run(run())


def with_module_client(base_url: str, api_key: str | Callable[[], str] = KEY) -> None:
    MODULE_CLIENT.reset()
    openai_models.api_key, openai_models.base_url = api_key, base_url
    try:
        openai_models.models.list()
    finally:
        MODULE_CLIENT.client().close()
        MODULE_CLIENT.reset()
        openai_models.api_key = openai_models.base_url = None


def with_http_client(base_url: str, _: object = None) -> None:
    with DefaultHttpxClient() as client:
        client.get(f"{base_url}/models").raise_for_status()


def with_async_http_client(base_url: str, _: object = None) -> None:
    get_async(DefaultAsyncHttpxClient, base_url)


def with_aiohttp_client(base_url: str, _: object = None) -> None:
    get_async(DefaultAioHttpClient, base_url)


def get_async(kind: type[httpx.AsyncClient], base_url: str) -> None:
    async def run() -> None:
        async with kind() as client:
            (await client.get(f"{base_url}/models")).raise_for_status()

    asyncio.run(run())


WAYS: Final = {
    "OpenAI": with_openai,
    "AsyncOpenAI": with_async_openai,
    "module-client": with_module_client,
    "DefaultHttpxClient": with_http_client,
    "DefaultAsyncHttpxClient": with_async_http_client,
    "DefaultAioHttpClient": with_aiohttp_client,
}


def frames_of(error: BaseException) -> Iterator[str]:
    """Yield the variables of the package's frames in the tracebacks of an error and of what led to it."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        yield f"{one!r} {one} {getattr(one, '__notes__', '')}"
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if PACKAGE in Path(frame.f_code.co_filename).parents:
                yield from map(repr, frame.f_locals.values())


class _Serving(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves for as long as its `with` block lasts."""

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
    """A proxy that connects to where CONNECT says.

    Attributes:
        heads: What the clients asked it.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.heads: list[bytes] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Relay(socketserver.BaseRequestHandler):
    server: Tunnel  # pyright: ignore[reportIncompatibleVariableOverride]  # what made it

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.request.recv(4096)
        self.server.heads.append(head)
        host, _, port = head.split()[1].decode().rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            others = {server: self.request, self.request: server}
            while True:
                for source in select.select([*others], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    others[source].sendall(data)


class EchoServer(_Serving, ThreadingHTTPServer):
    """Answers with the request that it got, as JSON; sets a cookie; redirects from `/redirect` to `/`.

    Args:
        context: For TLS.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server_address[1]}"


class Echo(BaseHTTPRequestHandler):
    """What a server does that echoes."""

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
        """Log nothing."""
