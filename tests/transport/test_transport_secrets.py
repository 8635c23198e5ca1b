"""A key in a header shows in no variable of the transport's frames, in whichever phase a request fails."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.transport.listener import refusing_address
from tests.transport.parts import OK, Caller, beside, hanging_up, held, in_turn, limits, timeout

import openai_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transport.listener import Listener

pytestmark = pytest.mark.anyio
HEADERS = {"authorization": "Bearer sk-PLANTED"}
TRANSPORT = Path(openai_models.__file__).parent / "_transport"


def assert_no_frame_of_the_transport_shows_the_key(error: BaseException) -> None:
    """Look at the frames of an error and of its causes, as tools do that show variables."""
    frames = []
    one: BaseException | None = error
    while one is not None:
        frames += list(traceback.walk_tb(one.__traceback__))
        one = one.__cause__ or one.__context__
    ours = [frame for frame in frames if TRANSPORT in Path(frame[0].f_code.co_filename).parents]
    shown = traceback.StackSummary.extract(iter(ours), capture_locals=True).format()
    assert shown
    assert [frame for frame in shown if "PLANTED" in frame] == []


def of_an_address(_: WireServer, __: Listener) -> dict[str, Any]:
    return {"url": "http://{}:{}/".format(*refusing_address())}


def of_a_handshake(_: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": listener.https_url, "timeout": timeout(connect=0.05)}


def of_writing(_: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": listener.url, "method": "POST", "content": bytes(32 << 20), "timeout": timeout(write=0.05)}


def of_waiting(server: WireServer, _: Listener) -> dict[str, Any]:
    server.reply = held
    return {"url": server.base_url, "timeout": timeout(read=0.05)}


def of_a_body(server: WireServer, _: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((OK[:-1],), close=True)
    return {"url": server.base_url}


def of_a_hang_up(server: WireServer, _: Listener) -> dict[str, Any]:
    server.reply = hanging_up
    return {"url": server.base_url}


def of_a_header(server: WireServer, _: Listener) -> dict[str, Any]:
    return {"url": server.base_url, "headers": HEADERS | {"x-name": "a\nb"}}


def of_the_key(server: WireServer, _: Listener) -> dict[str, Any]:
    return {"url": server.base_url, "headers": {"authorization": "Bearer sk-PLANTED\n"}}


FAILURES = [of_an_address, of_a_handshake, of_writing, of_waiting, of_a_body, of_a_hang_up, of_a_header, of_the_key]


@in_turn("failure", {failure.__name__: failure for failure in FAILURES})
async def test_no_frame_shows_the_key(
    kind: str, server: WireServer, listener: Listener, failure: Callable[..., dict[str, Any]]
) -> None:
    async with Caller(kind, verify=False) as caller:
        with pytest.raises(httpx.TransportError) as caught:
            await caller.get(**{"headers": HEADERS, **failure(server, listener)})
    assert_no_frame_of_the_transport_shows_the_key(caught.value)


async def test_no_frame_of_a_certificate_that_is_refused_shows_the_key(kind: str, tls_server: WireServer) -> None:
    async with Caller(kind) as caller:
        with pytest.raises(httpx.ConnectError, match="certificate") as caught:
            await caller.get(tls_server.base_url, headers=HEADERS)
    assert_no_frame_of_the_transport_shows_the_key(caught.value)


async def test_no_frame_of_one_who_waits_shows_the_key(kind: str, server: WireServer) -> None:
    async with Caller(kind, limits=limits(1)) as caller:
        holding = await caller.open(server.base_url)
        with pytest.raises(httpx.PoolTimeout) as caught:
            await caller.get(server.base_url, headers=HEADERS, timeout=timeout(pool=0.05))
        await caller.read(holding)
    assert_no_frame_of_the_transport_shows_the_key(caught.value)


async def test_no_frame_of_a_request_that_was_sent_again_shows_the_key(kind: str, server: WireServer) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url, headers=HEADERS)
        server.reply = hanging_up
        with pytest.raises(httpx.RemoteProtocolError) as caught:
            await caller.get(server.base_url, headers=HEADERS)
    assert len(server.heads) == 3
    assert_no_frame_of_the_transport_shows_the_key(caught.value)


async def test_no_frame_of_a_request_whose_client_closes_shows_the_key(kind: str, server: WireServer) -> None:
    server.reply = held
    caller = Caller(kind)

    async def close() -> None:
        await anyio.to_thread.run_sync(server.wait_for_requests, 1)
        await caller.close()

    assert_no_frame_of_the_transport_shows_the_key(await beside(close, caller.get(server.base_url, headers=HEADERS)))
