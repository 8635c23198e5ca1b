"""A server that answers what a probe tells it to, over real sockets, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        status: Its status.
        body: Its body.
        headers: Besides `Content-Length`; `Content-Type: application/json` unless given.
        cut: How many bytes of the body are promised but not sent.
        dropped: Whether the connection is closed without an answer.
        stalled: Whether nothing is sent before the next script or the server's end.
        drip: How many seconds pass before each further tenth of the body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    dropped: bool = False
    stalled: bool = False
    drip: float = 0


def reply(value: object, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON; `retry_after_ms="1"` is the header `retry-after-ms`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), named)


@dataclass(frozen=True)
class Recorded:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    moment: float


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        moment = time.monotonic()
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, released = cast("_Server", self.server).answer(
            Recorded(self.command, path, query, headers, body, moment)
        )
        if answer.stalled:
            released.wait()
        if answer.dropped or answer.stalled:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        given = {name.lower() for name in answer.headers}
        if "content-type" not in given and answer.status != 204:
            self.send_header("content-type", "application/json")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("content-length", str(len(answer.body) + answer.cut))
        self.end_headers()
        size = max(1, len(answer.body) // 10) if answer.drip else len(answer.body) + 1
        # Who has heard enough hangs up.
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(answer.body), size):
                self.wfile.write(answer.body[start : start + size])
                self.wfile.flush()
                released.wait(answer.drip)
        self.wfile.flush()
        if answer.cut:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: requests are recorded."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._answers: list[Answer] = []
        self._connections: set[socket.socket] = set()
        self.recorded: list[Recorded] = []

    def script(self, answers: list[Answer]) -> None:
        with self._lock:
            self._released.set()
            self._released = threading.Event()
            self._answers = answers
            self.recorded = []

    def answer(self, request: Recorded) -> tuple[Answer, threading.Event]:
        with self._lock:
            self.recorded.append(request)
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            return answer, self._released

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            self._released.set()
            for connection in self._connections:
                # The other end may have closed it at this moment.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class ScriptedServer:
    """Runs in a thread for as long as its `with` block lasts."""

    def __enter__(self) -> Self:
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def base_url(self) -> str:
        """What a client takes as `base_url`."""
        return self.origin + "/v1"

    @property
    def requests(self) -> list[Recorded]:
        """The requests since the last script, oldest first."""
        return list(self._server.recorded)

    def script(self, *answers: Answer) -> None:
        """Answer the next requests so; the last answer stands for all that follow."""
        self._server.script(list(answers))
