"""A call is cancelled at every point where it waits; nothing is left behind."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from itertools import product

import anyio
import anyio.lowlevel
import httpx
import pytest
import sniffio
from tests.acceptance.hard.stepping import cancelled_by_scope, cancelled_by_task, walk
from tests.acceptance.hard.wire import (
    TLS,
    Head,
    Reply,
    WireServer,
    answer,
    echo,
    failing_first,
    model_json,
    redirecting,
)

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient


def in_pieces(head: Head) -> Reply:
    """Send the head in two pieces and the body in chunks."""
    body = model_json(head.model)
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])]
    return Reply((b"HTTP/1.1 200 OK\r\n", b"transfer-encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"))


def hanging_up_first(head: Head) -> Reply:
    return Reply((), close=True) if ("x-stainless-retry-count", "0") in head.headers else echo(head)


def closing(head: Head) -> Reply:
    return Reply(echo(head).pieces, close=True)


def saying_farewell(head: Head) -> Reply:
    return Reply((answer(model_json(head.model), headers="connection: close\r\n"),), close=True)


def paged(head: Head) -> Reply:
    if not head.target.startswith("/v1/models?") and head.target != "/v1/models":
        return echo(head)
    page = {"object": "list", "data": [{"id": "a"}, {"id": "b"}], "has_more": "after" not in head.target}
    return Reply((answer(json.dumps(page).encode()),))


async def retrieve(client: AsyncOpenAI) -> None:
    assert (await client.models.retrieve("a")).id == "a"


async def delete(client: AsyncOpenAI) -> None:
    assert (await client.models.delete("a")).deleted


async def iterate(client: AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()]


async def page(client: AsyncOpenAI) -> None:
    assert (await client.models.list()).object == "list"


async def raw(client: AsyncOpenAI) -> None:
    assert (await client.models.with_raw_response.retrieve("a")).parse().id == "a"


async def streamed(client: AsyncOpenAI) -> None:
    async with client.models.with_streaming_response.retrieve("a") as response:
        assert (await response.parse()).id == "a"


async def streamed_in_pieces(client: AsyncOpenAI) -> None:
    async with client.models.with_streaming_response.retrieve("a") as response:
        assert b"".join([data async for data in response.iter_bytes()])


async def streamed_unread(client: AsyncOpenAI) -> None:
    async with client.models.with_streaming_response.retrieve("a") as response:
        assert response.status_code == 200


async def waiting_key() -> str:
    await anyio.lowlevel.checkpoint()
    return "sk-x"


CASES: dict[str, tuple[Callable[[Head], Reply], Callable[[AsyncOpenAI], Awaitable[None]]]] = {
    "retrieve": (echo, retrieve),
    "delete": (echo, delete),
    "list": (echo, page),
    "iterate over pages": (paged, iterate),
    "raw": (echo, raw),
    "streamed": (in_pieces, streamed),
    "streamed in pieces": (in_pieces, streamed_in_pieces),
    "streamed, not read": (in_pieces, streamed_unread),
    "a body in pieces": (in_pieces, retrieve),
    "a redirect": (redirecting, retrieve),
    "a retry after 503": (failing_first, retrieve),
    "a retry after a hang-up": (hanging_up_first, retrieve),
    "a connection for each call": (closing, retrieve),
    "TLS": (echo, retrieve),
    "a host by its name": (echo, retrieve),
}
WAYS = {
    "asyncio-task": ("asyncio", cancelled_by_task),
    "asyncio-scope": ("asyncio", cancelled_by_scope),
    "trio-scope": ("trio", cancelled_by_scope),
}
# Each case on each way, on a fresh connection and on one that is kept alive.
TABLE = [
    pytest.param(case, way, is_warm, WAYS[way][0], id=f"{case}, {way}, {'warm' if is_warm else 'fresh'}")
    for case, way, is_warm in product(CASES, WAYS, (False, True))
]


@pytest.mark.anyio
@pytest.mark.parametrize(("case", "way", "is_warm", "anyio_backend"), TABLE)
async def test_cancelled_at_any_point_a_call_gives_its_connection_back(case: str, way: str, *, is_warm: bool) -> None:
    reply, call = CASES[case]
    in_asyncio = sniffio.current_async_library() == "asyncio"
    tasks = asyncio.all_tasks() if in_asyncio else set()
    one = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    trusted = ssl.create_default_context(cafile=str(TLS / "cert.pem"))
    with WireServer(reply, tls=case == "TLS") as server:
        base_url = server.base_url.replace("127.0.0.1", "localhost" if "name" in case else "127.0.0.1")
        http = DefaultAsyncHttpxClient(limits=one, verify=trusted)
        async with AsyncOpenAI(
            base_url=base_url, api_key=waiting_key, http_client=http, timeout=1, max_retries=1
        ) as client:

            async def after(step: int) -> None:
                # The only connection there is: were it lost, this would time out.
                server.reply = echo if is_warm else saying_farewell  # so that the next call has to connect
                assert (await client.models.retrieve(f"after/{step}")).id == f"after/{step}"
                server.reply = reply
                await anyio.to_thread.run_sync(server.wait_for_open, int(is_warm))

            await after(0)
            points = await walk(WAYS[way][1], lambda: call(client), after)
        await anyio.to_thread.run_sync(server.wait_for_open, 0)
    # It waits for its key and for the answer; before that for its connection, and for the address of a name.
    assert points >= (2 if is_warm else 3 + ("name" in case))
    # The one, and those of a call and of its redirect of which the server hasn't yet seen the end.
    assert server.most_open <= 3
    assert not in_asyncio or asyncio.all_tasks() == tasks
