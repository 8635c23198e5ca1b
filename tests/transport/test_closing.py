"""What the end of a client ends: requests that wait, connect, and read, in whichever thread."""

import asyncio
import contextlib
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, echo
from tests.transport.listener import Listener
from tests.transport.parts import CUT_OFF, ENOUGH, OK, Caller, beside, collect_garbage, limits, socket_of

pytestmark = pytest.mark.anyio
# Far less than it would take without the close.
SOON = ENOUGH / 2


async def test_closing_a_client_ends_the_wait_for_a_connection(one: Caller, server: WireServer) -> None:
    outcomes: list[Any] = []
    holding = await one.open(server.base_url)
    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                await one.queue(tasks, outcomes, server.base_url)
            await one.close()
    told = [(type(outcome), str(outcome)) for outcome in outcomes]
    assert told == [(httpx.NetworkError, "the client was closed")] * 3
    await one.leave(holding)


async def test_closing_a_client_ends_the_reading_of_a_body(caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    response = await caller.open(server.base_url)
    with anyio.fail_after(SOON):
        assert isinstance(await beside(caller.close, caller.read(response)), CUT_OFF)


async def test_closing_a_client_closes_the_connection_of_a_response_in_use(caller: Caller, server: WireServer) -> None:
    response = await caller.open(server.base_url)
    await caller.close()
    server.wait_for_open(0)
    with contextlib.suppress(httpx.TransportError):  # what had come by then can be read
        await caller.read(response)
    await caller.leave(response)


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
async def test_a_cancelled_read_closes_its_connection(kind: str, caller: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-1], b"k"), held=1)
    response = await caller.open(server.base_url)
    with anyio.move_on_after(0):
        await caller.read(response)
    server.wait_for_open(0)


async def test_closing_a_client_ends_the_handshake(caller: Caller, listener: Listener) -> None:
    async def close() -> None:
        peer = await listener.accept()
        assert await anyio.to_thread.run_sync(peer.sock.recv, 1) == b"\x16"  # it has said hello
        await caller.close()
        await peer.until_hung_up()

    with anyio.fail_after(SOON):
        assert isinstance(await beside(close, caller.fail(listener.https_url)), httpx.NetworkError)


@pytest.mark.parametrize("used", [False, True], ids=["first request", "later request"])
async def test_a_client_that_closes_as_its_request_begins_sends_nothing(
    caller: Caller, server: WireServer, *, used: bool
) -> None:
    if used:
        await caller.get(server.base_url)
        server.forget()

    async def close_async(_: object) -> None:
        await caller.http.aclose()

    def close(_: object) -> None:
        caller.http.close()

    caller.http.event_hooks = {"request": [close_async if caller.is_async else close]}
    with pytest.raises(httpx.NetworkError, match="the client was closed"):
        await caller.get(server.base_url)
    server.wait_for_open(0)
    assert server.heads == []


async def test_a_response_that_is_dropped_unread_leaves_nothing_open(kind: str) -> None:
    with WireServer(lambda head: Reply((*echo(head).pieces, b""), held=1), tls=kind != "trio") as server:
        async with Caller(kind, verify=False) as caller:
            response = [await caller.open(server.base_url)]
            response.clear()
            await collect_garbage()
            server.wait_for_open(0)


async def test_a_client_that_is_dropped_leaves_nothing_open_whatever_the_collector_begins_with(
    kind: str, server: WireServer
) -> None:
    caller = Caller(kind)
    response = await caller.open(server.base_url)
    sock = socket_of(response)
    await caller.read(response)
    holder = [caller]
    del caller, response
    # Of these, the collector finds the socket before the connection that holds it, and keeps that order.
    await collect_garbage()
    del holder, sock
    await collect_garbage()  # a socket that nobody closed says so
    server.wait_for_open(0)


async def leave_a_queued_call_behind(caller: Caller, server: WireServer) -> httpx.Response:
    """Let a call wait for a connection, and return the response that holds it."""
    response = await caller.open(server.base_url)
    call = asyncio.get_running_loop().create_task(caller.get(server.base_url))
    call._log_destroy_pending = False  # type: ignore[attr-defined]  # which is what this is about
    await anyio.wait_all_tasks_blocked()
    return response


@pytest.mark.parametrize("then", ["another call", "the end"])
def test_who_waits_in_an_event_loop_that_has_ended_holds_up_nobody(server: WireServer, then: str) -> None:
    caller = Caller("asyncio", limits=limits(1), timeout=5)

    async def get(holding: httpx.Response) -> None:
        await holding.aclose()
        assert (await caller.get(server.base_url)).is_success

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        holding = loop.run_until_complete(leave_a_queued_call_behind(caller, server))
    if then == "another call":
        asyncio.run(get(holding))
    asyncio.run(caller.close())
