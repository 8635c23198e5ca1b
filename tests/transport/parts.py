"""An HTTP client of each kind in the same words, and the other end of its connections."""

from __future__ import annotations

import gc
import os
import select
import socket
import ssl
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import TLS, Head, Reply, WireServer, answer, model_json

import openai_models
from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

KINDS: Final = ("sync", "asyncio", "trio")
ENOUGH: Final = 20.0
OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CERTIFICATE: Final = str(TLS / "cert.pem")
TRANSPORT: Final = Path(openai_models.__file__).parent / "_transport"
CUT_OFF: Final = (httpx.NetworkError, httpx.RemoteProtocolError)


def in_turn(name: str, cases: Mapping[str, object]) -> pytest.MarkDecorator:
    """Run each case on one kind of client: the first on a thread, the second on asyncio, the third on trio ..."""
    rows = [pytest.param(KINDS[n % 3], case, id=f"{key}-{KINDS[n % 3]}") for n, (key, case) in enumerate(cases.items())]
    return pytest.mark.parametrize(("kind", name), rows)


def limits(connections: int | None = None, idle: int | None = None, expiry: float | None = None) -> httpx.Limits:
    """Return limits, by default none: on a slow machine, httpx's own would close connections in a test."""
    return httpx.Limits(max_connections=connections, max_keepalive_connections=idle, keepalive_expiry=expiry)


def timeout(**phases: float) -> httpx.Timeout:
    """Return a timeout of some phases, where the others take as long as they need."""
    return httpx.Timeout(ENOUGH, **phases)


class Caller:
    """A default HTTP client; what the sync one does is done in a thread, so that a test can go on beside it."""

    def __init__(self, kind: str, **options: Any) -> None:
        options = {"trust_env": False, "timeout": ENOUGH, "limits": limits(), **options}
        self.is_async = kind != "sync"
        self.http: Any = DefaultAsyncHttpxClient(**options) if self.is_async else DefaultHttpxClient(**options)

    async def _do(self, method: Any, *args: Any, **options: Any) -> Any:
        if self.is_async:
            return await method(*args, **options)
        return await anyio.to_thread.run_sync(partial(method, *args, **options))

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response with its body unread."""
        response: httpx.Response = await self._do(self.http.send, request, stream=True)
        return response

    async def open(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Build and send a request, and return the response with its body unread."""
        return await self.send(self.http.build_request(method, url, **options))

    async def get(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request, read the body, and give the connection back."""
        response: httpx.Response = await self._do(self.http.request, method, url, **options)
        return response

    async def ask(self, server: WireServer, count: int = 1) -> None:
        """Ask for models one after the other, and look whether each answer is its own."""
        for turn in range(count):
            assert (await self.get(f"{server.base_url}/models/m{turn}")).json()["id"] == f"m{turn}"

    async def read(self, response: httpx.Response) -> bytes:
        """Read a body; at its end the connection is given back."""
        data: bytes = await self._do(response.aread if self.is_async else response.read)
        return data

    async def leave(self, response: httpx.Response) -> None:
        """Close a response, read or not."""
        await self._do(response.aclose if self.is_async else response.close)

    async def close(self) -> None:
        await self._do(self.http.aclose if self.is_async else self.http.close)

    async def retrieve(self, base_url: str, model: str, *, max_retries: int = 0) -> str:
        """Ask for a model through the facade, over this client."""
        options: dict[str, Any] = {"base_url": base_url, "api_key": "sk-x", "max_retries": max_retries}
        client: Any = (AsyncOpenAI if self.is_async else OpenAI)(**options, http_client=self.http)
        return str((await self._do(client.models.retrieve, model)).id)

    async def fail(self, url: str, method: str = "GET", **options: Any) -> httpx.TransportError:
        """Return what httpx says of a request that fails, if no frame of the transport shows the key in its headers."""
        options["headers"] = {"authorization": "Bearer sk-PLANTED", **options.get("headers", {})}
        with pytest.raises(httpx.TransportError) as caught:
            await self.get(url, method, **options)
        frames = []
        error: BaseException | None = caught.value
        while error is not None:
            frames += list(traceback.walk_tb(error.__traceback__))
            error = error.__cause__ or error.__context__
        ours = [frame for frame in frames if TRANSPORT in Path(frame[0].f_code.co_filename).parents]
        shown = traceback.StackSummary.extract(iter(ours), capture_locals=True).format()
        assert shown
        assert [frame for frame in shown if "PLANTED" in frame] == []
        return caught.value

    async def queue(self, tasks: TaskGroup, outcomes: list[Any], url: str, **options: Any) -> None:
        """Let a request wait for a connection; return once it does, or has."""
        # The requests that wait for one are what neither a server nor a response tells.
        waiting: Any = self.http._transport._transports[os.getpid(), "own"].pool._waiting
        before, over = list(waiting), len(outcomes)
        tasks.start_soon(into, outcomes, self.get(url, **options))
        with anyio.fail_after(ENOUGH):
            while len(outcomes) == over and all(each in before for each in list(waiting)):
                await anyio.lowlevel.checkpoint()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def into(outcomes: list[Any], call: Awaitable[object]) -> None:
    """Put what a call gives into a list, or what a transport says of its failure."""
    try:
        outcomes.append(await call)
    except httpx.TransportError as error:
        outcomes.append(error)


async def collect_garbage() -> None:
    """Collect what was dropped, also what an idle thread had to do last."""
    await anyio.to_thread.run_sync(int)
    gc.collect()


def held(head: Head) -> Reply:
    """Answer once the server is told to release."""
    return Reply((answer(model_json(head.model)),), held=0)


def hanging_up(_: Head) -> Reply:
    return Reply((), close=True)


def connections(server: WireServer) -> list[int]:
    """Return on which connection each request came."""
    return [head.connection for head in server.heads]


def trusting() -> ssl.SSLContext:
    """Return a client's TLS context that trusts the tests' servers."""
    return ssl.create_default_context(cafile=CERTIFICATE)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def beside(work: Callable[[], Awaitable[object]], call: Awaitable[object]) -> Any:
    """Do the server's part while a client makes a call; return what comes of the call, also its failure."""
    outcomes: list[Any] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, call)
        await work()
    return outcomes[0]


def socket_of(response: httpx.Response) -> socket.socket:
    sock = response.extensions["network_stream"].get_extra_info("socket")
    assert isinstance(sock, socket.socket)
    return sock


def until_something_came(sock: socket.socket) -> None:
    """Return once there is something to read, or the end."""
    assert select.select([sock], [], [], ENOUGH)[0]
