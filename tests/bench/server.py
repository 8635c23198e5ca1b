"""A server whose answers are ready: what is measured is the client.

    python tests/bench/server.py      prints its port, and ends with its standard input

It answers `GET /v1/models/ID` with a model, `GET /v1/models?n=N` (or any path that ends in
`/N/models`) with a list of N.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from functools import lru_cache

SIZED = re.compile(rb"/(\d+)/models")


@lru_cache
def _response(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_1\r\ncontent-length: {len(body)}\r\n"
    )
    return head.encode() + b"\r\n" + body


def model(number: int) -> dict[str, object]:
    """Give a model such as the API lists them."""
    return {"id": f"gpt-4o-{number}", "object": "model", "created": 1_686_935_002 + number, "owned_by": "openai"}


@lru_cache
def _listing(size: int) -> bytes:
    return _response(json.dumps({"object": "list", "data": [model(number) for number in range(size)]}).encode())


ONE = _response(json.dumps(model(1)).encode())


class Answering(asyncio.Protocol):
    """Answers each request as soon as its head is there."""

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            target = head.split(b" ", 2)[1]
            sized = SIZED.match(target)
            self._transport.write(_listing(int(sized[1])) if sized else ONE)  # type: ignore[attr-defined]  # it can


async def main() -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
