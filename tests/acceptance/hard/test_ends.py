"""The end of a client: closed while calls are under way, used afterwards, forked, moved between loops."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from tests.acceptance.hard.wire import Head, Reply, WireServer, echo, held

from openai_models import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI, OpenAIError

# asyncio's own word on what a loop leaves open at its end; the server sees those connections closed.
LEFT_BY_A_LOOP = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


def options(server: WireServer) -> dict[str, Any]:
    return {"base_url": server.base_url, "api_key": "sk-x", "timeout": 15, "max_retries": 1}


def test_closing_a_client_ends_the_calls_under_way(server: WireServer) -> None:
    server.reply = held  # it never answers: what ends these calls is the close
    client = OpenAI(**options(server))

    def call(turn: int) -> None:
        with pytest.raises(OpenAIError):
            client.models.retrieve(f"m{turn}")

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, turn) for turn in range(8)]
        server.wait_for_requests(8)
        client.close()
        for each in calls:
            each.result(timeout=5)
    server.wait_for_open(0)


@pytest.mark.anyio
async def test_closing_an_async_client_ends_the_calls_under_way(server: WireServer) -> None:
    server.reply = held
    client = AsyncOpenAI(**options(server))
    ended: list[int] = []

    async def call(turn: int) -> None:
        with pytest.raises(OpenAIError):
            await client.models.retrieve(f"m{turn}")
        ended.append(turn)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for turn in range(8):
                tasks.start_soon(call, turn)
            await anyio.to_thread.run_sync(server.wait_for_requests, 8)
            await client.close()
    assert sorted(ended) == list(range(8))
    await anyio.to_thread.run_sync(server.wait_for_open, 0)


@LEFT_BY_A_LOOP
@pytest.mark.parametrize(("here", "there"), [("asyncio", "asyncio"), ("asyncio", "trio"), ("trio", "asyncio")])
def test_closing_an_async_client_ends_the_calls_of_another_thread(server: WireServer, here: str, there: str) -> None:
    client = AsyncOpenAI(**options(server))

    async def call() -> None:
        await client.models.retrieve("first")
        server.reply = held
        with pytest.raises(APIConnectionError):
            await client.models.retrieve("held")

    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(lambda: anyio.run(call, backend=there))
        server.wait_for_requests(2)
        anyio.run(client.close, backend=here)
        outcome.result(timeout=5)
    server.wait_for_open(0)
    gc.collect()


USES: dict[str, Callable[[Any], Any]] = {
    "list": lambda client: client.models.list(),
    "iterate": lambda client: anext(aiter(client.models.list())),
    "delete": lambda client: client.models.delete("a"),
    "raw": lambda client: client.models.with_raw_response.retrieve("a"),
    "streamed": lambda client: client.models.with_streaming_response.retrieve("a").__enter__(),
    "streamed, async": lambda client: client.models.with_streaming_response.retrieve("a").__aenter__(),
    "copy": lambda client: client.with_options(timeout=1).models.list(),
}


@pytest.mark.parametrize("use", sorted(USES.keys() - {"iterate", "streamed, async"}))
def test_a_closed_client_says_that_it_is_closed(server: WireServer, use: str) -> None:
    client = OpenAI(**options(server))
    models = client.models
    client.close()
    client.close()
    assert client.is_closed()
    for call in (lambda: USES[use](client), lambda: models.retrieve("a")):
        with pytest.raises(OpenAIError, match="closed; make another one"):
            call()
    assert server.heads == []


@pytest.mark.anyio
@pytest.mark.parametrize("use", sorted(USES.keys() - {"streamed"}))
async def test_a_closed_async_client_says_that_it_is_closed(server: WireServer, use: str) -> None:
    client = AsyncOpenAI(**options(server))
    await client.close()
    await client.close()
    assert client.is_closed()
    with pytest.raises(OpenAIError, match="closed; make another one"):
        await USES[use](client)
    assert server.heads == []


@LEFT_BY_A_LOOP
@pytest.mark.parametrize("first", ["asyncio", "trio"])
@pytest.mark.parametrize("last", ["asyncio", "trio"])
def test_a_client_made_outside_a_loop_works_in_two_loops_one_after_the_other(
    server: WireServer, first: str, last: str
) -> None:
    client = AsyncOpenAI(**options(server))

    async def call() -> list[str]:
        return [(await client.models.retrieve(f"m{turn}")).id for turn in range(3)]

    assert anyio.run(call, backend=first) == anyio.run(call, backend=last) == ["m0", "m1", "m2"]
    anyio.run(client.close, backend=last)
    server.wait_for_open(0)
    gc.collect()


def test_a_client_works_in_the_event_loops_of_several_threads_at_once(server: WireServer) -> None:
    http = DefaultAsyncHttpxClient(limits=httpx.Limits(max_connections=1))  # so that each waits for the others
    client = AsyncOpenAI(**options(server), http_client=http)
    together = threading.Barrier(4)

    async def call(thread: int) -> list[str]:
        together.wait()
        return [(await client.models.retrieve(f"{thread}/{turn}")).id for turn in range(20)]

    with ThreadPoolExecutor(4) as threads:
        got = list(
            threads.map(lambda thread: anyio.run(call, thread, backend=("asyncio", "trio")[thread % 2]), range(4))
        )
    assert got == [[f"{thread}/{turn}" for turn in range(20)] for thread in range(4)]
    anyio.run(client.close)
    server.wait_for_open(0)


FORK = """
import asyncio, ctypes, os, sys, warnings
from openai_models import AsyncOpenAI, OpenAI

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork in a process with threads
kind, run = {"sync": (OpenAI, lambda result: result), "async": (AsyncOpenAI, asyncio.run)}[sys.argv[2]]
client = kind(base_url=sys.argv[1], api_key="sk-x", max_retries=0, timeout=10)
assert run(client.models.retrieve("before")).id == "before"
child = {"Python": os.fork, "C": ctypes.PyDLL(None).fork}[sys.argv[3]]()  # C: as uWSGI does it, without Python's hooks
if child == 0:
    status = 1
    try:
        for turn in range(20):
            assert run(client.models.retrieve(f"child-{turn}")).id == f"child-{turn}"
        run(client.close())
        status = 0
    finally:
        os._exit(status)
for turn in range(20):
    assert run(client.models.retrieve(f"parent-{turn}")).id == f"parent-{turn}"
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
# What the child closed was its own.
assert run(client.models.retrieve("after")).id == "after"
run(client.close())
"""


@pytest.mark.parametrize("fork", ["Python", "C"])
@pytest.mark.parametrize(("kind", "proxy"), [("sync", False), ("sync", True), ("async", False)])
def test_after_a_fork_parent_and_child_use_connections_of_their_own(
    server: WireServer, kind: str, fork: str, *, proxy: bool
) -> None:
    base_url = "http://api.test/v1" if proxy else server.base_url
    environment = {**os.environ, **({"HTTP_PROXY": server.base_url.removesuffix("/v1")} if proxy else {})}
    command = [sys.executable, "-c", FORK, base_url, kind, fork]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    of_parent = {head.connection for head in server.heads if not head.model.startswith("child")}
    of_child = {head.connection for head in server.heads if head.model.startswith("child")}
    assert len(server.heads) == 42
    assert (len(of_parent), len(of_child)) == (1, 1)
    assert of_parent.isdisjoint(of_child)


STREAMED = """
import os, sys, warnings
from openai_models import APIConnectionError, OpenAI

warnings.simplefilter("ignore", DeprecationWarning)
client = OpenAI(base_url=sys.argv[1], api_key="sk-x", max_retries=0, timeout=10)
with client.models.with_streaming_response.retrieve("streamed") as response:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if sys.argv[2] == "calls":
                assert client.models.retrieve("child").id == "child"
                response.close()
            elif sys.argv[2] == "reads it":
                try:
                    sys.exit(response.read())
                except APIConnectionError:
                    pass
            client.close()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert client.models.retrieve("parent").id == "parent"
    assert response.parse().id == "streamed"
client.close()
"""


@pytest.mark.parametrize("child", ["calls", "only closes the client", "reads it"])
def test_a_response_that_is_streamed_during_a_fork_is_the_parents(server: WireServer, child: str) -> None:
    def reply(head: Head) -> Reply:
        if head.model == "parent":
            server.release()
        whole = echo(head).pieces[0]
        return Reply((whole[:-5], whole[-5:]), held=1) if head.model == "streamed" else echo(head)

    server.reply = reply
    command = [sys.executable, "-c", STREAMED, server.base_url, child]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")


KEPT = """
import os, sys, warnings
from openai_models import OpenAI

warnings.simplefilter("ignore", DeprecationWarning)
reading_end, writing_end = os.pipe()
with OpenAI(base_url=sys.argv[1], api_key="sk-x", max_retries=0, timeout=10) as client:
    client.models.retrieve("a")
    if os.fork() == 0:
        os.close(writing_end)
        os.read(reading_end, 1)  # until the parent has ended
        os._exit(0)
print("closed", flush=True)
sys.stdin.read()
"""


def test_a_child_that_makes_no_call_does_not_keep_the_connections_of_its_parent(server: WireServer) -> None:
    command = [sys.executable, "-c", KEPT, server.base_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "closed\n"
        server.wait_for_open(0)
        parent.communicate("")


def test_two_threads_may_close_the_same_client(server: WireServer) -> None:
    client = OpenAI(**options(server))
    client.models.retrieve("a")
    together = threading.Barrier(2)

    def close() -> None:
        together.wait()
        client.close()

    with ThreadPoolExecutor(2) as pool:
        for closing in [pool.submit(close), pool.submit(close)]:
            closing.result()
    server.wait_for_open(0)
