"""Run an ASGI application with uvicorn in a background thread."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ._clock import machine_time
from ._errors import malformed_request
from ._fault_injection import TRANSPORT
from ._headers import Exchange, official_headers
from ._resends import REQUEST_COUNTER

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import ASGIApp

# Longer than any test: a client that sends while the server closes an idle connection sees a failure.
KEEP_ALIVE_SECONDS: Final = 600
# Time for requests in progress to end once their connections are closed.
GRACE_SECONDS: Final = 0.5
# Passes of the event loop from a connection in the listener's queue to a request that has met its fault: five.
SETTLING_STEPS: Final = 10


class ServerThread:
    """A thread that serves an ASGI application, once.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            # Logging belongs to the host process: uvicorn must not configure it, not even its levels.
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = _Server(config)
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="openai-models-mock", daemon=True)

    def listen(self, host: str, port: int) -> str:
        """Listen, and return the origin of the URL.

        Args:
            host: Address to listen on.
            port: Port to listen on; 0 for a free one.

        Raises:
            OSError: The port is in use, or the address is not one of this machine.
        """
        self._listener = _listen(host, port)
        address, port = self._listener.getsockname()[:2]
        return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"

    def start(self) -> None:
        """Start to serve, and return once requests are answered. Raises the exception that ended the server, if any."""
        self._thread.start()
        self._server.ready.wait()
        if not self._server.started:
            self._join()

    def stop(self) -> None:
        """Close all connections and wait for the thread. Raises the exception that ended the server, if any."""
        self._server.stop()
        self._join()

    def run(self, coroutine: Coroutine[object, object, None]) -> None:
        """Run a coroutine in the server's event loop, from another thread, until it ends."""
        asyncio.run_coroutine_threadsafe(coroutine, self._server.loop).result()

    def settle(self) -> None:
        """Let the server accept the connections and read the requests that clients have made by now."""
        self.run(_pass_loop(SETTLING_STEPS))

    def _join(self) -> None:
        self._thread.join()
        self._ended.result()

    def _run(self) -> None:
        try:
            # An explicit loop factory: the event loop policy belongs to the host process.
            with self._listener, asyncio.Runner(loop_factory=_EventLoop) as runner:
                runner.run(self._server.serve([self._listener]))
        except BaseException as error:  # noqa: BLE001 - raised again by start() or stop()
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)
        finally:
            self._server.ready.set()


async def _pass_loop(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


class _EventLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers go on while a test freezes `time`."""

    def time(self) -> float:
        return machine_time()


class _Server(uvicorn.Server):
    """A uvicorn server that signals when it is ready and stops at once; uvicorn's own polls and waits for clients."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Stop the server, from another thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
            self.loop.call_soon_threadsafe(self._stopped.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        ticks = asyncio.create_task(super().main_loop())
        await self._stopped.wait()
        ticks.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Stop accepting before closing the connections: asyncio fails if a server is closed while it sets one up.
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener)
        with contextlib.suppress(TimeoutError):  # asyncio's runner cancels the remaining tasks
            async with asyncio.timeout(GRACE_SECONDS):
                await self._end_connections()
        for server in self.servers:
            server.close()

    async def _end_connections(self) -> None:
        current = {asyncio.current_task()}
        while self.server_state.connections or asyncio.all_tasks() - current:
            for connection in self.server_state.connections:
                if connection.transport is not None:
                    connection.transport.abort()
            await asyncio.sleep(0.001)


class _Protocol(H11Protocol):
    """An HTTP protocol that sends the error envelope also for requests that never reach the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        # uvicorn's own setting removes the handlers of its access logger, for the whole process.
        self.access_log = False
        # For faults: they close the connection, and count its requests.
        self.app_state = {**self.app_state, TRANSPORT: transport, REQUEST_COUNTER: itertools.count()}
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


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Called in the starting thread, so that no other process takes the port meanwhile."""
    # With the protocol given, asyncio sets TCP_NODELAY; without it, responses on a reused connection take 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        message = f"can't listen on {host}, port {port}: {error.strerror}"
        raise OSError(error.errno, message) from error
    return listener
