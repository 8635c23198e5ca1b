"""A host has several addresses, of which some refuse and some say nothing."""

import gc
import socket
import threading
from collections.abc import Iterator
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.stepping import cancelled_by_scope, cancelled_by_task, walk
from tests.acceptance.hard.test_interrupts import interrupted_at
from tests.acceptance.hard.wire import WireServer
from tests.transport.listener import refusing_address
from tests.transport.parts import ENOUGH, KINDS, Caller, beside, limits, timeout

from openai_models import DefaultHttpxClient
from openai_models._transport import http11
from openai_models._transport.sync import SyncExchange

pytestmark = pytest.mark.anyio
URL = "http://some.test/models/m"
LONG = 60.0


class Host:
    """The host `some.test`, whose addresses a test sets, and the sockets that have begun to connect, whereto ever."""

    def __init__(self, server: WireServer, silent: tuple[str, int], patch: pytest.MonkeyPatch) -> None:
        self.places = {
            "server": ("127.0.0.1", server.port),
            "silent": silent,
            "unreachable": ("255.255.255.255", 1),  # fails at once
        }
        self._addresses: list[Any] = []
        self._patch = patch
        self.sockets: list[socket.socket] = []
        known, connect = socket.getaddrinfo, socket.socket.connect

        def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
            if host not in {"some.test", b"some.test"}:
                return known(host, *args, **options)
            if options.get("flags", 0) & socket.AI_NUMERICHOST:
                raise socket.gaierror(socket.EAI_NONAME, "not an address")
            return self._addresses  # the same list each time, as a cache of names gives it

        def noted(sock: socket.socket, address: Any) -> None:
            try:
                connect(sock, address)
            finally:
                self.sockets.append(sock)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(socket.socket, "connect", noted)

    def has(self, names: str, *, delay: float = LONG) -> None:
        """Set the addresses, and after how many seconds of silence another one is tried.

        They are `server`, `silent`, `unreachable`, `refusing` or `strange`, of no known family.
        """
        self._patch.setattr(http11, "NEXT_ADDRESS_DELAY", delay)
        for name in names.split():
            family = 9999 if name == "strange" else socket.AF_INET
            address = self.places.get(name) or refusing_address()
            self._addresses.append((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address))

    @property
    def still_open(self) -> list[socket.socket]:
        return [sock for sock in self.sockets if sock.fileno() != -1]


@pytest.fixture
def host(server: WireServer, silent: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    host = Host(server, silent, monkeypatch)
    yield host
    assert host.still_open == []


# The addresses, the delay after which a silent one is left, and on which kinds of client.
REACHED = [
    ("strange unreachable refusing refusing server server", LONG, KINDS),
    ("server", LONG, ["sync"]),
    ("refusing server", LONG, ["asyncio"]),
    ("strange server", LONG, ["trio"]),
    ("unreachable server", LONG, ["sync"]),
    ("silent server", 0.05, KINDS),
    ("silent refusing silent server", 0.05, ["sync"]),
    ("refusing silent server silent", 0.05, ["asyncio"]),
]


@pytest.mark.parametrize(
    ("kind", "names", "delay"), [(kind, names, delay) for names, delay, kinds in REACHED for kind in kinds]
)
async def test_an_address_that_fails_costs_no_time_and_one_that_says_nothing_the_delay(
    kind: str, names: str, delay: float, host: Host
) -> None:
    host.has(names, delay=delay)
    with anyio.fail_after(ENOUGH / 2):
        async with Caller(kind, timeout=LONG, limits=limits(1)) as caller:
            assert (await caller.get(URL)).json()["id"] == "m"
            # Of all that was tried, the one that answered is open, and is used again.
            assert len(host.still_open) == 1
            tried = len(host.sockets)
            assert (await caller.get(URL)).json()["id"] == "m"
            assert len(host.sockets) == tried


async def test_the_addresses_of_a_name_stay_those_of_who_looked_them_up(caller: Caller, host: Host) -> None:
    host.has("refusing server")
    for _ in range(2):
        assert (await caller.get(URL, headers={"connection": "close"})).json()["id"] == "m"


def test_each_try_gets_twice_the_time_of_the_one_before(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.has("silent silent", delay=http11.NEXT_ADDRESS_DELAY)
    waits: list[float] = []

    async def wait_for(_: object, kind: str, sock: object, timeout: float) -> None:
        waits.append(timeout)
        raise TimeoutError if len(waits) < 5 else ConnectionRefusedError

    monkeypatch.setattr(SyncExchange, "wait_for", wait_for)
    with DefaultHttpxClient(trust_env=False) as client, pytest.raises(httpx.ConnectError):
        client.get(URL, timeout=60)
    assert waits[:5] == [0.25, 0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("kind", "names"),
    [(kind, "refusing silent unreachable silent") for kind in KINDS] + [("asyncio", "silent"), ("sync", "silent")],
)
async def test_all_addresses_together_have_the_time_to_connect(kind: str, host: Host, names: str) -> None:
    host.has(names, delay=0.01)
    async with Caller(kind, limits=limits(1)) as caller:
        for _ in range(2):
            with pytest.raises(httpx.ConnectTimeout):
                await caller.get(URL, timeout=timeout(connect=0.1, pool=0))
            assert host.still_open == []
    assert len(host.sockets) >= 2


async def test_where_all_refuse_each_reason_is_told_once(caller: Caller, host: Host) -> None:
    host.has("refusing refusing unreachable refusing")
    error = await caller.fail(URL)
    assert type(error) is httpx.ConnectError
    assert str(error).count("refused") == str(error).count("unreachable") == 1
    assert isinstance(error.__cause__, OSError)
    assert len(host.sockets) == 4


async def test_a_name_without_an_address_is_a_connect_error(caller: Caller, host: Host) -> None:
    error = await caller.fail(URL)
    assert (type(error), str(error)) == (httpx.ConnectError, "some.test has no address")


async def test_an_address_is_looked_up_nowhere(
    caller: Caller, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = socket.getaddrinfo

    def getaddrinfo(*args: Any, **options: Any) -> Any:
        assert options["flags"] & socket.AI_NUMERICHOST
        return known(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    await caller.ask(server)


async def test_closing_the_client_ends_the_connecting(caller: Caller, host: Host) -> None:
    host.has("silent silent")

    async def close() -> None:
        while not host.sockets:
            await anyio.lowlevel.checkpoint()
        await caller.close()

    with anyio.fail_after(ENOUGH / 2):
        assert isinstance(await beside(close, caller.fail(URL)), httpx.NetworkError)


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
async def test_a_client_that_closes_as_a_name_is_looked_up_connects_nowhere(
    caller: Caller, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.has("server")
    asked, go_on = threading.Event(), threading.Event()
    known = socket.getaddrinfo

    def getaddrinfo(*args: Any, **options: Any) -> Any:
        addresses = known(*args, **options)
        asked.set()
        assert go_on.wait(ENOUGH)
        return addresses

    async def close() -> None:
        await anyio.to_thread.run_sync(asked.wait, ENOUGH)
        await caller.close()
        go_on.set()

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert isinstance(await beside(close, caller.fail(URL)), httpx.NetworkError)
    assert host.sockets == []


@pytest.mark.parametrize(
    ("kind", "by"), [("asyncio", cancelled_by_scope), ("asyncio", cancelled_by_task), ("trio", cancelled_by_scope)]
)
async def test_cancelled_at_any_point_the_connecting_leaves_nothing_open(kind: str, by: Any, host: Host) -> None:
    host.has("silent refusing server silent", delay=0.01)
    async with Caller(kind, limits=limits(1, 0)) as caller:

        async def nothing_is_left(_: int) -> None:
            assert host.still_open == []

        points = await walk(by, lambda: caller.get(URL, timeout=timeout(pool=0)), nothing_is_left)
    assert points >= 4
    assert len(host.sockets) > points


def test_interrupted_at_any_line_the_connecting_leaves_nothing_open(host: Host, tls_server: WireServer) -> None:
    host.places["server"] = ("127.0.0.1", tls_server.port)
    host.has("silent refusing server silent", delay=0.001)
    options: dict[str, Any] = {"headers": {"connection": "close"}, "timeout": timeout(pool=0), "verify": False}
    count, reached = 0, True
    with DefaultHttpxClient(trust_env=False, limits=limits(1), **options) as client:
        client.get(URL.replace("http", "https"))  # what is imported on the first call is not what this is about
        while reached:
            count += 1
            reached = interrupted_at(count, lambda: client.get(URL.replace("http", "https")))
            gc.collect(1)  # a response that httpx had already, and dropped; a socket that was left open says so
            assert host.still_open == [], count
            host.sockets.clear()
    assert count > 50
