"""All libraries do the same work on the benchmark's server, and get the same from it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.bench.measure import ROOT, printed, server, warm
from tests.bench.server import model as served
from tests.bench.worker import KEPT_ALL, READERS, async_work, listed, sync_work
from tests.bench.worker import LIBRARIES as SIDES
from tests.bench.works import TARGETS, WORKS, cold_work, compared, measured

COLD = ("import", "process start to first model", "memory after list 10,000")
SYNC = ("second client", "retrieve, sync", *(work for work in WORKS if listed(work)), "64 threads on one client")
WITH_AIOHTTP = "async retrieves, 50 at a time, with aiohttp"


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with server() as origin:
        yield origin


@pytest.mark.parametrize("library", ["openai_models", "openai", "httpx"])
@pytest.mark.parametrize("shape", READERS)
def test_all_libraries_read_all_fields_of_a_shape(shape: str, library: str, origin: str) -> None:
    path = shape.replace(" ", "-")
    side = SIDES[library](f"{origin}/{path}/4")
    with side.client() as client:
        read = [getattr(side, READERS[shape])(model) for model in side.models(client)]
    values = [[value.isoformat() if isinstance(value, date) else value for value in each] for each in read]
    assert values == [list(served(number, path).values()) for number in range(4)]


def test_the_shapes_differ_in_what_they_have() -> None:
    api, unknown, required = [[*served(0, shape.replace(" ", "-"))] for shape in READERS]
    assert api == [*required, "shutdown_date"]
    assert len(unknown) == len(required) + 5
    assert [served(number).get("shutdown_date") for number in range(4)] == ["2026-10-01", None, None, "2026-10-01"]


@pytest.mark.parametrize("library", ["openai", "httpx", "httpx2"])
def test_the_other_clients_have_the_limits_of_this_package(library: str, origin: str) -> None:
    side = SIDES[library](origin)
    for client, kept in ((side.client(), 100), (side.aclient(None), 100), (side.aclient(KEPT_ALL), 1000)):
        pool = getattr(client, "_client", client)._transport._pool
        assert (pool._max_connections, pool._max_keepalive_connections) == (1000, kept)


@pytest.mark.parametrize(("limits", "kept"), [(None, 100), (KEPT_ALL, 1000)])
def test_this_package_has_the_limits_of_the_others(limits: dict[str, int] | None, kept: int, origin: str) -> None:
    client = SIDES["openai_models"](origin).aclient(limits)
    given = client._http._transport._options["limits"]
    assert (given.max_connections, given.max_keepalive_connections) == (1000, kept)


def test_each_work_is_done_by_one_of_the_three_ways(origin: str) -> None:
    side = SIDES["httpx"](f"{origin}/v1")
    assert [work for work in WORKS if cold_work(work, origin)] == list(COLD)
    assert [work for work in WORKS if work not in COLD and sync_work(side, work)] == list(SYNC)
    rest = [work for work in WORKS if work not in (*COLD, *SYNC)]
    assert [work for work in rest if not re.match(r"async retrieves, \d+ at a time|retrieve, async", work)] == []


def test_a_target_is_of_a_library_that_is_compared() -> None:
    assert [row for row, targets in TARGETS.items() if not set(targets) <= set(compared(row))] == []


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("retrieve, async", "openai_models"),
        ("retrieve, async", "httpx2"),
        ("async retrieves, 5 at a time", "openai"),
        ("async retrieves, 5 at a time", "httpx"),
        ("async retrieves, 50 at a time", "openai_models"),
        (WITH_AIOHTTP, "openai_models"),
        (WITH_AIOHTTP, "httpx-aiohttp"),
    ],
)
def test_an_async_work_asks_as_often_with_each_library(name: str, library: str, origin: str) -> None:
    side: Any = SIDES[library](f"{origin}/v1")
    retrieve, make = side.aretrieve, side.aclient
    given: list[object] = []
    clients: list[Any] = []

    async def noting(client: Any) -> None:
        given.append(await retrieve(client))

    def keeping(*limits: Any, **options: Any) -> Any:
        clients.append(make(*limits, **options))
        return clients[-1]

    side.aretrieve, side.aclient = noting, keeping

    async def once() -> None:
        await (await async_work(side, name))()
        for client in clients:
            await (client.aclose if library.startswith("httpx") else client.close)()

    asyncio.run(once())
    assert given == ["gpt-4o-1"] * 100


def test_a_round_has_a_time_for_each_library_and_checkout(origin: str) -> None:
    samples = measured(WITH_AIOHTTP, origin, 1, [str(ROOT)])
    assert list(samples.taken) == ["openai_models", "httpx-aiohttp", str(ROOT)]
    taken = [*samples.taken.values(), *warm(SYNC[2], origin, 1, ["openai_models", "httpx"]).taken.values()]
    assert [seconds > 0 for (seconds,) in taken] == [True] * 5


def test_another_checkout_is_measured_with_its_own_packages(tmp_path: Path) -> None:
    for folder, name in (("wrapper", "openai_models"), ("generated", "openai_models_api")):
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / "__init__.py").write_text("number = 21")
    code = "import openai_models, openai_models_api as api; print(openai_models.number + api.number)"
    assert printed(code, str(tmp_path)) == 42


@pytest.mark.parametrize(
    ("work", "library"), [(work, library) for work in COLD for library in ("openai_models", "httpx")]
)
def test_a_work_that_ends_with_its_process_gives_a_number(work: str, library: str, origin: str) -> None:
    once = cold_work(work, origin)
    assert once is not None
    assert once(library) > 0
