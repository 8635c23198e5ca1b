"""A server in a thread which answers bytes that a test gives it, and knows its connections."""

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

TLS = Path(__file__).parent / "tls"
ENOUGH = 20.0


@dataclass(frozen=True)
class Head:
    """A request as it came: the line and the headers, and on which connection."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    connection: int
    turn: int

    @property
    def model(self) -> str:
        """The last segment of the path, decoded."""
        return unquote(self.target.partition("?")[0].rpartition("/")[2], errors="strict")


@dataclass(frozen=True)
class Reply:
    """What is sent.

    Attributes:
        pieces: The bytes, in as many writes.
        close: Whether the connection is closed afterwards.
        held: Before which piece the server waits until it is released.
    """

    pieces: tuple[bytes, ...]
    close: bool = False
    held: int | None = None


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """Spell a whole response; the headers given end with a line break each."""
    return f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode() + body


def model_json(model: str) -> bytes:
    return json.dumps({"id": model, "object": "model", "created": 1, "owned_by": "acme"}).encode()


def echo(head: Head) -> Reply:
    """Respond with the requested model, whatever its id is."""
    if head.method == "DELETE":
        return Reply((answer(json.dumps({"id": head.model, "object": "model", "deleted": True}).encode()),))
    if head.target.partition("?")[0].endswith("/models"):
        return Reply((answer(b'{"object": "list", "data": [' + model_json("a") + b"]}"),))
    return Reply((answer(model_json(head.model)),))


def redirecting(head: Head) -> Reply:
    """Redirect once, and then respond as `echo` does."""
    if head.target.startswith("/moved/"):
        return echo(head)
    return Reply((answer(b"moved", "307 Temporary Redirect", f"location: /moved{head.target}\r\n"),))


def failing_first(head: Head) -> Reply:
    """Fail the first attempt, and then respond as `echo` does."""
    if ("x-stainless-retry-count", "0") in head.headers:
        return Reply((answer(b"later", "503 Service Unavailable", "retry-after-ms: 1\r\n"),))
    return echo(head)


def held(head: Head) -> Reply:
    """Respond as `echo` does once released."""
    return Reply(echo(head).pieces, held=0)


@dataclass
class WireServer:
    """Runs for as long as its `with` block lasts.

    Attributes:
        reply: What it answers; may be set anew at any time.
        tls: Whether it speaks TLS, with the certificate of `tls/`.
        heads: The requests so far, oldest first.
        connections: How many connections were opened so far.
        most_open: How many were open at the same time, at most.
    """

    reply: Callable[[Head], Reply] = echo
    tls: bool = False
    heads: list[Head] = field(default_factory=list)
    connections: int = 0
    most_open: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wire-server")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(ENOUGH)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._released = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        context = None
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
        server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, ssl=context, backlog=2048)
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        # First no more connections, then an end to those accepted so far: asyncio stumbles over one
        # that it begins to make when its server is closed, and leaves its transport open.
        for listener in server.sockets:
            self._loop.remove_reader(listener.fileno())
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        server.close()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._stopped.is_set():  # the end of a handshake that was under way
            writer.transport.abort()
            return
        task = self._loop.create_task(self._connection(reader, writer))
        # Also of a task that is cancelled before it begins.
        task.add_done_callback(lambda _: writer.transport.abort())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._changed:
            self.connections += 1
            number = self.connections
            self._writers.add(writer)
            self.most_open = max(self.most_open, len(self._writers))
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._exchanges(reader, writer, number)
        finally:
            writer.transport.abort()
            try:
                await asyncio.sleep(0)  # the loop closes the socket in its next turn
            finally:
                with self._changed:
                    self._writers.discard(writer)
                    self._changed.notify_all()

    async def _exchanges(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while True:
            head = _parsed(await reader.readuntil(b"\r\n\r\n"), number, len(self.heads))
            reply = self.reply(head)
            with self._changed:
                self.heads.append(head)
                self._changed.notify_all()
            for index, piece in enumerate(reply.pieces):
                if index == reply.held:
                    await self._until_released(reader)
                writer.write(piece)
                await writer.drain()
                # The next piece is a segment of its own.
                await asyncio.sleep(0)
            if reply.held is not None and reply.held >= len(reply.pieces):
                await self._until_released(reader)
            if reply.close:
                return

    async def _until_released(self, reader: asyncio.StreamReader) -> None:
        """Wait for the release, or for the other end to hang up."""
        release = asyncio.ensure_future(self._released.wait())
        hung_up = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({release, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            if hung_up.done():
                raise ConnectionResetError
        finally:
            release.cancel()
            hung_up.cancel()
            await asyncio.gather(release, hung_up, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """What a client takes as `base_url`."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/v1"

    def release(self) -> None:
        """Send what is held, now and from now on."""
        self._loop.call_soon_threadsafe(self._released.set)

    def forget(self) -> None:
        """Forget the requests so far."""
        with self._changed:
            self.heads.clear()

    def wait_for_requests(self, count: int) -> None:
        """Return once so many requests have come since the last `forget`."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.heads) >= count, ENOUGH), len(self.heads)

    def wait_for_open(self, count: int) -> None:
        """Return once no more than so many connections are open."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._writers) <= count, ENOUGH), len(self._writers)


def _parsed(head: bytes, connection: int, turn: int) -> Head:
    first, *lines = head.decode("ascii").split("\r\n")[:-2]
    method, target, version = first.split(" ")
    assert version == "HTTP/1.1"
    headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Head(method, target, headers, connection, turn)
