"""A call is cancelled at every point where it waits; nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import sniffio
from tests.acceptance.hard.stepping import cancelled_by_scope, cancelled_by_task, walk
from tests.acceptance.hard.wire import TLS, Head, Reply, WireServer, answer, echo, model_json

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.acceptance.hard.stepping import Canceller

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


def in_pieces(head: Head) -> Reply:
    """Send the head in two pieces and the body in chunks."""
    body = model_json(head.model) if head.target != "/v1/models" else b'{"object": "list", "data": []}'
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])]
    return Reply((b"HTTP/1.1 200 OK\r\n", b"transfer-encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"))


def redirecting(head: Head) -> Reply:
    if head.target.startswith("/moved/"):
        return echo(head)
    return Reply((answer(b"moved", "307 Temporary Redirect", f"location: /moved{head.target}\r\n"),))


def failing_first(head: Head) -> Reply:
    if ("x-stainless-retry-count", "0") in head.headers:
        return Reply((answer(b"later", "503 Service Unavailable", "retry-after-ms: 1\r\n"),))
    return echo(head)


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
}


@pytest.fixture(params=["asyncio-task", "asyncio-scope", "trio-scope"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anyio_backend(kind: str) -> str:
    return kind.partition("-")[0]


@pytest.fixture
def how(kind: str) -> Canceller:
    return cancelled_by_task if kind == "asyncio-task" else cancelled_by_scope


@pytest.fixture(params=[False, True], ids=["fresh", "kept alive"])
def warm(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def tls_server() -> Iterator[WireServer]:
    with WireServer(tls=True) as server:
        yield server


def in_asyncio() -> bool:
    return sniffio.current_async_library() == "asyncio"


async def walk_with(
    server: WireServer, http: httpx.AsyncClient, how: Canceller, call: Any, *, warm: bool, host: str = "127.0.0.1"
) -> int:
    """Walk through a call over one connection: each next call works, and nothing stays open at the end."""
    tasks = asyncio.all_tasks() if in_asyncio() else set()
    async with AsyncOpenAI(
        base_url=server.base_url.replace("127.0.0.1", host),
        api_key=waiting_key,
        http_client=http,
        timeout=1,
        max_retries=1,
    ) as client:

        async def after(step: int) -> None:
            # The only connection there is: were it lost, this would time out.
            reply = server.reply
            server.reply = echo if warm else saying_farewell  # so that the next call has to connect
            assert (await client.models.retrieve(f"after/{step}")).id == f"after/{step}"
            server.reply = reply
            await anyio.to_thread.run_sync(server.wait_for_open, int(warm))

        await after(0)
        points = await walk(how, lambda: call(client), after)
    await anyio.to_thread.run_sync(server.wait_for_open, 0)
    # The one, and those of a call and of its redirect of which the server hasn't yet seen the end.
    assert server.most_open <= 3
    assert not in_asyncio() or asyncio.all_tasks() == tasks
    return points


@pytest.mark.anyio
@pytest.mark.parametrize("case", CASES)
async def test_cancelled_at_any_point_a_call_gives_its_connection_back(
    server: WireServer, how: Canceller, case: str, *, warm: bool
) -> None:
    server.reply, call = CASES[case]
    http = DefaultAsyncHttpxClient(limits=ONE)
    # It waits for its key and for the answer, and before that for its connection.
    assert await walk_with(server, http, how, call, warm=warm) >= (2 if warm else 3)


@pytest.mark.anyio
async def test_cancelled_at_any_point_a_call_over_tls_gives_its_connection_back(
    tls_server: WireServer, how: Canceller, *, warm: bool
) -> None:
    http = DefaultAsyncHttpxClient(limits=ONE, verify=ssl.create_default_context(cafile=str(TLS / "cert.pem")))
    # The handshake waits as well, unless the server is faster.
    assert await walk_with(tls_server, http, how, retrieve, warm=warm) >= (2 if warm else 3)


@pytest.mark.anyio
async def test_cancelled_at_any_point_a_call_to_a_host_by_its_name_gives_its_connection_back(
    server: WireServer, how: Canceller
) -> None:
    http = DefaultAsyncHttpxClient(limits=ONE)
    assert await walk_with(server, http, how, retrieve, warm=False, host="localhost") >= 4
