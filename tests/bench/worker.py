"""One library's side of the benchmark, in a process of its own.

    python tests/bench/worker.py LIBRARY WORK ORIGIN

It makes ready, and then for each line on its standard input does the work once and prints
the seconds that took.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    Work = Callable[[], Awaitable[object]] | Callable[[], object]

KEY = "sk-bench"
# So many that no cache could hold the requests of one round.
IDS = itertools.cycle(f"gpt-4o-{number}" for number in range(500))
API = "as the API sends them"


class Httpx:
    """What one writes with httpx alone."""

    name = "httpx"

    def __init__(self, base_url: str) -> None:
        httpx: Any = __import__(self.name)
        self.base_url = base_url
        headers = {"authorization": f"Bearer {KEY}"}
        # The limits of the others, and their minute, which httpx needs at 500 calls at a time.
        limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
        self._options = {"base_url": base_url, "headers": headers, "timeout": 60, "limits": limits}
        self._sync, self._async = httpx.Client, httpx.AsyncClient
        self._broken = httpx.TransportError

    def client(self) -> Any:
        return self._sync(**self._options)

    def aclient(self, *, aiohttp: bool = False) -> Any:
        return self._async(**self._options)

    def retrieve(self, client: Any) -> object:
        try:
            return client.get(f"/models/{next(IDS)}").raise_for_status().json()["id"]
        except self._broken:  # its pool hands out closed connections now and then, under many threads
            return self.retrieve(client)

    async def aretrieve(self, client: Any) -> object:
        return (await client.get(f"/models/{next(IDS)}")).raise_for_status().json()["id"]

    def models(self, client: Any) -> list[Any]:
        data: list[Any] = client.get("/models").raise_for_status().json()["data"]
        return data

    def read(self, model: Any) -> object:
        return model["id"], model["object"], model["created"], model["owned_by"], model["shutdown_date"]

    def read_unknown(self, model: Any) -> object:
        more = model["name"], model["context_length"], model["description"], model["pricing"], model["architecture"]
        return model["id"], model["object"], model["created"], model["owned_by"], *more

    def read_required(self, model: Any) -> object:
        return model["id"], model["object"], model["created"], model["owned_by"]


class Httpx2(Httpx):
    """The same with httpx2."""

    name = "httpx2"


class HttpxAiohttp(Httpx):
    """The same with httpx's asynchronous client over aiohttp."""

    def __init__(self, base_url: str) -> None:
        from httpx_aiohttp import HttpxAiohttpClient

        super().__init__(base_url)
        self._async = HttpxAiohttpClient


class Official:
    """The official SDK."""

    name = "openai"

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._package: Any = __import__(self.name)

    def client(self) -> Any:
        return self._package.OpenAI(base_url=self.base_url, api_key=KEY)

    def aclient(self, *, aiohttp: bool = False) -> Any:
        more = {"http_client": self._package.DefaultAioHttpClient()} if aiohttp else {}
        return self._package.AsyncOpenAI(base_url=self.base_url, api_key=KEY, **more)

    def retrieve(self, client: Any) -> object:
        return client.models.retrieve(next(IDS)).id

    async def aretrieve(self, client: Any) -> object:
        return (await client.models.retrieve(next(IDS))).id

    def models(self, client: Any) -> Iterable[Any]:
        models: Iterable[Any] = client.models.list()
        return models

    def read(self, model: Any) -> object:
        return model.id, model.object, model.created, model.owned_by, model.shutdown_date

    def read_unknown(self, model: Any) -> object:
        extra = model.model_extra  # a seventh of what `model.name` takes
        more = extra["name"], extra["context_length"], extra["description"], extra["pricing"], extra["architecture"]
        return model.id, model.object, model.created, model.owned_by, *more

    def read_required(self, model: Any) -> object:
        return model.id, model.object, model.created, model.owned_by


class Ours(Official):
    """This package."""

    name = "openai_models"

    def read_unknown(self, model: Any) -> object:
        more = model["name"], model["context_length"], model["description"], model["pricing"], model["architecture"]
        return model.id, model.object, model.created, model.owned_by, *more


class Socket:
    """No library: what the server and the system take."""

    def __init__(self, base_url: str) -> None:
        host, _, port = base_url.removeprefix("http://").partition("/")[0].partition(":")
        self._socket = socket.create_connection((host, int(port)))
        self._request = f"GET /v1/models/m HTTP/1.1\r\nhost: {host}\r\n\r\n".encode()

    def client(self) -> None:
        """There is none."""

    def requests(self) -> None:
        for _ in range(2000):
            self._socket.sendall(self._request)
            self._socket.recv(65536)


LIBRARIES: dict[str, type[Any]] = {
    "socket": Socket,
    "openai_models": Ours,
    "openai": Official,
    "httpx": Httpx,
    "httpx2": Httpx2,
    "httpx-aiohttp": HttpxAiohttp,
}
READERS = {API: "read", "five unknown fields": "read_unknown", "without optional fields": "read_required"}


def listed(name: str) -> tuple[int, str] | None:
    """Return how many models a work lists, and of what shape."""
    number = re.match(r"list (?:of )?([\d,]+)", name)
    return (int(number[1].replace(",", "")), name.partition(": ")[2] or API) if number else None


def sync_work(library: Any, name: str) -> Work | None:
    """Return work that needs no event loop."""
    if name.endswith(" clients"):
        return clients(library, int(name.partition(" ")[0]))
    if lists := listed(name):
        size, shape = lists
        times = max(1, 2000 // size) if "list of" in name else {100: 40, 1000: 8, 10_000: 2}[size]
        return listing(library, times, getattr(library, READERS[shape]))
    works: dict[str, Callable[[], Callable[[], object]]] = {
        "second client": lambda: clients(library, 10, use=False),
        "retrieve, sync": lambda: retrieves(library),
        "64 threads on one client": lambda: threads(library, 64),
        "socket": lambda: library.requests,
    }
    return works[name]() if name in works else None


def retrieves(library: Any) -> Callable[[], object]:
    client = library.client()

    def work() -> None:
        for _ in range(100):
            library.retrieve(client)

    return work


def listing(library: Any, times: int, read: Callable[[Any], object]) -> Callable[[], object]:
    client = library.client()

    def work() -> None:
        for _ in range(times):
            for model in library.models(client):
                read(model)

    return work


def clients(library: Any, count: int, *, use: bool = True) -> Callable[[], object]:
    def work() -> None:
        made = [library.client() for _ in range(count)]
        for each in made:
            if use:
                library.retrieve(each)
            each.close()

    return work


def threads(library: Any, count: int) -> Callable[[], object]:
    client = library.client()
    pool = ThreadPoolExecutor(count)
    return lambda: list(pool.map(lambda _: library.retrieve(client), range(8 * count)))


async def async_work(library: Any, name: str) -> Callable[[], Awaitable[object]]:
    """Return work that runs on asyncio."""
    client = library.aclient(aiohttp="aiohttp" in name)

    async def retrieves() -> None:
        for _ in range(100):
            await library.aretrieve(client)

    def at_a_time(most: int, times: int) -> Callable[[], Awaitable[object]]:
        async def work() -> None:
            free = asyncio.Semaphore(most)

            async def one() -> None:
                async with free:
                    await library.aretrieve(client)

            await asyncio.gather(*(one() for _ in range(times)))

        return work

    if name == "retrieve, async":
        return retrieves
    most = int(name.split(", ")[1].split(maxsplit=1)[0])
    return at_a_time(most, max(2 * most, 100))


async def serve(work: Callable[[], Awaitable[object]]) -> None:
    loop = asyncio.get_running_loop()
    await work()
    print("ready", flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        begin, cpu = time.perf_counter(), time.process_time()
        await work()
        print(time.perf_counter() - begin, time.process_time() - cpu, flush=True)


def main() -> None:
    """Make ready, then work line by line."""
    name, work_name, origin = sys.argv[1:]
    lists = listed(work_name)
    library = LIBRARIES[name](f"{origin}/{lists[1].replace(' ', '-')}/{lists[0]}" if lists else f"{origin}/v1")
    work = sync_work(library, work_name)
    if work is None:

        async def begin() -> None:
            await serve(await async_work(library, work_name))

        asyncio.run(begin())
        return
    work()
    print("ready", flush=True)
    while sys.stdin.readline():
        start, cpu = time.perf_counter(), time.process_time()
        work()
        print(time.perf_counter() - start, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
