"""A request that met a connection which its server had just closed is sent again, once and where that does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, answer, echo, model_json
from tests.transport.parts import OK, Caller, into, limits, queue

if TYPE_CHECKING:
    from tests.transport.parts import Listener

pytestmark = pytest.mark.anyio
CUT_OFF = (httpx.NetworkError, httpx.RemoteProtocolError)


class ServingOnce:
    """Answers the first request on each connection, and hangs up at the second one.

    Args:
        pieces: What it sends before it hangs up.
    """

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self._served: set[int] = set()

    def __call__(self, head: Head) -> Reply:
        if head.connection in self._served:
            return Reply(self._pieces, close=True)
        self._served.add(head.connection)
        return echo(head)


def hanging_up(_: Head) -> Reply:
    return Reply((), close=True)


def connections(server: WireServer) -> list[int]:
    return [head.connection for head in server.heads]


async def test_a_get_is_sent_again_at_once_on_a_new_connection(kind: str, server: WireServer) -> None:
    server.reply = ServingOnce()
    async with Caller(kind, limits=limits(1)) as caller:
        for turn in range(3):
            assert (await caller.get(f"{server.base_url}/models/m{turn}")).json()["id"] == f"m{turn}"
    assert connections(server) == [1, 1, 2, 2, 3]


async def test_it_is_no_retry(kind: str, server: WireServer) -> None:
    server.reply = ServingOnce()
    async with Caller(kind) as caller:
        for turn in range(3):
            assert await caller.retrieve(server.base_url, f"m{turn}", max_retries=0) == f"m{turn}"
    assert {dict(head.headers)["x-stainless-retry-count"] for head in server.heads} == {"0"}
    assert len(server.heads) == 5


async def test_a_reset_counts_as_hanging_up(kind: str, listener: Listener) -> None:
    outcomes: list[Any] = []
    async with Caller(kind) as caller:
        first, peer = await listener.open(caller, OK)
        await caller.read(first)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(into, outcomes, caller.get(listener.url))
            await peer.head()
            peer.reset()
            other = await listener.accept()
            await other.head()
            await other.send(OK)
        assert outcomes[0].content == b"ok"


@pytest.mark.parametrize("through", ["httpx", "the facade"])
async def test_it_is_sent_again_once_only(kind: str, server: WireServer, through: str) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.forget()
        server.reply = hanging_up
        with pytest.raises(Exception, match="Connection error" if through == "the facade" else "disconnected"):
            await (caller.get(server.base_url) if through == "httpx" else caller.retrieve(server.base_url, "m"))
    assert connections(server) == [1, 2]


async def test_where_several_idle_connections_are_gone_it_is_sent_again_once(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        for response in [await caller.open(server.base_url) for _ in range(3)]:
            await caller.read(response)
        server.forget()
        server.reply = lambda head: hanging_up(head) if head.connection <= 3 else echo(head)
        assert (await caller.get(server.base_url + "/models/m")).json()["id"] == "m"
    assert connections(server) == [3, 4]


@pytest.mark.parametrize(
    ("method", "content"),
    [("DELETE", b""), ("POST", b""), ("PUT", b""), ("PATCH", b""), ("HEAD", b""), ("OPTIONS", b""), ("GET", b"body"), ("POST", b"body")],
)  # fmt: skip
async def test_what_may_have_an_effect_is_not_sent_again(
    kind: str, server: WireServer, method: str, content: bytes
) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.forget()
        server.reply = hanging_up
        with pytest.raises(CUT_OFF):
            await caller.get(server.base_url, method, **({"content": content} if content else {}))
    assert [(head.method, head.connection) for head in server.heads] == [(method, 1)]


@pytest.mark.parametrize(
    "pieces",
    [
        (b"H",),
        (b"HTTP/1.1 200 OK\r\n",),
        (OK[:-1],),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n",),
        (b"no HTTP\r\n\r\n",),
        (b"\r\n",),
    ],
    ids=["a byte", "half a head", "half a body", "an early hint", "no HTTP", "a line break"],
)
async def test_after_a_part_of_an_answer_it_is_not_sent_again(
    kind: str, server: WireServer, pieces: tuple[bytes, ...]
) -> None:
    server.reply = ServingOnce(*pieces)
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        with pytest.raises(CUT_OFF):
            await caller.get(server.base_url)
    assert connections(server) == [1, 1]


async def test_on_a_fresh_connection_it_is_not_sent_again(kind: str, server: WireServer) -> None:
    server.reply = hanging_up
    async with Caller(kind) as caller:
        with pytest.raises(CUT_OFF):
            await caller.get(server.base_url)
    assert connections(server) == [1]


async def test_after_a_timeout_it_is_not_sent_again(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.reply = lambda _: Reply((OK,), held=0)
        with pytest.raises(httpx.ReadTimeout):
            await caller.get(server.base_url, timeout=httpx.Timeout(20, read=0.05))
    assert connections(server) == [1, 1]


async def test_after_our_own_close_it_is_not_sent_again(kind: str, server: WireServer) -> None:
    outcomes: list[Any] = []
    async with Caller(kind) as caller, anyio.create_task_group() as tasks:
        await caller.get(server.base_url)
        server.reply = lambda head: Reply((answer(model_json(head.model)),), held=0)
        tasks.start_soon(into, outcomes, caller.get(server.base_url))
        await anyio.to_thread.run_sync(server.wait_for_requests, 2)
        await caller.close()
    assert isinstance(outcomes[0], CUT_OFF)
    assert connections(server) == [1, 1]


async def test_it_waits_its_turn_behind_those_who_were_there_first(kind: str, server: WireServer) -> None:
    outcomes: list[Any] = []
    async with Caller(kind, limits=limits(1)) as caller:
        await caller.get(server.base_url)
        server.reply = lambda head: Reply((), close=True, held=0) if head.connection == 1 else echo(head)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(into, outcomes, caller.get(server.base_url + "/models/dropped"))
            await anyio.to_thread.run_sync(server.wait_for_requests, 2)
            await queue(tasks, outcomes, caller, server.base_url + "/models/waits")
            server.release()
    assert {response.json()["id"] for response in outcomes} == {"dropped", "waits"}
    assert [(head.model, head.connection) for head in server.heads[1:]] == [
        ("dropped", 1),
        ("waits", 2),
        ("dropped", 3),
    ]
