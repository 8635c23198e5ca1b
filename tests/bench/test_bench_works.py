"""All libraries do the same work on the benchmark's server, and get the same from it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.bench.measure import LIBRARIES, server, warm
from tests.bench.worker import LIBRARIES as SIDES
from tests.bench.worker import async_work, sync_work
from tests.bench.works import TARGETS, cold_work

if TYPE_CHECKING:
    from collections.abc import Iterator

COLD = ("import", "process start to first model", "memory after list 10,000")
SYNC = ("second client", "retrieve, sync", "list 100", "list 10,000, all fields read", "64 threads on one client")


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with server() as origin:
        yield origin


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_libraries_read_the_same_models(origin: str) -> None:
    read = []
    for name in LIBRARIES:
        side = SIDES[name](f"{origin}/3")
        with side.client() as client:
            read.append([side.read(model) for model in side.models(client)])
    assert read[0] == [(f"gpt-4o-{n}", "model", 1_686_935_002 + n, "openai") for n in range(3)]
    assert read[1:] == read[:1] * 2


def test_each_work_is_done_by_one_of_the_three_ways(origin: str) -> None:
    side = SIDES["httpx"](f"{origin}/v1")
    assert [work for work in TARGETS if cold_work(work, origin)] == list(COLD)
    assert [work for work in TARGETS if work not in COLD and sync_work(side, work)] == list(SYNC)
    rest = [work for work in TARGETS if work not in (*COLD, *SYNC)]
    assert [work for work in rest if not re.match(r"async retrieves, \d+ at a time|retrieve, async", work)] == []


@pytest.mark.parametrize("name", ["retrieve, async", "async retrieves, 50 at a time, with aiohttp"])
def test_an_async_work_asks_as_often_with_each_library(name: str, library: str, origin: str) -> None:
    side: Any = SIDES[library](f"{origin}/v1")
    retrieve, make = side.aretrieve, side.aclient
    given: list[object] = []
    clients: list[Any] = []

    async def noting(client: Any) -> None:
        given.append(await retrieve(client))

    def keeping(**options: Any) -> Any:
        clients.append(make(**options))
        return clients[-1]

    side.aretrieve, side.aclient = noting, keeping

    async def once() -> None:
        await (await async_work(side, name))()
        for client in clients:
            await (client.aclose if library == "httpx" else client.close)()

    asyncio.run(once())
    assert given == ["gpt-4o-1"] * 100


def test_a_round_has_a_time_for_each_library(origin: str) -> None:
    samples = warm("list 100", origin, 1)
    assert {library: len(taken) for library, taken in samples.taken.items()} == dict.fromkeys(LIBRARIES, 1)
    assert all(seconds > 0 for taken in samples.taken.values() for seconds in taken)


@pytest.mark.parametrize("work", COLD)
def test_a_work_that_ends_with_its_process_gives_a_number(work: str, library: str, origin: str) -> None:
    once = cold_work(work, origin)
    assert once is not None
    assert once(library) > 0
