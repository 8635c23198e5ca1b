"""One library's side of the benchmark, in a process of its own.

    python tests/bench/worker.py LIBRARY WORK ORIGIN

It makes ready, and then for each line on its standard input does the work once and prints the seconds that took.
"""

import asyncio
import itertools
import re
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

KEY = "sk-bench"
# So many that no cache could hold the requests of one round.
IDS = itertools.cycle(f"gpt-4o-{number}" for number in range(500))
API = "as the API sends them"
# The limits that the official SDK and this package have by default.
KEPT_100 = {"max_connections": 1000, "max_keepalive_connections": 100}
# The only limits that mean the same to each client: httpx-aiohttp keeps all, whatever `max_keepalive_connections` says.
KEPT_ALL = {"max_connections": 1000, "max_keepalive_connections": 1000}


class Httpx:
    """What one writes with httpx alone."""

    name = "httpx"

    def __init__(self, base_url: str) -> None:
        httpx: Any = __import__(self.name)
        headers = {"authorization": f"Bearer {KEY}"}
        self._limits = httpx.Limits
        # The minute of the others, which httpx needs at 500 calls at a time.
        self._options = {"base_url": base_url, "headers": headers, "timeout": 60}
        self._sync, self._async = httpx.Client, httpx.AsyncClient
        self._broken = httpx.TransportError

    def client(self) -> Any:
        return self._sync(**self._options, limits=self._limits(**KEPT_100))

    def aclient(self, limits: dict[str, int] | None, *, aiohttp: bool = False) -> Any:
        return self._async(**self._options, limits=self._limits(**(limits or KEPT_100)))

    def retrieve(self, client: Any) -> object:
        try:
            return client.get(f"/models/{next(IDS)}").raise_for_status().json()["id"]
        except self._broken:  # its pool hands out closed connections now and then, under many threads
            return self.retrieve(client)

    async def aretrieve(self, client: Any) -> object:
        return (await client.get(f"/models/{next(IDS)}")).raise_for_status().json()["id"]

    def models(self, client: Any) -> Any:
        return client.get("/models").raise_for_status().json()["data"]

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

    def aclient(self, limits: dict[str, int] | None, *, aiohttp: bool = False) -> Any:
        kind = self._package.DefaultAioHttpClient if aiohttp else self._package.DefaultAsyncHttpxClient
        if limits is None:
            return self._package.AsyncOpenAI(base_url=self.base_url, api_key=KEY)
        http_client = kind(limits=type(self._package.DEFAULT_CONNECTION_LIMITS)(**limits))
        return self._package.AsyncOpenAI(base_url=self.base_url, api_key=KEY, http_client=http_client)

    def retrieve(self, client: Any) -> object:
        return client.models.retrieve(next(IDS)).id

    async def aretrieve(self, client: Any) -> object:
        return (await client.models.retrieve(next(IDS))).id

    def models(self, client: Any) -> Any:
        return client.models.list()

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
        self._address = host, int(port)
        self._request = f"GET /v1/models/m HTTP/1.1\r\nhost: {host}\r\n\r\n".encode()

    def client(self) -> socket.socket:
        return socket.create_connection(self._address)

    def retrieve(self, client: socket.socket) -> object:
        client.sendall(self._request)
        return client.recv(65536)


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


def sync_work(library: Any, name: str) -> Callable[[], object] | None:
    """Return work that needs no event loop."""
    if "async" in name:
        return None
    if name == "second client":
        return clients(library, 10, use=False)
    if name.endswith(" clients"):
        return clients(library, int(name.partition(" ")[0]))
    if lists := listed(name):
        size, shape = lists
        rounds = max(1, 2000 // size) if "list of" in name else {100: 40, 1000: 8, 10_000: 2}[size]
        return listing(library, rounds, getattr(library, READERS[shape]))
    client = library.client()
    if times := {"retrieve, sync": 100, "socket": 2000}.get(name):
        return lambda: [library.retrieve(client) for _ in range(times)]
    assert name == "64 threads on one client"
    pool = ThreadPoolExecutor(64)
    return lambda: list(pool.map(lambda _: library.retrieve(client), range(8 * 64)))


def listing(library: Any, times: int, read: Callable[[Any], object]) -> Callable[[], object]:
    client = library.client()

    def work() -> None:
        for _ in range(times):
            for model in library.models(client):
                read(model)

    return work


def clients(library: Any, count: int, *, use: bool = True) -> Callable[[], object]:
    def work() -> None:
        for each in [library.client() for _ in range(count)]:
            if use:
                library.retrieve(each)
            each.close()

    return work


async def async_work(library: Any, name: str) -> Callable[[], Coroutine[Any, Any, object]]:
    """Return work that runs on asyncio."""
    keeps_all = name.endswith(("at a time", "with aiohttp"))
    client = library.aclient(KEPT_ALL if keeps_all else None, aiohttp="aiohttp" in name)

    async def one_by_one() -> None:
        for _ in range(100):
            await library.aretrieve(client)

    async def at_a_time() -> None:
        free = asyncio.Semaphore(most)

        async def one() -> None:
            async with free:
                await library.aretrieve(client)

        await asyncio.gather(*(one() for _ in range(max(2 * most, 100))))

    if name == "retrieve, async":
        return one_by_one
    most = int(name.split()[2])
    return at_a_time


def main() -> None:
    """Make ready, then work line by line."""
    name, work_name, origin = sys.argv[1:]
    lists = listed(work_name)
    library = LIBRARIES[name](f"{origin}/{lists[1].replace(' ', '-')}/{lists[0]}" if lists else f"{origin}/v1")
    with asyncio.Runner() as runner:
        work = sync_work(library, work_name)
        if work is None:
            one_round = runner.run(async_work(library, work_name))
            work = lambda: runner.run(one_round())  # noqa: E731
        work()
        print("ready", flush=True)
        while sys.stdin.readline():
            begin, cpu = time.perf_counter(), time.process_time()
            work()
            print(time.perf_counter() - begin, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
