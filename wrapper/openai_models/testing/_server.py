"""uvicorn in a thread of its own, started and stopped from another."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ._errors import malformed_request
from ._headers import Exchange, official_headers
from ._inject import TRANSPORT
from ._resends import REQUESTS

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp

# An idle connection that the server closes is a race for the client: none within a test.
KEEP_ALIVE_SECONDS = 600
# How long requests that are being answered have to end once their connections are cut.
GRACE_SECONDS = 0.5


class ServerThread:
    """An ASGI application, served once.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            # Logging belongs to the host process: nothing is configured, not even the levels.
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = _Server(config)
        self._ended: Future[None] = Future()
        self._thread: threading.Thread | None = None

    def start(self, listener: socket.socket) -> None:
        """Return once requests are answered, or raise what went wrong in the thread.

        Args:
            listener: A socket that listens; it is closed when the server ends, however it ends.
        """
        self._thread = threading.Thread(target=self._run, args=[listener], name="openai-models-mock", daemon=True)
        self._thread.start()
        self._server.ready.wait()
        if not self._server.started:
            self._join()

    def stop(self) -> None:
        """Cut all connections and return once the server has ended, or raise what it ended of."""
        self._server.stop()
        self._join()

    def _join(self) -> None:
        assert self._thread is not None
        self._thread.join()
        self._ended.result()

    def _run(self, listener: socket.socket) -> None:
        try:
            # A loop of our own making: the policy of the host process may be anything.
            with listener, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._server.serve([listener]))
        except BaseException as error:  # noqa: BLE001 - raised where start() or stop() waits
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)
        finally:
            self._server.ready.set()


class _Server(uvicorn.Server):
    """Tells when it is ready; stops at once, where uvicorn looks ten times a second and waits for clients."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._stopped = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """From another thread."""
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended already
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        ticks = asyncio.create_task(super().main_loop())
        await self._stopped.wait()
        ticks.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First no more connections, then an end to those accepted so far: asyncio stumbles over a
        # connection that is still being made when its server closes.
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener)
        with contextlib.suppress(TimeoutError):  # asyncio's runner cancels what is left
            async with asyncio.timeout(GRACE_SECONDS):
                await self._end_connections()
        for server in self.servers:
            server.close()

    async def _end_connections(self) -> None:
        this = {asyncio.current_task()}
        while self.server_state.connections or asyncio.all_tasks() - this:
            for connection in self.server_state.connections:
                if connection.transport is not None:
                    connection.transport.abort()
            await asyncio.sleep(0.001)


class _Protocol(H11Protocol):
    """Answers with the envelope even where uvicorn never gets as far as the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        # uvicorn's own switch would take the handlers off its access log's logger, for the whole process.
        self.access_log = False
        # A fault may end the connection.
        self.app_state = {**self.app_state, TRANSPORT: transport, REQUESTS: itertools.count()}
        super().connection_made(transport)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        body = malformed_request().body
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
            *official_headers(Exchange()),
        ]
        lines = [b"HTTP/1.1 400 Bad Request", *(name + b": " + value for name, value in headers), b"", body]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
