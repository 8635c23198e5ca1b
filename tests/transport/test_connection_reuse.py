"""Which connections carry another request, and which are closed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo
from tests.transport.parts import OK, Caller, connections, in_turn, limits, socket_of, until_something_came

if TYPE_CHECKING:
    from tests.transport.listener import Listener

pytestmark = pytest.mark.anyio
BODY = b'{"id": "m"}'


async def open_at_once(caller: Caller, server: WireServer, count: int) -> None:
    """Use so many connections at the same time; afterwards they are idle, the first one longest."""
    responses = [await caller.open(server.base_url + "/models/m") for _ in range(count)]
    for response in responses:
        await caller.read(response)


async def test_each_origin_has_a_connection_of_its_own(kind: str, server: WireServer) -> None:
    with WireServer() as other:
        async with Caller(kind) as caller:
            for origin in (server, other, server, other):
                await caller.ask(origin)
        assert connections(server) == connections(other) == [1, 1]


async def test_the_connection_that_was_used_last_is_used_next(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await open_at_once(caller, server, 3)
        await caller.ask(server, 2)
        await open_at_once(caller, server, 3)
    assert connections(server) == [1, 2, 3, 3, 3, 3, 2, 1]


async def test_a_connection_that_has_been_idle_for_too_long_is_not_used_again(
    kind: str, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic
    async with Caller(kind, limits=limits(expiry=60)) as caller:
        for passed in (0, 59, 59 + 61):
            monkeypatch.setattr(time, "monotonic", lambda passed=passed: now() + passed)
            await caller.ask(server)
        server.wait_for_open(1)
    assert connections(server) == [1, 1, 2]


async def test_a_connection_that_may_not_be_idle_at_all_is_closed_after_its_request(
    kind: str, server: WireServer
) -> None:
    async with Caller(kind, limits=limits(expiry=0.0)) as caller:
        for _ in range(2):
            await caller.ask(server)
            server.wait_for_open(0)


@in_turn("most", {"none": 0, "one": 1, "two": 2})
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
            await caller.ask(server)
            await caller.ask(other)
            server.wait_for_open(0)
            await caller.ask(other)
        assert connections(other) == [1, 1]


@in_turn("method", {"GET": "GET", "POST": "POST", "DELETE": "DELETE"})
async def test_a_connection_that_the_server_closed_as_it_was_idle_is_not_used_again(
    kind: str, server: WireServer, method: str
) -> None:
    server.reply = lambda head: Reply(echo(head).pieces, close=True)
    async with Caller(kind) as caller:
        for _ in range(3):
            assert (await caller.get(server.base_url + "/models/m", method)).json()["id"] == "m"
            server.wait_for_open(0)
    assert connections(server) == [1, 2, 3]


LAST = {
    "connection-close": Reply((answer(BODY, headers="connection: close\r\n"),)),
    "http-1.0": Reply((b"HTTP/1.0 200 OK\r\ncontent-length: 11\r\nconnection: keep-alive\r\n\r\n" + BODY,)),
    "no-length": Reply((b"HTTP/1.1 200 OK\r\n\r\n" + BODY,), close=True),
    # What a server sends behind a response is not read as the next one.
    "another-response": Reply((answer(BODY) + answer(b'{"id": "no"}'),)),
    "a-line-break": Reply((answer(BODY) + b"\r\n",)),
    "a-body-of-204": Reply((b"HTTP/1.1 204 No Content\r\ncontent-length: 11\r\n\r\n" + BODY,)),
    "behind-the-last-chunk": Reply(
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n" + BODY + b"\r\n0\r\n\r\nHTTP/1.1 200",)
    ),
}


@in_turn("reply", LAST)
async def test_after_such_a_response_the_connection_is_closed(kind: str, server: WireServer, reply: Reply) -> None:
    server.reply = lambda _: reply
    async with Caller(kind) as caller:
        assert (await caller.get(server.base_url)).content in {BODY, b""}
        server.wait_for_open(0)
        server.reply = echo
        await caller.ask(server)
    assert connections(server) == [1, 2]


async def test_a_connection_of_which_the_request_says_so_is_closed(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url + "/models/m", headers={"connection": "close"})
        server.wait_for_open(0)


async def test_what_comes_on_an_idle_connection_is_not_read_as_a_response(kind: str, listener: Listener) -> None:
    async with Caller(kind) as caller:
        first, peer = await listener.open(caller, OK)
        sock = socket_of(first)
        await caller.read(first)
        await peer.send(OK.replace(b"ok", b"no"))
        until_something_came(sock)
        second, _ = await listener.open(caller, OK)  # accepts another connection
        assert await caller.read(second) == b"ok"
        await peer.until_hung_up()


@in_turn("missing", {"nothing-read": 11, "half-read": 5})
async def test_the_connection_of_a_response_that_is_closed_unread_is_closed(
    kind: str, server: WireServer, missing: int
) -> None:
    server.reply = lambda _: Reply((answer(BODY)[:-missing], BODY), held=1)
    async with Caller(kind) as caller:
        await caller.leave(await caller.open(server.base_url))
        server.wait_for_open(0)
        server.reply = echo
        await caller.ask(server)
    assert connections(server) == [1, 2]
