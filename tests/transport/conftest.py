"""Each test on a thread, on asyncio and on trio, with servers that must be left without a connection."""

from __future__ import annotations

import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.acceptance.hard.wire import WireServer
from tests.transport.listener import Listener
from tests.transport.parts import KINDS, Caller, limits
from tests.transport.ways import EchoServer


@pytest.fixture(autouse=True)
def _no_certificates_of_the_machine(monkeypatch: pytest.MonkeyPatch, short_waits: None) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _quick_collections() -> Iterator[None]:
    """Let the garbage collector look at what the test makes alone."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anyio_backend(kind: str) -> str:
    return "asyncio" if kind == "sync" else kind


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server
        server.wait_for_open(0)


@pytest.fixture
async def caller(kind: str, server: WireServer) -> AsyncIterator[Caller]:
    """A client; it is closed before the server."""
    async with Caller(kind, verify=False) as caller:
        yield caller


@pytest.fixture
async def one(kind: str, server: WireServer) -> AsyncIterator[Caller]:
    """A client that may have one connection."""
    async with Caller(kind, limits=limits(1)) as caller:
        yield caller


@pytest.fixture
def tls_server() -> Iterator[WireServer]:
    with WireServer(tls=True) as server:
        yield server
        server.wait_for_open(0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with contextlib.closing(Listener()) as listener:
        yield listener


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """An address from which nothing comes, not even a refusal: the queue of its listener is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


@pytest.fixture(scope="module")
def echo_server() -> Iterator[EchoServer]:
    with EchoServer() as server:
        yield server
