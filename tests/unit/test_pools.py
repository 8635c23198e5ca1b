"""The pools of connections: what they do with those that httpcore makes, the same in sync and in async code."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpcore
import pytest
from tests.unit.sides import Side, done
from tests.unit.wires import Network, Stream

from openai_models import _pool
from openai_models._deadline import DeadlineExceededError, deadline
from openai_models._leases import Lease, Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend(kind: str) -> str:
    return "asyncio" if kind == "sync" else kind


async def test_requests_one_after_the_other_share_a_connection(kind: str, network: Network) -> None:
    side = Side(kind)
    assert [await side.got() for _ in range(3)] == [b"ok"] * 3
    assert len(network.streams) == 1
    assert len(network.requests) == 3
    await side.closed()


async def test_each_origin_has_a_connection_of_its_own(kind: str, network: Network) -> None:
    side = Side(kind)
    for url in ("http://api.test/", "http://api.test:81/", "http://other.test/", "http://api.test/"):
        await side.got(url)
    assert len(network.streams) == 3
    await side.closed()
    assert all(stream.closed for stream in network.streams)


@pytest.mark.parametrize("url", ["ftp://api.test/", "file:///etc/passwd", "ws://api.test/"])
async def test_where_no_http_is_spoken_is_refused_before_anything_is_opened(
    url: str, kind: str, network: Network
) -> None:
    side = Side(kind)
    with pytest.raises(httpcore.UnsupportedProtocol) as caught:
        await side.sent(url)
    assert str(caught.value) == f"Request URL has an unsupported protocol '{url.partition(':')[0]}://'."
    assert network.streams == []
    assert side.counts() == (0, 0)
    await side.closed()


async def test_who_waits_too_long_for_a_connection_gets_a_pool_timeout_and_waits_no_more(
    kind: str, network: Network
) -> None:
    side = Side(kind, most=1)
    holding = await side.sent()
    with pytest.raises(httpcore.PoolTimeout) as caught:
        await side.sent(wait=0.01)
    assert type(caught.value) is httpcore.PoolTimeout
    assert str(caught.value) == "all the connections that the client may have are in use"
    assert side.counts() == (1, 0)
    await done(holding)
    assert await side.got(wait=0) == b"ok"
    await side.closed()


async def test_a_free_connection_is_given_without_any_time_to_wait(kind: str, network: Network) -> None:
    side = Side(kind, most=1)
    assert [await side.got(wait=0), await side.got(wait=0)] == [b"ok", b"ok"]
    await side.closed()


@pytest.mark.parametrize("kind", ["sync"])
async def test_waiting_for_a_connection_ends_at_the_deadline_of_the_call(kind: str, network: Network) -> None:
    # In async code a scope around the whole call ends it.
    side = Side(kind, most=1)
    holding = await side.sent()
    with pytest.raises(httpcore.PoolTimeout), deadline(0.01):
        await side.sent(wait=60)
    with pytest.raises(DeadlineExceededError), deadline(0):
        await side.sent(wait=60)
    assert side.counts() == (1, 0)
    await done(holding)
    await side.closed()


async def test_a_closed_pool_says_so(kind: str, network: Network) -> None:
    side = Side(kind)
    await side.got()
    await side.closed()
    await side.closed()
    with pytest.raises(httpcore.NetworkError) as caught:
        await side.sent()
    assert type(caught.value) is httpcore.NetworkError
    assert str(caught.value) == "the client was closed"
    assert [stream.closed for stream in network.streams] == [True]
    assert side.counts() == (0, 0)


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
async def test_a_pool_that_another_thread_closes_as_one_asks_gives_nothing(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(kind)
    ask = Ledger.ask

    def close_and_ask(ledger: Ledger[Any], lease: Lease[Any]) -> list[Any]:
        thread = threading.Thread(target=anyio.run, args=(side.closed,))
        thread.start()
        thread.join(10)
        return ask(ledger, lease)

    ledger = side.pool._ledger()  # type: ignore[operator]
    monkeypatch.setattr(Ledger, "ask", close_and_ask)
    with pytest.raises(httpcore.NetworkError, match="the client was closed"):
        await side.sent()
    assert (len(ledger.open), len(network.streams)) == (0, 0)


async def test_a_connection_of_a_pool_that_is_closed_as_it_connects_sends_nothing(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(kind)
    connect = Network.connect_tcp

    def close_and_connect(network: Network, *where: Any, **options: Any) -> Stream:
        # In another thread, as the one that connects may be blocked.
        thread = threading.Thread(target=anyio.run, args=(side.closed,))
        thread.start()
        thread.join(10)
        return connect(network, *where, **options)

    monkeypatch.setattr(Network, "connect_tcp", close_and_connect)
    with pytest.raises(httpcore.NetworkError, match="the client was closed"):
        await side.sent()
    assert (network.requests, [stream.closed for stream in network.streams]) == ([], [True])


async def test_closing_a_pool_closes_the_connections_in_use_too(kind: str, network: Network) -> None:
    side = Side(kind)
    holding = await side.sent()
    await side.closed()
    assert network.streams[0].closed
    await done(holding)
    assert side.counts() == (0, 0)


@pytest.mark.parametrize("kind", ["asyncio"])
async def test_a_connection_that_a_past_loop_has_closed_itself_is_left_alone(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As uvloop's are: their socket is None.
    side = Side(kind)
    await side.got()
    monkeypatch.setattr(Stream, "get_extra_info", lambda *_: None)
    ((_, past),) = side.pool._homes.items()  # type: ignore[union-attr]
    past.abandon()
    assert await side.got() == b"ok"
    assert len(network.streams) == 2
    await side.closed()


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
async def test_closing_a_pool_ends_the_wait_for_a_connection(kind: str, network: Network) -> None:
    side = Side(kind, most=1)
    holding = await side.sent()
    failures: list[str] = []

    async def wait() -> None:
        with pytest.raises(httpcore.NetworkError) as caught:
            await side.sent()
        failures.append(str(caught.value))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        assert side.counts() == (1, 1)
        await side.closed()
    assert failures == ["the client was closed"]
    await done(holding)


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
async def test_the_place_of_a_response_that_is_dropped_goes_to_a_task_that_waits(kind: str, network: Network) -> None:
    side = Side(kind, most=1)
    holding = [await side.sent()]
    bodies: list[bytes] = []

    async def wait() -> None:
        bodies.append(await side.got(wait=60))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        assert side.counts() == (1, 1)
        holding.clear()
        gc.collect()
    assert bodies == [b"ok"]
    await side.closed()
    assert all(stream.closed for stream in network.streams)


@pytest.mark.parametrize("kind", ["sync"])
async def test_the_place_of_a_response_that_is_dropped_goes_to_a_thread_that_waits(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(kind, most=1)
    holding = [await side.sent()]
    waits = threading.Event()

    def about_to_wait(timeout: float | None) -> float | None:
        waits.set()
        return timeout

    monkeypatch.setattr(_pool, "clip", about_to_wait)
    with ThreadPoolExecutor(1) as threads:
        body = threads.submit(lambda: anyio.run(lambda: side.got(wait=60)))
        assert waits.wait(60)
        assert side.counts() == (1, 1)
        holding.clear()
        gc.collect()
        assert body.result(60) == b"ok"
    await side.closed()
    assert all(stream.closed for stream in network.streams)


@pytest.mark.parametrize("kind", ["sync"])
async def test_a_pool_that_the_garbage_collector_ends_in_the_middle_of_a_step_ends(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Client:
        pass

    side = Side(kind)
    clients = [Client()]
    side.pool.end_with(clients[0])  # type: ignore[union-attr]
    response = await side.sent()
    _ = response.read()
    end = Ledger.end

    def drop_and_end(ledger: Ledger[Any], lease: Lease[Any], *, reusable: bool) -> list[Any]:
        clients.clear()
        return end(ledger, lease, reusable=reusable)

    monkeypatch.setattr(Ledger, "end", drop_and_end)
    step = threading.Thread(target=response.close, daemon=True)
    step.start()
    step.join(10)
    assert not step.is_alive()
    assert network.streams[0].closed
    assert side.counts() == (0, 0)


async def test_what_is_dropped_just_before_one_waits_for_it_is_found(
    kind: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Side(kind, most=1)
    holding = [await side.sent()]
    ask = Ledger.ask

    def ask_and_drop(ledger: Ledger[Any], lease: Lease[Any]) -> list[Any]:
        closing = ask(ledger, lease)
        holding.clear()
        gc.collect()
        return closing

    monkeypatch.setattr(Ledger, "ask", ask_and_drop)
    assert await side.got(wait=60) == b"ok"
    await side.closed()
