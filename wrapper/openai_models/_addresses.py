"""Connecting to whichever of a host's addresses answers first (RFC 8305), on asyncio.

asyncio does so too (`happy_eyeballs_delay`), but leaves a socket open when it is cancelled
as one has connected.
"""

from __future__ import annotations

import asyncio
import socket
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# RFC 8305 §5: how long one address is tried before the next one is tried beside it, in seconds.
_NEXT_ADDRESS: Final = 0.25

_Found = tuple[int, int, int, str, tuple[Any, ...]]
"""An address, as `getaddrinfo` gives it."""


async def first_to_connect(host: str, port: int) -> socket.socket:
    """Give a socket that has connected.

    Raises:
        OSError: There is no such host, or none of its addresses answers.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    left = by_turns(found)
    tried: list[asyncio.Task[socket.socket | OSError]] = []
    errors: list[OSError] = []
    won: socket.socket | None = None
    try:
        while won is None and len(errors) < len(found):
            if left:
                tried.append(asyncio.create_task(_tried(left.pop(0))))
            under_way = [each for each in tried if not each.done()]
            await asyncio.wait(under_way, timeout=_NEXT_ADDRESS if left else None, return_when=asyncio.FIRST_COMPLETED)
            ended = [each.result() for each in tried if each.done()]
            errors = [each for each in ended if isinstance(each, OSError)]
            won = next((each for each in ended if isinstance(each, socket.socket)), None)
    finally:
        for each in tried:
            if not each.cancel() and isinstance(late := each.result(), socket.socket) and late is not won:
                late.close()
    if won is None:
        raise OSError("; ".join(dict.fromkeys(map(str, errors))) or f"{host} has no address") from next(
            iter(errors), None
        )
    return won


def by_turns(found: Sequence[_Found]) -> list[_Found]:
    """Let the families of addresses take turns, beginning with the one that comes first (RFC 8305 §4)."""
    families: dict[int, list[_Found]] = {}
    for each in found:
        families.setdefault(each[0], []).append(each)
    return [each for each in chain(*zip_longest(*families.values())) if each is not None]


async def _tried(found: _Found) -> socket.socket | OSError:
    family, kind, protocol, _, address = found
    try:
        made = socket.socket(family, kind, protocol)
    except OSError as error:  # a family that this machine doesn't speak
        return error
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, address)
    except OSError as error:
        made.close()
        return error
    except BaseException:
        made.close()
        raise
    return made
