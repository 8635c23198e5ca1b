"""One client under many threads and many tasks, and a pool smaller than its callers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, echo, held

from openai_models import (
    APITimeoutError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)


def options(server: WireServer, max_retries: int = 0) -> dict[str, Any]:
    return {"base_url": server.base_url, "api_key": "sk-x", "max_retries": max_retries}


def limits(connections: int) -> httpx.Limits:
    return httpx.Limits(max_connections=connections, max_keepalive_connections=connections)


@pytest.mark.parametrize(
    "http_client", [lambda: None, DefaultHttpxClient, httpx.Client], ids=["own", "DefaultHttpxClient", "httpx"]
)
def test_64_threads_get_their_own_answers_from_one_client(
    server: WireServer, http_client: Callable[[], httpx.Client | None]
) -> None:
    together = threading.Barrier(64)

    def calls(thread: int) -> list[str]:
        together.wait()
        return [client.models.retrieve(f"{thread}/{turn}").id for turn in range(30)]

    with (
        # Retries, since httpx's own pool can give a thread a closed connection: an error, but nobody else's answer.
        OpenAI(**options(server, max_retries=2), http_client=http_client()) as client,
        ThreadPoolExecutor(64) as pool,
    ):
        got = list(pool.map(calls, range(64)))
    assert got == [[f"{thread}/{turn}" for turn in range(30)] for thread in range(64)]
    if http_client is not httpx.Client:
        assert server.connections <= 64
    server.wait_for_open(0)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("anyio_backend", "http_client", "count"),
    [
        pytest.param("asyncio", lambda: None, 1000, id="asyncio"),
        pytest.param("trio", lambda: None, 1000, id="trio"),
        pytest.param("asyncio", DefaultAioHttpClient, 100, id="aiohttp"),
    ],
)
async def test_1000_tasks_get_their_own_answers_from_one_client(
    server: WireServer, http_client: Callable[[], Any], count: int
) -> None:
    got: dict[int, str] = {}

    async def call(client: AsyncOpenAI, task: int) -> None:
        got[task] = (await client.models.retrieve(f"m{task}")).id

    async with (
        AsyncOpenAI(**options(server), http_client=http_client()) as client,
        anyio.create_task_group() as tasks,
    ):
        for task in range(count):
            tasks.start_soon(call, client, task)
    assert got == {task: f"m{task}" for task in range(count)}
    await anyio.to_thread.run_sync(server.wait_for_open, 0)


@pytest.mark.anyio
async def test_two_connections_serve_50_tasks_of_which_some_are_cancelled(server: WireServer) -> None:
    server.reply = held
    got: set[int] = set()
    cancelled: set[int] = set()

    async def call(client: AsyncOpenAI, task: int, scope: anyio.CancelScope) -> None:
        with scope:
            assert (await client.models.retrieve(f"m{task}")).id == f"m{task}"
            got.add(task)

    scopes = [anyio.CancelScope() for _ in range(50)]
    http = DefaultAsyncHttpxClient(limits=limits(2))
    async with AsyncOpenAI(**options(server), http_client=http) as client:
        async with anyio.create_task_group() as tasks:
            for task, scope in enumerate(scopes):
                tasks.start_soon(call, client, task, scope)
            # Two are being answered, 48 wait for a connection; both kinds are among the cancelled.
            await anyio.to_thread.run_sync(server.wait_for_requests, 2)
            answered_first = {int(head.model[1:]) for head in server.heads}
            cancelled |= {min(answered_first)} | (set(range(1, 50, 3)) - answered_first)
            for task in cancelled:
                scopes[task].cancel()
            server.release()
        assert got == set(range(50)) - cancelled
        assert (await client.models.retrieve("after")).id == "after"
    # One call was cancelled as it was answered; the server may see the end of its connection late.
    assert server.most_open <= 3
    await anyio.to_thread.run_sync(server.wait_for_open, 0)


def test_two_connections_serve_50_threads(server: WireServer) -> None:
    http = DefaultHttpxClient(limits=limits(2))
    with OpenAI(**options(server), http_client=http) as client, ThreadPoolExecutor(50) as pool:
        got = list(pool.map(lambda task: client.models.retrieve(f"m{task}").id, range(50)))
    assert got == [f"m{task}" for task in range(50)]
    assert server.most_open <= 2
    server.wait_for_open(0)


@pytest.mark.anyio
async def test_a_call_that_gets_no_connection_times_out_as_any_other(server: WireServer) -> None:
    server.reply = held
    http = DefaultAsyncHttpxClient(limits=limits(1))
    async with AsyncOpenAI(**options(server), http_client=http) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.models.retrieve, "first")
        await anyio.to_thread.run_sync(server.wait_for_requests, 1)
        with pytest.raises(APITimeoutError) as caught:
            await client.models.retrieve("second", timeout=0.05)
        server.release()
        # The scope is no affair of the caller's.
        assert "cancel" not in str(getattr(caught.value, "__notes__", "")).lower()
    assert [head.model for head in server.heads] == ["first"]


def test_a_server_that_closes_each_idle_connection_as_the_next_call_begins_costs_no_retry(server: WireServer) -> None:
    # The first request on a connection is answered, at the second one the server hangs up.
    served: set[int] = set()

    def once(head: Head) -> Reply:
        if head.connection in served:
            return Reply((), close=True)
        served.add(head.connection)
        return echo(head)

    server.reply = once
    with OpenAI(**options(server)) as client:
        assert [client.models.retrieve(f"m{turn}").id for turn in range(20)] == [f"m{turn}" for turn in range(20)]
    server.wait_for_open(0)
