"""A key in a header shows in no variable of the transport's frames, in whichever phase a request fails."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.transport.parts import OK, Caller, Listener, limits, refusing_address

import openai_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.anyio
HEADERS = {"authorization": "Bearer sk-PLANTED"}
TRANSPORT = Path(openai_models.__file__).parent / "_transport"


def chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def frames_of_transport(error: BaseException) -> list[str]:
    """Show the transport's frames in the tracebacks of an error and of its causes, as tools do that show variables."""
    frames = [
        frame
        for one in chain(error)
        for frame in traceback.walk_tb(one.__traceback__)
        if TRANSPORT in Path(frame[0].f_code.co_filename).parents
    ]
    return traceback.StackSummary.extract(iter(frames), capture_locals=True).format()


async def failure(caller: Caller, url: str, method: str = "GET", **options: Any) -> httpx.TransportError:
    options["headers"] = HEADERS | options.get("headers", {})
    with pytest.raises(httpx.TransportError) as caught:
        await caller.get(url, method, **options)
    return caught.value


def timeout(phase: str) -> httpx.Timeout:
    return httpx.Timeout(20, **{phase: 0.05})


def refused(server: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": "http://{}:{}/".format(*refusing_address())}


def no_handshake(server: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": listener.url.replace("http", "https"), "timeout": timeout("connect")}


def not_read(server: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": listener.url, "method": "POST", "content": bytes(32 << 20), "timeout": timeout("write")}


def not_answered(server: WireServer, listener: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((), held=0)
    return {"url": server.base_url, "timeout": timeout("read")}


def half_answered(server: WireServer, listener: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((OK[:-1],), held=1)
    return {"url": server.base_url, "timeout": timeout("read")}


def cut_off(server: WireServer, listener: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((OK[:-1],), close=True)
    return {"url": server.base_url}


def hung_up(server: WireServer, listener: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((), close=True)
    return {"url": server.base_url}


def no_http(server: WireServer, listener: Listener) -> dict[str, Any]:
    server.reply = lambda _: Reply((b"no HTTP\r\n\r\n",))
    return {"url": server.base_url}


def not_allowed(server: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": server.base_url, "headers": {"x-name": "a\nb"}}


def key_not_allowed(server: WireServer, listener: Listener) -> dict[str, Any]:
    return {"url": server.base_url, "headers": {"authorization": "Bearer sk-PLANTED\n"}}


PHASES = [refused, no_handshake, not_read, not_answered, half_answered, cut_off, hung_up, no_http, not_allowed, key_not_allowed]  # fmt: skip


@pytest.mark.parametrize("phase", PHASES)
async def test_no_frame_shows_the_key(
    kind: str, server: WireServer, listener: Listener, phase: Callable[..., dict[str, Any]]
) -> None:
    async with Caller(kind, verify=False) as caller:
        error = await failure(caller, **phase(server, listener))
    shown = frames_of_transport(error)
    assert shown
    assert [frame for frame in shown if "PLANTED" in frame] == []


async def test_no_frame_of_a_handshake_shows_the_key(kind: str, tls_server: WireServer) -> None:
    async with Caller(kind) as caller:
        error = await failure(caller, tls_server.base_url)
    assert "certificate" in str(error)
    shown = frames_of_transport(error)
    assert shown
    assert [frame for frame in shown if "PLANTED" in frame] == []


async def test_no_frame_of_one_who_waits_shows_the_key(kind: str, server: WireServer) -> None:
    async with Caller(kind, limits=limits(1)) as caller:
        holding = await caller.open(server.base_url)
        error = await failure(caller, server.base_url, timeout=timeout("pool"))
        await caller.read(holding)
    assert type(error) is httpx.PoolTimeout
    shown = frames_of_transport(error)
    assert shown
    assert [frame for frame in shown if "PLANTED" in frame] == []


async def test_no_frame_of_a_request_that_was_sent_again_shows_the_key(
    kind: str, server: WireServer, listener: Listener
) -> None:
    async with Caller(kind) as caller:
        await caller.get(server.base_url, headers=HEADERS)
        error = await failure(caller, **hung_up(server, listener))
    assert len(server.heads) == 3
    assert [frame for frame in frames_of_transport(error) if "PLANTED" in frame] == []


async def test_no_frame_of_a_request_whose_client_closes_shows_the_key(kind: str, server: WireServer) -> None:
    server.reply = lambda _: Reply((), held=0)
    caller, errors = Caller(kind), []

    async def fail() -> None:
        errors.append(await failure(caller, server.base_url))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fail)
        await anyio.to_thread.run_sync(server.wait_for_requests, 1)
        await caller.close()
    shown = frames_of_transport(errors[0])
    assert shown
    assert [frame for frame in shown if "PLANTED" in frame] == []
