"""What comes of an answer, and which connections carry another request."""

import time
from typing import Any, Final, NamedTuple

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo
from tests.transport.listener import Listener
from tests.transport.parts import OK, Caller, connections, in_turn, limits, socket_of, until_something_came

pytestmark = pytest.mark.anyio


class Case(NamedTuple):
    """What a server sends, its end of the connection too or not, and what comes of it: a body, or a protocol error."""

    data: bytes
    body: bytes | None = b"ok"
    closes: bool = False
    method: str = "GET"


CHUNKED: Final = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
HINTS: Final = b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 50
REUSED: Final = {
    "length": Case(OK),
    "HEAD": Case(OK[:-2], b"", method="HEAD"),
    "204": Case(b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "304": Case(b"HTTP/1.1 304 Not Modified\r\n\r\n", b""),
    "chunks": Case(CHUNKED + b"1\r\no\r\n1;x=y\r\nk\r\n0\r\ntrailer: x\r\n\r\n"),
    "hints": Case(HINTS + OK),
}
CLOSED: Final = {
    "connection-close": Case(answer(b"ok", headers="connection: close\r\n")),
    "http-1.0": Case(b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok"),
    "no-length": Case(b"HTTP/1.1 200 OK\r\n\r\nok", closes=True),
    "closed-while-idle": Case(OK, closes=True),
    "closed-after-a-DELETE": Case(OK, closes=True, method="DELETE"),
    "closed-after-a-POST": Case(OK, closes=True, method="POST"),
    # What a server sends behind a response is not read as the next one.
    "another-response": Case(OK + answer(b"no")),
    "a-line-break": Case(OK + b"\r\n"),
    "a-body-of-204": Case(b"HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok", b""),
    "behind-the-last-chunk": Case(CHUNKED + b"2\r\nok\r\n0\r\n\r\nHTTP/1.1 200"),
    "no-HTTP": Case(b"no HTTP at all\r\n\r\n", None),
    "half-a-head": Case(OK[:20], None, closes=True),
    "half-a-body": Case(OK[:-1], None, closes=True),
    "half-a-chunk": Case(CHUNKED + b"9\r\nok", None, closes=True),
    "no-last-chunk": Case(CHUNKED + b"2\r\nok\r\n", None, closes=True),
    "a-chunk-of-no-size": Case(CHUNKED + b"xyz\r\nok\r\n0\r\n\r\n", None),
    "two-lengths": Case(OK.replace(b"\r\n\r\n", b"\r\ncontent-length: 3\r\n\r\n"), None),
    "a-length-that-is-none": Case(OK.replace(b": 2", b": two"), None),
    "a-header-without-a-name": Case(b"HTTP/1.1 200 OK\r\n: value\r\n\r\n", None),
    "an-endless-head": Case(b"HTTP/1.1 200 OK\r\nname: " + b"x" * 200_000, None),
    "another-protocol": Case(b"HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n", None),
}


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@in_turn("case", REUSED | CLOSED)
async def test_what_comes_of_an_answer_and_of_its_connection(caller: Caller, case: Case, *, tls: bool) -> None:
    with WireServer(lambda _: Reply((case.data,), close=case.closes), tls=tls) as server:
        if case.body is None:
            error = await caller.fail(server.base_url, case.method)
            assert type(error) is httpx.RemoteProtocolError
        else:
            response = await caller.get(server.base_url, case.method)
            assert (response.content, "link" in response.headers) == (case.body, False)
        is_closed = case in CLOSED.values()
        server.wait_for_open(0 if is_closed else 1)
        server.reply = echo
        await caller.ask(server)
        assert connections(server) == [1, 2 if is_closed else 1]
        await caller.close()
        server.wait_for_open(0)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
async def test_what_comes_on_an_idle_connection_is_not_read_as_a_response(
    caller: Caller, listener: Listener, *, tls: bool
) -> None:
    first, peer = await listener.open(caller, OK, tls=tls)
    sock = socket_of(first)
    await caller.read(first)
    await peer.send(OK.replace(b"ok", b"no"))
    until_something_came(sock)
    second, _ = await listener.open(caller, OK, tls=tls)  # accepts another connection
    assert await caller.read(second) == b"ok"
    await peer.until_hung_up()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@in_turn("missing", {"nothing-read": 2, "half-read": 1, "all-came": 0})
async def test_the_connection_of_a_response_that_is_closed_unread_is_closed(
    caller: Caller, missing: int, *, tls: bool
) -> None:
    with WireServer(lambda _: Reply((OK[: len(OK) - missing], b""), held=1), tls=tls) as server:
        await caller.leave(await caller.open(server.base_url))
        server.wait_for_open(0)
        server.reply = echo
        await caller.ask(server)
        await caller.close()


async def test_a_connection_of_which_the_request_says_so_is_closed(caller: Caller, server: WireServer) -> None:
    await caller.get(server.base_url + "/models/m", headers={"connection": "close"})
    server.wait_for_open(0)


async def test_each_origin_has_a_connection_of_its_own(caller: Caller, server: WireServer) -> None:
    with WireServer() as other:
        for origin in (server, other, server, other):
            await caller.ask(origin)
        assert connections(server) == connections(other) == [1, 1]
        await caller.close()


async def open_at_once(caller: Caller, server: WireServer, count: int) -> None:
    """Use so many connections at the same time; afterwards they are idle, the first one longest."""
    for response in [await caller.open(server.base_url) for _ in range(count)]:
        await caller.read(response)


async def test_the_connection_that_was_used_last_is_used_next(caller: Caller, server: WireServer) -> None:
    for count in (3, 1, 1, 3):
        await open_at_once(caller, server, count)
    assert connections(server) == [1, 2, 3, 3, 3, 3, 2, 1]


async def test_a_connection_that_has_been_idle_for_too_long_is_not_used_again(
    kind: str, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now: Any = time.monotonic
    async with Caller(kind, limits=limits(expiry=60)) as caller:
        for passed in (0, 59, 59 + 61):
            monkeypatch.setattr(time, "monotonic", lambda passed=passed: now() + passed)
            await caller.ask(server)
        server.wait_for_open(1)
    assert connections(server) == [1, 1, 2]


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
