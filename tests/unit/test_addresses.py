"""A host's addresses are tried one beside the other, and nothing of the losers stays open."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import TYPE_CHECKING, Any

import pytest

from openai_models import _addresses
from openai_models._addresses import by_turns, first_to_connect

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio
SILENT = "192.0.2.1"  # RFC 5737: nobody's
REFUSING = "127.0.0.2"
THERE = "127.0.0.1"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server((THERE, 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that every name has; nothing ever comes of a connection to the silent one."""
    hosts: list[str] = []
    connect = asyncio.SelectorEventLoop.sock_connect

    async def found(_: object, __: str, port: int, **___: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in hosts]

    async def sock_connect(loop: Any, made: socket.socket, address: Any) -> None:
        if address[0] == SILENT:
            await asyncio.sleep(60)
        await connect(loop, made, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "getaddrinfo", found)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    return hosts


@pytest.mark.parametrize(
    ("found", "tried"),
    [("", ""), ("6", "6"), ("446", "464"), ("6644", "6464"), ("66644", "64646"), ("4466", "4646")],
)
def test_families_of_addresses_take_turns(found: str, tried: str) -> None:
    families = {"4": socket.AF_INET, "6": socket.AF_INET6}
    infos = [(families[each], 1, 6, "", (str(place), 80)) for place, each in enumerate(found)]
    turns = by_turns(infos)
    assert [info[0] for info in turns] == [families[each] for each in tried]
    for family in families.values():
        assert [info for info in turns if info[0] == family] == [info for info in infos if info[0] == family]


@pytest.mark.parametrize("before", [[], [REFUSING], [SILENT], [SILENT, REFUSING], [REFUSING, SILENT, SILENT]])
async def test_the_first_that_answers_is_taken(
    hosts: list[str], port: int, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    monkeypatch.setattr(_addresses, "_NEXT_ADDRESS", 0.01)
    hosts.extend([*before, THERE, SILENT])
    tasks = asyncio.all_tasks()
    async with asyncio.timeout(10):
        with await first_to_connect("some.test", port) as made:
            assert made.getpeername() == (THERE, port)
    for _ in range(2):  # the losers hear of it, and end
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    gc.collect()  # a socket that was left open says so


async def test_one_that_refuses_costs_no_time(hosts: list[str], port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_addresses, "_NEXT_ADDRESS", 60)
    hosts.extend([REFUSING, REFUSING, THERE])
    async with asyncio.timeout(10):
        (await first_to_connect("some.test", port)).close()


async def test_where_nobody_answers_each_reason_is_named_once(hosts: list[str], port: int) -> None:
    hosts.extend([REFUSING, REFUSING, "127.0.0.3"])
    with pytest.raises(OSError, match=r"^[^;]*127\.0\.0\.2[^;]*; [^;]*127\.0\.0\.3[^;]*$"):
        await first_to_connect("some.test", port)


async def test_a_name_without_addresses_is_an_error(hosts: list[str], port: int) -> None:
    with pytest.raises(OSError, match=r"some\.test has no address"):
        await first_to_connect("some.test", port)
