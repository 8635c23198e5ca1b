"""Which connections a pool uses again, and which it closes, the same in sync and in async code."""

from __future__ import annotations

from typing import Any

import httpcore
import pytest
from tests.unit.sides import Side, done
from tests.unit.wires import OK, Network

from openai_models import _async_pool, _pool

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend(kind: str) -> str:
    return "asyncio" if kind == "sync" else kind


async def test_a_connection_that_has_been_idle_for_too_long_is_closed(kind: str, network: Network) -> None:
    # With less than no time to stay, it has run out as it becomes idle.
    side = Side(kind, keepalive_expiry=-1.0)
    for _ in range(3):
        await side.got()
    assert [stream.closed for stream in network.streams] == [True] * 3
    assert side.counts() == (0, 0)
    await side.closed()


async def test_a_connection_that_the_server_closed_as_it_was_idle_is_not_used_again(
    kind: str, network: Network
) -> None:
    side = Side(kind)
    await side.got()
    network.streams[0].hung_up = True
    assert await side.got() == b"ok"
    assert [stream.closed for stream in network.streams] == [True, False]
    await side.closed()


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok", b"HTTP/1.0 200 OK\r\n\r\nok"],
    ids=["said", "HTTP/1.0"],
)
async def test_a_connection_that_the_server_will_close_is_not_used_again(
    answer: bytes, kind: str, network: Network
) -> None:
    side = Side(kind)
    network.answer = answer
    assert [await side.got(), await side.got()] == [b"ok", b"ok"]
    assert [stream.closed for stream in network.streams] == [True, True]
    await side.closed()


@pytest.mark.parametrize(
    "answer",
    [
        OK + OK.replace(b"ok", b"no"),
        OK + b"\r\n",
        b"HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore",
    ],
    ids=["another answer", "a line break", "the body of a 204", "behind the last chunk"],
)
async def test_what_comes_behind_an_answer_is_not_read_as_the_next_one(
    answer: bytes, kind: str, network: Network
) -> None:
    side = Side(kind)
    network.answer = answer
    await side.got()
    network.answer = OK
    assert await side.got() == b"ok"
    assert [stream.closed for stream in network.streams] == [True, False]
    await side.closed()


async def test_a_connection_whose_body_was_not_read_is_closed(kind: str, network: Network) -> None:
    side = Side(kind)
    await done(await side.sent())
    assert [stream.closed for stream in network.streams] == [True]
    assert side.counts() == (0, 0)
    await side.closed()


async def test_a_connection_that_failed_is_closed_and_its_place_is_free(kind: str, network: Network) -> None:
    side = Side(kind, most=1)
    network.answer = b"no HTTP at all\r\n\r\n"
    with pytest.raises(httpcore.RemoteProtocolError):
        await side.got()
    assert [stream.closed for stream in network.streams] == [True]
    network.answer = Network().answer
    assert await side.got(wait=0) == b"ok"
    await side.closed()


async def test_a_request_whose_connection_is_not_available_goes_on_another(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(kind)
    await side.got()
    # Closed between the look at it and its use.
    of_kind: Any = _pool._Connection if kind == "sync" else _async_pool._Connection
    name = "handle_request" if kind == "sync" else "handle_async_request"
    send = getattr(of_kind, name)
    refusals: list[object] = []

    def refuse_once(connection: object, request: httpcore.Request) -> Any:
        if not refusals:
            refusals.append(connection)
            raise httpcore.ConnectionNotAvailable
        return send(connection, request)

    monkeypatch.setattr(of_kind, name, refuse_once)
    assert await side.got() == b"ok"
    assert len(refusals) == 1
    assert [stream.closed for stream in network.streams] == [True, False]
    assert side.counts() == (1, 0)
    await side.closed()


async def test_no_more_connections_stay_open_without_a_request_than_may(kind: str, network: Network) -> None:
    side = Side(kind, most_idle=2)
    responses = [await side.sent() for _ in range(4)]
    for response in responses:
        _ = response.read() if kind == "sync" else await response.aread()
        await done(response)
    assert sum(not stream.closed for stream in network.streams) == 2
    await side.closed()
