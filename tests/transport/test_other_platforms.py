"""What Windows and macOS lack or do differently, as far as it can be imitated here."""

import errno
import select
import socket
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import anyio
import httpx
import pytest
from tests.acceptance.hard.wire import WireServer
from tests.transport.listener import Listener, refusing_address
from tests.transport.parts import OK, Caller

pytestmark = pytest.mark.anyio


@pytest.fixture
def _no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has `select` alone, and its `struct timeval` counts seconds in 32 bits."""
    real = select.select

    def windows_select(*arguments: Any) -> Any:
        if arguments[3] is not None and not 0 <= arguments[3] < 2**31:
            raise OverflowError("timeout is too large")
        return real(*arguments)

    monkeypatch.setattr(select, "select", windows_select)
    monkeypatch.delattr(select, "poll", raising=False)


@pytest.mark.usefixtures("_no_poll")
@pytest.mark.parametrize("kind", ["sync"])
class TestWithoutPoll:
    async def test_a_connection_that_the_server_closed_is_not_used_again(
        self, caller: Caller, listener: Listener
    ) -> None:
        for _ in range(2):
            response, peer = await listener.open(caller, OK)
            assert await caller.read(response) == b"ok"
            peer.sock.close()

    async def test_silence_ends_with_the_timeout(self, caller: Caller, listener: Listener) -> None:
        assert type(await caller.fail(listener.url, timeout=0.1)) is httpx.ReadTimeout

    async def test_a_refused_connection_is_an_error(self, caller: Caller) -> None:
        error = await caller.fail("http://{}:{}".format(*refusing_address()))
        assert type(error) is httpx.ConnectError

    async def test_a_timeout_may_be_longer_than_select_can_wait(self, caller: Caller, server: WireServer) -> None:
        caller.http.timeout = 2.0**32
        await caller.ask(server, 2)
        assert server.connections == 1


@pytest.mark.parametrize("kind", ["sync"])
async def test_a_wait_for_a_connection_may_be_longer_than_a_lock_of_windows_can_wait(
    one: Caller, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WindowsQueue(SimpleQueue[None]):
        def get(self, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 - its signature
            if timeout is not None and timeout > 4_294_967:
                raise OverflowError("timeout value is too large")
            super().get(block, timeout)

    monkeypatch.setattr("openai_models._transport.sync.SimpleQueue", WindowsQueue)
    outcomes: list[Any] = []
    one.http.timeout = 1e9
    async with anyio.create_task_group() as tasks:
        holding = await one.open(server.base_url)
        await one.queue(tasks, outcomes, server.base_url)
        await one.read(holding)
    assert outcomes[0].is_success


async def test_a_network_error_has_the_words_of_windows(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    # There, `strerror` knows none of the numbers above 10,000.
    monkeypatch.setattr(socket, "errorTab", {errno.ECONNREFUSED: "The server refused."}, raising=False)
    assert str(await caller.fail("http://{}:{}".format(*refusing_address()))).endswith("The server refused.")


async def test_a_connection_that_is_reset_before_its_options_are_set_is_an_error_of_connecting(
    caller: Caller, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class MacSocket(socket.socket):
        def setsockopt(self, *arguments: Any) -> None:
            # The server of this test is in the same process, on other sockets.
            if arguments[0] == socket.IPPROTO_TCP and self.getpeername()[1] == server.port:
                raise OSError(errno.EINVAL, "Invalid argument")  # what macOS says of a socket whose peer has gone
            super().setsockopt(*arguments)

    monkeypatch.setattr("openai_models._transport.http11.socket.socket", MacSocket)
    error = await caller.fail(server.base_url)
    assert type(error) is httpx.ConnectError
    assert "Invalid argument" in str(error)


WITHOUT_POSIX = """
import asyncio, os, select, signal, socket, subprocess, sys, threading  # of Python, which does not ask for what goes
for module, names in {
    os: ["fork", "register_at_fork", "killpg", "setsid", "getuid", "mkfifo"],
    select: ["poll", "epoll"],
    signal: ["SIGHUP", "SIGKILL", "SIGALRM", "pause", "pthread_kill"],
    socket: ["SO_REUSEPORT"],
}.items():
    for name in filter(module.__dict__.__contains__, names):
        delattr(module, name)
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None

from openai_models import AsyncOpenAI, OpenAI
from openai_models.testing import MockServer

async def count(client):
    async with client:
        return len([model async for model in client.models.list()])

with MockServer() as mock:
    options = {"base_url": mock.base_url, "api_key": mock.api_key}
    with OpenAI(**options) as client:
        print(len(client.models.list().data), asyncio.run(count(AsyncOpenAI(**options))))
"""


def test_nothing_that_only_posix_has_is_needed(run_python: Callable[..., str]) -> None:
    assert run_python(WITHOUT_POSIX) == "9 9\n"
