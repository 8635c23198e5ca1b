"""How much work a call is, in calls of functions and in bytes; nothing here looks at a clock.

The processes count in the thread that calls; what a server does elsewhere doesn't count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# Counts one more call, after some that have warmed the client.
WARM = {
    "sync": """
import json
from tests.bench.counting import Calls
from openai_models import OpenAI
client = OpenAI()
for _ in range(3):
    {call}
with Calls() as calls:
    {call}
""",
    "async": """
import asyncio, json
from tests.bench.counting import Calls
from openai_models import AsyncOpenAI
async def main():
    global calls
    async with AsyncOpenAI() as client:
        for _ in range(3):
            await {call}
        with Calls() as calls:
            await {call}
asyncio.run(main())
""",
}
RETRIEVE = "client.models.retrieve('m1')"
LIST = "client.models.list()"
# Calls of functions of Python and into C, by whichever package. Far less than a connection, a thread, a task,
# a TLS context or an unknown URL would add.
MOST_OF_ALL = {("sync", RETRIEVE): 1500, ("async", RETRIEVE): 1950, ("sync", LIST): 3600, ("async", LIST): 4050}


def told(expression: str) -> str:
    return f"print(json.dumps({expression}))"


@pytest.mark.parametrize("call", [RETRIEVE, LIST], ids=["retrieve", "list"])
def test_a_warm_call_is_so_many_calls_of_functions_in_all(shell: str, call: str, run: Callable[[str], Any]) -> None:
    assert run(WARM[shell].format(call=call) + told("calls.total")) <= MOST_OF_ALL[shell, call]


# The aim is 70 calls in 14 modules, with 32 moves between modules.
MOST = {"calls": 120, "modules": 22, "moves": 70}


def test_a_warm_retrieve_calls_no_more_of_the_packages_functions(run: Callable[[str], Any]) -> None:
    code = "import json\nfrom tests.bench.own_calls import own_calls, summary\n"
    found = run(code + told("summary(own_calls())"))
    assert all(found[name] <= most for name, most in MOST.items()), found


def test_an_id_that_is_new_to_a_client_costs_no_more_than_another(run: Callable[[str], Any]) -> None:
    code = """
import json
from tests.bench.counting import counted
from openai_models import OpenAI
client = OpenAI()
client.models.retrieve("m1")
def least(ids):  # a head and a body that arrive apart cost another read
    return min(counted(lambda: client.models.retrieve(id)).total for id in ids)
known, new = least(["m1"] * 9), least([f"m{n}" for n in range(2, 10)])
"""
    assert run(code + told("new - known")) < 20


LISTS = """
import json
from tests.bench.counting import counted
import httpx
from openai_models import OpenAI

def answer(_):
    body = json.dumps({{"object": "list", "data": [{{"id": f"m{{n}}", **{fields}}} for n in range(size)]}}).encode()
    return httpx.Response(200, stream=httpx.ByteStream(body))

def work():
    return {work}

client = OpenAI(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
size = 1
work()
size = 100
small = counted(work)
size = 10_100
large = counted(work)
"""
WAYS = {"gone through": "list(client.models.list())", "all at once": "client.models.list().data"}
FIELDS = {
    "as documented": {"object": "model", "created": 1, "owned_by": "me"},
    "ids alone": {},
    "more than documented": {"object": "model", "created": 1, "owned_by": "me", "max_model_len": 1},
    "null": {"created": None, "owned_by": None},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fields", FIELDS)
def test_a_longer_list_is_hardly_more_python_calls(fields: str, way: str, run: Callable[[str], Any]) -> None:
    code = LISTS.format(fields=FIELDS[fields], work=WAYS[way])
    assert run(code + told("large.python.total() - small.python.total()")) <= 10_000 // 10


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fields", FIELDS)
def test_a_longer_list_is_at_most_two_c_calls_for_each_model(fields: str, way: str, run: Callable[[str], Any]) -> None:
    code = LISTS.format(fields=FIELDS[fields], work=WAYS[way])
    assert run(code + told("large.c.total() - small.c.total()")) <= 2 * 10_000


MEMORY = """
import json, tracemalloc
import httpx
from openai_models import OpenAI

SIZE, PIECE = 16 * 2**20, 64 * 1024
piece = b" " * PIECE

class Body(httpx.SyncByteStream):
    def __iter__(self):
        for _ in range(SIZE // PIECE):
            yield bytes(bytearray(piece))  # each one new, as from a socket

transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Body()))
client = OpenAI(http_client=httpx.Client(transport=transport))
client.models.with_raw_response.list()
tracemalloc.start()
client.models.with_raw_response.list()
print(json.dumps(tracemalloc.get_traced_memory()[1] / SIZE))
"""


def test_a_body_is_held_twice_at_most_in_its_pieces_and_as_a_whole(run: Callable[[str], Any]) -> None:
    assert run(MEMORY) < 2.2


AT_A_TIME = """
import asyncio, json
from tests.bench.counting import Calls
from openai_models import AsyncOpenAI

async def main():
    async with AsyncOpenAI() as client:
        async def calls_of_each(most, times):
            free = asyncio.Semaphore(most)
            async def one():
                async with free:
                    await client.models.retrieve("m1")
            await asyncio.gather(*(one() for _ in range(most)))
            with Calls() as calls:
                await asyncio.gather(*(one() for _ in range(times)))
            return calls.total / times
        few = await calls_of_each(10, 400)
        many = await calls_of_each(200, 400)
    print(json.dumps(many / few))

asyncio.run(main())
"""


def test_a_call_among_200_is_no_more_work_than_one_among_10(run: Callable[[str], Any]) -> None:
    """A pool that goes through its connections for each waiting request does several times the work."""
    assert run(AT_A_TIME) < 1.5
