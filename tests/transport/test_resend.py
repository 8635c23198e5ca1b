"""A request that met a connection which its server had just closed is sent again, once and where that does no harm."""

from typing import Any, Final

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, echo
from tests.transport.listener import Listener
from tests.transport.parts import CUT_OFF, OK, Caller, beside, connections, hanging_up, held, in_turn, into, timeout

pytestmark = pytest.mark.anyio


def serving_once(head: Head) -> Reply:
    """Hang up at the second request on a connection, which is every other one here."""
    return hanging_up(head) if head.turn % 2 else echo(head)


async def test_a_get_is_sent_again_at_once_on_a_new_connection(one: Caller, server: WireServer) -> None:
    server.reply = serving_once
    await one.ask(server, 3)
    assert connections(server) == [1, 1, 2, 2, 3]


async def test_it_is_no_retry(caller: Caller, server: WireServer) -> None:
    server.reply = serving_once
    for turn in range(3):
        assert await caller.retrieve(server.base_url, f"m{turn}", max_retries=0) == f"m{turn}"
    assert {dict(head.headers)["x-stainless-retry-count"] for head in server.heads} == {"0"}
    assert len(server.heads) == 5


async def test_a_reset_counts_as_hanging_up(caller: Caller, listener: Listener) -> None:
    first, peer = await listener.open(caller, OK)
    await caller.read(first)

    async def reset_and_serve() -> None:
        await peer.head()
        peer.reset()
        other = await listener.accept()
        await other.head()
        await other.send(OK)

    assert (await beside(reset_and_serve, caller.get(listener.url))).content == b"ok"


async def test_it_is_sent_again_once_only(caller: Caller, server: WireServer) -> None:
    await caller.ask(server)
    server.reply = hanging_up
    assert "disconnected" in str(await caller.fail(server.base_url))
    assert connections(server) == [1, 1, 2]


async def test_where_several_idle_connections_are_gone_it_is_sent_again_once(
    caller: Caller, server: WireServer
) -> None:
    for response in [await caller.open(server.base_url) for _ in range(3)]:
        await caller.read(response)
    server.reply = lambda head: hanging_up(head) if head.connection <= 3 else echo(head)
    await caller.ask(server)
    assert connections(server) == [1, 2, 3, 3, 4]


NOT_AGAIN: Final[dict[str, tuple[str, bytes | None, bytes]]] = {
    **{method: (method, None, b"") for method in ("DELETE", "POST", "PUT", "PATCH", "HEAD", "OPTIONS")},
    "GET-with-body": ("GET", b"body", b""),
    "POST-with-body": ("POST", b"body", b""),
    "after-a-byte": ("GET", None, b"H"),
    "after-half-a-head": ("GET", None, b"HTTP/1.1 200 OK\r\n"),
    "after-half-a-body": ("GET", None, OK[:-1]),
    "after-an-early-hint": ("GET", None, b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "after-no-HTTP": ("GET", None, b"no HTTP\r\n\r\n"),
    "after-a-line-break": ("GET", None, b"\r\n"),
}


@in_turn("case", NOT_AGAIN)
async def test_what_may_have_an_effect_or_has_begun_to_be_answered_is_not_sent_again(
    caller: Caller, server: WireServer, case: tuple[str, bytes | None, bytes]
) -> None:
    method, content, part = case
    await caller.ask(server)
    server.reply = lambda _: Reply((part,), close=True)
    assert isinstance(await caller.fail(server.base_url, method, content=content), CUT_OFF)
    assert connections(server) == [1, 1]


async def test_on_a_fresh_connection_it_is_not_sent_again(caller: Caller, server: WireServer) -> None:
    server.reply = hanging_up
    assert isinstance(await caller.fail(server.base_url), CUT_OFF)
    assert connections(server) == [1]


async def test_after_a_timeout_it_is_not_sent_again(caller: Caller, server: WireServer) -> None:
    await caller.ask(server)
    server.reply = held
    assert type(await caller.fail(server.base_url, timeout=timeout(read=0.05))) is httpx.ReadTimeout
    assert connections(server) == [1, 1]


async def test_after_our_own_close_it_is_not_sent_again(caller: Caller, server: WireServer) -> None:
    await caller.ask(server)
    server.reply = held

    async def close() -> None:
        await anyio.to_thread.run_sync(server.wait_for_requests, 2)
        await caller.close()

    assert isinstance(await beside(close, caller.fail(server.base_url)), CUT_OFF)
    assert connections(server) == [1, 1]


async def test_it_waits_its_turn_behind_those_who_were_there_first(one: Caller, server: WireServer) -> None:
    outcomes: list[Any] = []
    await one.ask(server)
    server.reply = lambda head: Reply((), close=True, held=0) if head.connection == 1 else echo(head)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(into, outcomes, one.get(server.base_url + "/models/dropped"))
        await anyio.to_thread.run_sync(server.wait_for_requests, 2)
        await one.queue(tasks, outcomes, server.base_url + "/models/waits")
        server.release()
    assert {response.json()["id"] for response in outcomes} == {"dropped", "waits"}
    came = [(head.model, head.connection) for head in server.heads[1:]]
    assert came == [("dropped", 1), ("waits", 2), ("dropped", 3)]
