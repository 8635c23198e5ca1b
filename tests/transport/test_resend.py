"""A request that met a connection which its server had just closed is sent again, once and where that does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, echo
from tests.transport.parts import (
    CUT_OFF,
    OK,
    Caller,
    beside,
    connections,
    hanging_up,
    held,
    in_turn,
    into,
    limits,
    queue,
    timeout,
)

if TYPE_CHECKING:
    from tests.transport.listener import Listener

pytestmark = pytest.mark.anyio


def serving_once(head: Head) -> Reply:
    """Hang up at the second request on a connection, which is every other one here."""
    return hanging_up(head) if head.turn % 2 else echo(head)


async def test_a_get_is_sent_again_at_once_on_a_new_connection(kind: str, server: WireServer) -> None:
    server.reply = serving_once
    async with Caller(kind, limits=limits(1)) as caller:
        await caller.ask(server, 3)
    assert connections(server) == [1, 1, 2, 2, 3]


async def test_it_is_no_retry(kind: str, server: WireServer) -> None:
    server.reply = serving_once
    async with Caller(kind) as caller:
        for turn in range(3):
            assert await caller.retrieve(server.base_url, f"m{turn}", max_retries=0) == f"m{turn}"
    assert {dict(head.headers)["x-stainless-retry-count"] for head in server.heads} == {"0"}
    assert len(server.heads) == 5


async def test_a_reset_counts_as_hanging_up(kind: str, listener: Listener) -> None:
    async with Caller(kind) as caller:
        first, peer = await listener.open(caller, OK)
        await caller.read(first)

        async def reset_and_serve() -> None:
            await peer.head()
            peer.reset()
            other = await listener.accept()
            await other.head()
            await other.send(OK)

        assert (await beside(reset_and_serve, caller.get(listener.url))).content == b"ok"


async def test_it_is_sent_again_once_only(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.reply = hanging_up
        with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
            await caller.get(server.base_url)
    assert connections(server) == [1, 1, 2]


async def test_where_several_idle_connections_are_gone_it_is_sent_again_once(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        for response in [await caller.open(server.base_url) for _ in range(3)]:
            await caller.read(response)
        server.forget()
        server.reply = lambda head: hanging_up(head) if head.connection <= 3 else echo(head)
        assert (await caller.get(server.base_url + "/models/m")).json()["id"] == "m"
    assert connections(server) == [3, 4]


EFFECTS = {method: (method, b"") for method in ("DELETE", "POST", "PUT", "PATCH", "HEAD", "OPTIONS")}
EFFECTS |= {"GET-with-body": ("GET", b"body"), "POST-with-body": ("POST", b"body")}


@in_turn("sent", EFFECTS)
async def test_what_may_have_an_effect_is_not_sent_again(
    kind: str, server: WireServer, sent: tuple[str, bytes]
) -> None:
    method, content = sent
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.reply = hanging_up
        with pytest.raises(CUT_OFF):
            await caller.get(server.base_url, method, content=content or None)
    assert connections(server) == [1, 1]


PARTS = {
    "a-byte": b"H",
    "half-a-head": b"HTTP/1.1 200 OK\r\n",
    "half-a-body": OK[:-1],
    "an-early-hint": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "no-HTTP": b"no HTTP\r\n\r\n",
    "a-line-break": b"\r\n",
}


@in_turn("part", PARTS)
async def test_after_a_part_of_an_answer_it_is_not_sent_again(kind: str, server: WireServer, part: bytes) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.reply = lambda _: Reply((part,), close=True)
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
        server.reply = held
        with pytest.raises(httpx.ReadTimeout):
            await caller.get(server.base_url, timeout=timeout(read=0.05))
    assert connections(server) == [1, 1]


async def test_after_our_own_close_it_is_not_sent_again(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.reply = held

        async def close() -> None:
            await anyio.to_thread.run_sync(server.wait_for_requests, 2)
            await caller.close()

        assert isinstance(await beside(close, caller.get(server.base_url)), CUT_OFF)
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
    came = [(head.model, head.connection) for head in server.heads[1:]]
    assert came == [("dropped", 1), ("waits", 2), ("dropped", 3)]
