"""What stands in front of an application: Python's `http.server`, nginx, a gateway with a key of its own, TLS."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openai_models.testing import MockServer

TLS = Path(__file__).parents[1] / "acceptance" / "hard" / "tls"
FORBIDDEN = b'{"error": {"message": "the gateway wants its header x-gateway", "type": "gateway"}}'


class Front(BaseHTTPRequestHandler):
    """Forwards the methods that an application has; `http.server` itself answers all others with 501 and a page."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    mock: MockServer
    wanted: dict[str, str]
    key_header = "authorization"

    def forward(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if any(self.headers.get(name) != value for name, value in self.wanted.items()):
            self.answer(403, {"content-type": "application/json"}, FORBIDDEN)
            return
        headers = dict(self.headers.items())
        if self.key_header != "authorization":
            key = self.headers.get(self.key_header)
            headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            headers |= {} if key is None else {"authorization": f"Bearer {key}"}
        connection = HTTPConnection(urlsplit(self.mock.base_url).netloc, timeout=10)
        with contextlib.closing(connection):
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            self.answer(response.status, dict(response.getheaders()), response.read())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"server", "date", "content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815 - http.server's names

    def log_message(self, format: str, *_: Any) -> None:
        """Write no log."""


class Proxy(Front):
    """An HTTP proxy, which gets whole URLs (RFC 9112 §3.2.2)."""

    def forward(self) -> None:
        assert self.path.startswith("http://models.test/")
        self.path = self.path.removeprefix("http://models.test")
        super().forward()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815 - http.server's names


class Nginx(Front):
    """Answers methods that no application has as nginx does: 405, a page, and no `Allow`."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = b"<html><head><title>405 Not Allowed</title></head><body>nginx</body></html>"
        self.answer(405 if code == 501 else code, {"content-type": "text/html"}, page)


class Cors(Front):
    """Answers HEAD and OPTIONS by itself, as middleware for browsers and caches does."""

    def do_HEAD(self) -> None:
        self.answer(200, {"content-type": "text/plain"}, b"")

    def do_OPTIONS(self) -> None:
        self.answer(204, {"access-control-allow-methods": "GET, POST"}, b"")


@contextlib.contextmanager
def serve(
    mock: MockServer,
    front: type[Front] = Front,
    *,
    wanted: dict[str, str] | None = None,
    key_header: str = "authorization",
    certificate: Path | None = None,
) -> Iterator[str]:
    """Serve the mock behind a front, and give its base URL."""
    handler = type("Handler", (front,), {"mock": mock, "wanted": wanted or {}, "key_header": key_header})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_name("key.pem"))
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()
            thread.join()
