"""Measure how much work calls are, in calls of functions and in bytes, with a server that the environment names."""

import asyncio
import json
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import httpx
from tests.bench.counting import Calls
from tests.bench.own_calls import own_calls, summary

from openai_models import AsyncOpenAI, OpenAI

DOCUMENTED: Final[dict[str, object]] = {"object": "model", "created": 1, "owned_by": "me"}
FIELDS: Final[dict[str, dict[str, object]]] = {
    "as documented": DOCUMENTED,
    "ids alone": {},
    "more than documented": {**DOCUMENTED, "max_model_len": 1},
    "null": {"created": None, "owned_by": None},
}
WAYS: Final[dict[str, Callable[[OpenAI], object]]] = {
    "gone through": lambda client: list(client.models.list()),
    "all at once": lambda client: client.models.list().data,
}
LONG: Final = 4_000
BODY, PIECE = 16 * 2**20, 64 * 1024


def measured() -> dict[str, float]:
    """Return all measurements by name."""
    calls = {f"own {name}": number for name, number in summary(own_calls()).items()}
    lists = {key: more for name in FIELDS for way in WAYS for key, more in longer_list(name, way)}
    return {**sync_calls(), **asyncio.run(async_calls()), **calls, **lists, "memory for a body": memory()}


def counted(work: Callable[..., object], *arguments: object) -> int:
    """Return the number of all calls of functions, by whichever package, that work makes."""
    with Calls() as calls:
        work(*arguments)
    return calls.total


def sync_calls() -> dict[str, float]:
    """Count those of a call of a warm client, the least of several: a head and a body that arrive apart cost a read."""
    models = OpenAI().models
    models.list()
    known = min(counted(models.retrieve, "m1") for _ in range(9))
    new = min(counted(models.retrieve, f"m{number}") for number in range(2, 10))
    lists = min(counted(models.list) for _ in range(3))
    return {"sync retrieve": known, "sync list": lists, "an id that is new to a client": new - known}


async def async_calls() -> dict[str, float]:
    """Count those of a call of a warm client, and those of one call among many at a time."""
    async with AsyncOpenAI() as client:

        async def least(call: Callable[[], Awaitable[object]], times: int) -> int:
            totals = []
            for _ in range(times):
                with Calls() as calls:
                    await call()
                totals.append(calls.total)
            return min(totals)

        retrieve = await least(lambda: client.models.retrieve("m1"), 9)
        lists = await least(client.models.list, 4)

        async def one(free: asyncio.Semaphore) -> None:
            async with free:
                await client.models.retrieve("m1")

        async def of_each(most: int) -> float:
            free = asyncio.Semaphore(most)
            await asyncio.gather(*(one(free) for _ in range(most)))
            with Calls() as calls:
                await asyncio.gather(*(one(free) for _ in range(400)))
            return calls.total / 400

        few, many = await of_each(10), await of_each(200)
    return {"async retrieve": retrieve, "async list": lists, "one of 200 at a time, of one of 10": many / few}


def longer_list(name: str, way: str) -> Iterator[tuple[str, float]]:
    """Count the calls, of Python's functions and into C, that each further model of a list adds."""

    def answer(_: httpx.Request) -> httpx.Response:
        body = {"object": "list", "data": [{"id": f"m{number}", **FIELDS[name]} for number in range(size)]}
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(body).encode()))

    client = OpenAI(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    size = 1
    WAYS[way](client)
    size = 100
    with Calls() as small:
        WAYS[way](client)
    size += LONG
    with Calls() as large:
        WAYS[way](client)
    yield f"Python, {name}, {way}", round((len(large.python) - len(small.python)) / LONG, 2)
    yield f"C, {name}, {way}", round((len(large.c) - len(small.c)) / LONG, 2)


class Body(httpx.SyncByteStream):
    """Pieces of 64 KiB."""

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(BODY // PIECE):
            yield bytes(bytearray(PIECE))  # each one new, as from a socket


def memory() -> float:
    """Return the peak of memory that a body takes, in bytes for each of its bytes."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Body()))
    client = OpenAI(http_client=httpx.Client(transport=transport))
    client.models.with_raw_response.list()
    tracemalloc.start()
    client.models.with_raw_response.list()
    return tracemalloc.get_traced_memory()[1] / BODY
