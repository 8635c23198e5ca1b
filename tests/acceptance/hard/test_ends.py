"""The end of a client: closed while calls are under way, used afterwards, forked, moved between loops."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
import pytest
import trio
from tests.acceptance.hard.wire import Head, Reply, WireServer, answer, echo, model_json

from openai_models import APIConnectionError, AsyncOpenAI, OpenAI, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Callable


def held(head: Head) -> Reply:
    return Reply((answer(model_json(head.model)),), held=0)


def test_closing_a_client_ends_the_calls_under_way(server: WireServer) -> None:
    server.reply = held
    client = OpenAI(base_url=server.base_url, api_key="sk-x", timeout=15, max_retries=1)

    def call(turn: int) -> OpenAIError | str:
        try:
            return client.models.retrieve(f"m{turn}").id
        except OpenAIError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, turn) for turn in range(8)]
        server.wait_for_requests(8)
        client.close()
        # The server never answers: what ends these calls is the close.
        outcomes = [each.result(timeout=5) for each in calls]
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, OpenAIError)] == []
    server.wait_for_open(0)


@pytest.mark.anyio
async def test_closing_an_async_client_ends_the_calls_under_way(server: WireServer) -> None:
    server.reply = held
    client = AsyncOpenAI(base_url=server.base_url, api_key="sk-x", timeout=15, max_retries=1)
    outcomes: list[OpenAIError | str] = []

    async def call(turn: int) -> None:
        try:
            outcomes.append((await client.models.retrieve(f"m{turn}")).id)
        except OpenAIError as error:
            outcomes.append(error)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for turn in range(8):
                tasks.start_soon(call, turn)
            await anyio.to_thread.run_sync(server.wait_for_requests, 8)
            await client.close()
    assert len(outcomes) == 8
    assert [outcome for outcome in outcomes if not isinstance(outcome, OpenAIError)] == []
    await anyio.to_thread.run_sync(server.wait_for_open, 0)


# asyncio's own word on what a loop leaves open at its end; the server sees those connections closed.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("here", ["asyncio", "trio"])
@pytest.mark.parametrize("there", ["asyncio", "trio"])
def test_closing_an_async_client_ends_the_calls_of_another_thread(server: WireServer, here: str, there: str) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key="sk-x", timeout=15, max_retries=1)

    async def call() -> str:
        await client.models.retrieve("first")
        server.reply = held
        try:
            return (await client.models.retrieve("held")).id
        except OpenAIError as error:
            return type(error).__name__

    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(lambda: anyio.run(call, backend=there))
        server.wait_for_requests(2)
        anyio.run(client.close, backend=here)
        # The server never answers: what ends the call is the close.
        assert outcome.result(timeout=5) == "APIConnectionError"
    server.wait_for_open(0)
    gc.collect()


USES: dict[str, Callable[[OpenAI], object]] = {
    "list": lambda client: client.models.list(),
    "retrieve": lambda client: client.models.retrieve("a"),
    "delete": lambda client: client.models.delete("a"),
    "raw": lambda client: client.models.with_raw_response.retrieve("a"),
    "streamed": lambda client: client.models.with_streaming_response.retrieve("a").__enter__(),
    "copy": lambda client: client.with_options(timeout=1).models.list(),
}


@pytest.mark.parametrize("use", USES)
def test_a_closed_client_says_that_it_is_closed(server: WireServer, use: str) -> None:
    client = OpenAI(base_url=server.base_url, api_key="sk-x")
    models = client.models
    client.close()
    client.close()
    assert client.is_closed()
    with pytest.raises(OpenAIError, match="has been closed"):
        USES[use](client)
    with pytest.raises(OpenAIError, match="has been closed"):
        models.list()
    assert server.heads == []


@pytest.mark.anyio
async def test_a_closed_async_client_says_that_it_is_closed(server: WireServer) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key="sk-x")
    await client.close()
    await client.close()
    assert client.is_closed()
    with pytest.raises(OpenAIError, match="has been closed"):
        await client.models.list()
    with pytest.raises(OpenAIError, match="has been closed"):
        await client.models.with_raw_response.retrieve("a")
    with pytest.raises(OpenAIError, match="has been closed"):
        await client.models.with_streaming_response.retrieve("a").__aenter__()
    with pytest.raises(OpenAIError, match="has been closed"):
        await anext(aiter(client.models.list()))
    assert server.heads == []


# asyncio's own word on what a loop leaves open at its end; the server sees those connections closed.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("runs", ["asyncio, asyncio", "trio, trio", "asyncio, trio", "trio, asyncio"])
def test_a_client_made_outside_a_loop_works_in_two_loops_one_after_the_other(server: WireServer, runs: str) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key="sk-x", max_retries=0)

    async def call() -> list[str]:
        return [(await client.models.retrieve(f"m{turn}")).id for turn in range(3)]

    async def last() -> list[str]:
        got = await call()
        await client.close()
        return got

    first_kind, last_kind = runs.split(", ")
    run = {"asyncio": lambda work: asyncio.run(work()), "trio": trio.run}
    assert run[first_kind](call) == ["m0", "m1", "m2"]
    assert run[last_kind](last) == ["m0", "m1", "m2"]
    server.wait_for_open(0)
    gc.collect()


FORK = """
import os, sys, warnings
from concurrent.futures import ThreadPoolExecutor
from openai_models import OpenAI

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork in a process with threads
client = OpenAI(base_url=sys.argv[1], api_key="sk-x", max_retries=0, timeout=10)
assert client.models.retrieve("before").id == "before"
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    status = 1
    try:
        for turn in range(20):
            assert client.models.retrieve(f"child-{turn}").id == f"child-{turn}"
        client.close()
        status = 0
    finally:
        os._exit(status)
for turn in range(20):
    assert client.models.retrieve(f"parent-{turn}").id == f"parent-{turn}"
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
# What the child closed was its own.
assert client.models.retrieve("after").id == "after"
client.close()
"""


def test_after_a_fork_parent_and_child_use_connections_of_their_own(server: WireServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, server.base_url], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    of_parent = {head.connection for head in server.heads if not head.model.startswith("child")}
    of_child = {head.connection for head in server.heads if head.model.startswith("child")}
    assert len(server.heads) == 42
    assert of_parent.isdisjoint(of_child)


MULTIPROCESSING = """
import multiprocessing, sys
from openai_models import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key="sk-x", max_retries=0, timeout=10)

def ask(turn):
    return client.models.retrieve(f"m{turn}").id

if __name__ == "__main__":
    ask(-1)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(ask, range(40)) == [f"m{turn}" for turn in range(40)]
    assert ask(40) == "m40"
    client.close()
"""


def test_a_client_of_the_parent_works_in_a_multiprocessing_pool(server: WireServer) -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", MULTIPROCESSING, server.base_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_client_that_is_dropped_leaves_no_connection_and_no_warning(server: WireServer) -> None:
    for _ in range(3):
        client = OpenAI(base_url=server.base_url, api_key="sk-x")
        client.models.retrieve("a")
        del client
    gc.collect()
    server.wait_for_open(0)


def test_two_threads_may_close_the_same_client(server: WireServer) -> None:
    client = OpenAI(base_url=server.base_url, api_key="sk-x")
    client.models.retrieve("a")
    together = threading.Barrier(2)

    def close() -> None:
        together.wait()
        client.close()

    with ThreadPoolExecutor(2) as pool:
        for closing in [pool.submit(close), pool.submit(close)]:
            closing.result()
    with pytest.raises(OpenAIError, match="has been closed"):
        client.models.list()
    server.wait_for_open(0)


def test_a_server_that_is_gone_is_a_connection_error() -> None:
    with WireServer(echo) as server, OpenAI(base_url=server.base_url, api_key="sk-x", max_retries=0) as client:
        client.models.retrieve("a")
        server.reply = lambda _: Reply((), close=True)
        with pytest.raises(APIConnectionError):
            client.models.retrieve("b")


def test_the_server_of_these_tests_leaves_nothing_open_of_who_hangs_up_as_it_stops() -> None:
    for _ in range(20):
        with WireServer() as server:
            socket.create_connection(("127.0.0.1", server.port)).close()
    gc.collect()  # a transport that was left open says so
