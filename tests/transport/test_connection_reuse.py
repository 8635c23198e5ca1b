"""Which connections carry another request, and which are closed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, answer, echo
from tests.transport.parts import OK, Caller, Listener, limits, socket_of, until_something_came

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.anyio
BODY = b'{"id": "m"}'


def connections(server: WireServer) -> list[int]:
    return [head.connection for head in server.heads]


async def ask(caller: Caller, server: WireServer, count: int = 1) -> None:
    """Ask for models one after the other, and look whether each answer is its own."""
    for turn in range(count):
        assert (await caller.get(f"{server.base_url}/models/m{turn}")).json()["id"] == f"m{turn}"


async def open_at_once(caller: Caller, server: WireServer, count: int) -> None:
    """Use so many connections at the same time; afterwards they are idle, the first one longest."""
    responses = [await caller.open(server.base_url + "/models/m") for _ in range(count)]
    for response in responses:
        await caller.read(response)


async def test_requests_one_after_the_other_share_a_connection(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await ask(caller, server, 3)
    assert connections(server) == [1, 1, 1]


async def test_each_origin_has_a_connection_of_its_own(kind: str, server: WireServer) -> None:
    with WireServer() as other:
        async with Caller(kind) as caller:
            for origin in (server, other, server, other):
                await ask(caller, origin)
        assert connections(server) == connections(other) == [1, 1]


async def test_the_connection_that_was_used_last_is_used_next(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await open_at_once(caller, server, 3)
        await ask(caller, server, 2)
        await open_at_once(caller, server, 3)
    assert connections(server) == [1, 2, 3, 3, 3, 3, 2, 1]


async def test_a_connection_that_may_not_be_idle_at_all_is_closed_after_its_request(
    kind: str, server: WireServer
) -> None:
    async with Caller(kind, limits=limits(expiry=0.0)) as caller:
        for _ in range(3):
            await ask(caller, server)
            server.wait_for_open(0)
    assert connections(server) == [1, 2, 3]


async def test_a_connection_that_has_been_idle_for_too_long_is_not_used_again(
    kind: str, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic
    async with Caller(kind, limits=limits(expiry=60)) as caller:
        await ask(caller, server)
        monkeypatch.setattr(time, "monotonic", lambda: now() + 59)
        await ask(caller, server)
        monkeypatch.setattr(time, "monotonic", lambda: now() + 59 + 61)
        await ask(caller, server)
        server.wait_for_open(1)
    assert connections(server) == [1, 1, 2]


@pytest.mark.parametrize("most", [0, 1, 2])
async def test_no_more_connections_stay_idle_than_may(kind: str, server: WireServer, most: int) -> None:
    async with Caller(kind, limits=limits(idle=most)) as caller:
        await open_at_once(caller, server, 4)
        server.wait_for_open(most)
        server.forget()
        await open_at_once(caller, server, 4)
    # Those that were used last are still there.
    assert connections(server) == [*range(4, 4 - most, -1), *range(5, 9 - most)]


async def test_of_all_origins_together_no_more_stay_idle_than_may(kind: str, server: WireServer) -> None:
    with WireServer() as other:
        async with Caller(kind, limits=limits(idle=1)) as caller:
            await ask(caller, server)
            await ask(caller, other)
            server.wait_for_open(0)
            await ask(caller, other)
        assert connections(other) == [1, 1]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_connection_that_the_server_closed_as_it_was_idle_is_not_used_again(
    kind: str, server: WireServer, method: str
) -> None:
    server.reply = lambda head: Reply(echo(head).pieces, close=True)
    async with Caller(kind) as caller:
        for _ in range(3):
            assert (await caller.get(server.base_url + "/models/m", method)).json()["id"] == "m"
            server.wait_for_open(0)
    assert connections(server) == [1, 2, 3]


def said(_: Head) -> Reply:
    return Reply((answer(BODY, headers="connection: close\r\n"),))


def old(_: Head) -> Reply:
    return Reply((b"HTTP/1.0 200 OK\r\ncontent-length: 11\r\nconnection: keep-alive\r\n\r\n" + BODY,))


def without_length(_: Head) -> Reply:
    return Reply((b"HTTP/1.1 200 OK\r\n\r\n" + BODY,), close=True)


@pytest.mark.parametrize("reply", [said, old, without_length])
async def test_a_connection_that_the_server_will_close_is_closed(
    kind: str, server: WireServer, reply: Callable[[Head], Reply]
) -> None:
    server.reply = reply
    async with Caller(kind) as caller:
        for _ in range(2):
            assert (await caller.get(server.base_url)).json() == {"id": "m"}
            server.wait_for_open(0)
    assert connections(server) == [1, 2]


async def test_a_connection_of_which_the_request_says_so_is_closed(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url + "/models/m", headers={"connection": "close"})
        server.wait_for_open(0)


BEHIND = {
    "another answer": answer(BODY) + answer(b'{"id": "no"}'),
    "a line break": answer(BODY) + b"\r\n",
    "the body of a 204": b"HTTP/1.1 204 No Content\r\ncontent-length: 11\r\n\r\n" + BODY,
    "behind the last chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200",
}


@pytest.mark.parametrize("data", BEHIND.values(), ids=BEHIND)
async def test_what_comes_behind_an_answer_is_not_read_as_the_next_one(
    kind: str, server: WireServer, data: bytes
) -> None:
    server.reply = lambda _: Reply((data,))
    async with Caller(kind) as caller:
        await caller.get(server.base_url)
        server.wait_for_open(0)
        server.reply = echo
        await ask(caller, server)
    assert connections(server) == [1, 2]


async def test_what_comes_on_an_idle_connection_is_not_read_as_an_answer(kind: str, listener: Listener) -> None:
    async with Caller(kind) as caller:
        first, peer = await listener.open(caller, OK)
        sock = socket_of(first)
        await caller.read(first)
        await peer.send(OK.replace(b"ok", b"no"))
        until_something_came(sock)
        second, _ = await listener.open(caller, OK)  # accepts another connection
        assert await caller.read(second) == b"ok"
        await peer.until_hung_up()


@pytest.mark.parametrize("sent", ["nothing of", "half of"])
async def test_the_connection_of_a_response_that_is_closed_unread_is_closed(
    kind: str, server: WireServer, sent: str
) -> None:
    server.reply = lambda _: Reply((answer(BODY)[: -5 if sent == "half of" else -11], BODY), held=1)
    async with Caller(kind) as caller:
        await caller.leave(await caller.open(server.base_url))
        server.wait_for_open(0)
        server.reply = echo
        await ask(caller, server)
    assert connections(server) == [1, 2]
