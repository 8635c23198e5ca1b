"""How many connections there may be, who waits for one, and who gets it."""

from typing import Any, Final

import anyio
import anyio.lowlevel
import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, echo
from tests.transport.parts import OK, Caller, collect_garbage, connections, limits, timeout

pytestmark = pytest.mark.anyio
NOW: Final = timeout(pool=0)


async def test_who_waits_too_long_gets_a_pool_timeout_and_waits_no_more(one: Caller, server: WireServer) -> None:
    holding = await one.open(server.base_url)
    error = await one.fail(server.base_url, timeout=timeout(pool=0.01))
    assert type(error) is httpx.PoolTimeout
    assert str(error) == "all the connections that the client may have are in use"
    assert error.request.url == server.base_url
    await one.read(holding)
    # Were it still in the queue, its turn would come first.
    assert (await one.get(server.base_url, timeout=NOW)).is_success
    assert connections(server) == [1, 1]


async def test_who_comes_first_is_served_first(one: Caller, server: WireServer) -> None:
    outcomes: list[Any] = []
    holding = await one.open(server.base_url + "/models/first")
    async with anyio.create_task_group() as tasks:
        for turn in range(6):
            await one.queue(tasks, outcomes, f"{server.base_url}/models/m{turn}")
        await one.read(holding)
    assert [head.model for head in server.heads] == ["first", *(f"m{turn}" for turn in range(6))]
    assert [response.json()["id"] for response in outcomes] == [f"m{turn}" for turn in range(6)]
    assert server.connections == 1


async def test_the_place_of_a_response_that_is_dropped_goes_to_who_waits(one: Caller, server: WireServer) -> None:
    server.reply = lambda _: Reply((OK[:-2],), held=1)
    outcomes: list[Any] = []
    holding = [await one.open(server.base_url)]
    async with anyio.create_task_group() as tasks:
        await one.queue(tasks, outcomes, server.base_url + "/models/waits")
        server.reply = echo
        holding.clear()
        await collect_garbage()
    assert outcomes[0].json()["id"] == "waits"
    server.wait_for_open(1)


async def test_an_idle_connection_of_another_origin_makes_room(kind: str, server: WireServer) -> None:
    with WireServer() as other, WireServer() as third:
        async with Caller(kind, limits=limits(2)) as two:
            for origin in (server, other, third):
                await two.ask(origin)
            # It is the one that has been idle for longest.
            server.wait_for_open(0)
            await two.ask(other)
            assert connections(other) == [1, 1]


@pytest.mark.parametrize("kind", ["sync", "trio"])
async def test_none_is_no_limit(caller: Caller, server: WireServer) -> None:
    # More than would stay idle with this package's default.
    for _ in range(2):
        for response in [await caller.open(server.base_url) for _ in range(120)]:
            await caller.read(response)
    assert server.connections == server.most_open == 120


@pytest.mark.parametrize("scheme", ["ftp", "file"])
async def test_where_no_http_is_spoken_is_refused_before_anything_is_opened(
    one: Caller, server: WireServer, scheme: str
) -> None:
    with pytest.raises(httpx.UnsupportedProtocol) as caught:
        await one.get(f"{scheme}://127.0.0.1:{server.port}/", timeout=NOW)
    assert str(caught.value) == f"Request URL has an unsupported protocol '{scheme}://'."
    assert server.connections == 0
