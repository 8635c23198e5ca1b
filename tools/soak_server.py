"""A server with faults for the soak: which one, the name that is asked for says.

The name is the last segment of the path; where models are listed, it is in the query.

It runs in a process of its own, so that what it uses is not counted with the client's.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit


class Asked(NamedTuple):
    """A request: what is to be done, and to which model."""

    method: str
    target: str
    name: str
    moved: bool


def parsed(line: str) -> Asked:
    """Read the first line of a request."""
    method, target, _ = line.split(" ")
    path, query = urlsplit(target)[2:4]
    moved = path.endswith("/moved")
    name = parse_qs(query)["asked"][0] if query else unquote(path.removesuffix("/moved").rpartition("/")[2])
    return Asked(method, target, name, moved)


def value(asked: Asked, **model: object) -> bytes:
    """Spell what is right; `model` replaces what a model is."""
    model = model or {"id": asked.name, "object": "model", "created": 1, "owned_by": "acme"}
    if asked.method == "DELETE":
        model["deleted"] = True
    return json.dumps({"object": "list", "data": [model]} if "?" in asked.target else model).encode()


def whole(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """Spell a response."""
    return f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode() + body


def error(status: str, headers: str = "") -> bytes:
    """Spell an error in the official envelope."""
    return whole(b'{"error": {"message": "as asked", "type": "t", "param": null, "code": "c"}}', status, headers)


def chunked(body: bytes) -> bytes:
    """Spell a response whose length is not said before."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def reply(asked: Asked) -> tuple[bytes, bool]:
    """Give what is sent, and whether the connection stays open then."""
    fault = "ok" if asked.moved else asked.name.partition("/")[0]
    body = value(asked)
    packed = gzip.compress(body)
    elsewhere = asked.target.replace("?", "/moved?") if "?" in asked.target else f"{asked.target}/moved"
    kept = {
        "ok": whole(body),
        "chunked": chunked(body),
        "gzip": whole(packed, headers="content-encoding: gzip\r\n"),
        "bad gzip": whole(packed[:-9] + b"123456789", headers="content-encoding: gzip\r\n"),
        "bomb": whole(BOMB, headers="content-encoding: gzip\r\n"),
        "HTML": whole(b"<html><title>Sign in</title></html>"),
        "no JSON": whole(b'{"id": '),
        "no id": whole(value(asked, object="model")),
        "deep": whole(b"[" * 100_000),
        "empty": whole(b""),
        "400": error("400 Bad Request"),
        "401": error("401 Unauthorized"),
        "404": error("404 Not Found"),
        "429": error("429 Too Many Requests", "retry-after-ms: 1\r\n"),
        "503": error("503 Service Unavailable", "x-should-retry: false\r\n"),
        "redirect": whole(b"", "307 Temporary Redirect", f"location: {elsewhere}\r\n"),
        "redirect loop": whole(b"", "307 Temporary Redirect", f"location: {asked.target}\r\n"),
        "redirect to a file": whole(b"", "302 Found", "location: file:///etc/passwd\r\n"),
    }
    if fault in kept:
        return kept[fault], True
    return {
        "closing": whole(body, headers="connection: close\r\n"),
        "closing unsaid": whole(body),
        "hang-up": b"",
        "half a head": b"HTTP/1.1 200",
        "half a body": whole(body)[:-5],
        "garbage": b"\x00\x01\x02\r\n\r\n",
        "silence": b"",
        "half, then silence": whole(body)[:-5],
        "left in silence": whole(body)[:-5],
    }[fault], False


BOMB = gzip.compress(b" " * 4_000_000)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while True:
            asked = parsed((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode())
            data, stays = reply(asked)
            writer.write(data)
            if "silence" in asked.name and not asked.moved:
                await reader.read()
            if not stays:
                break
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # the client has hung up, as it may
    finally:
        writer.close()


async def main() -> None:
    """Serve until standard input ends; the port is printed first."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
