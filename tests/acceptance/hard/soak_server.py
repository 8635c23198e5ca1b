"""The faulty server of the soak. The requested model ID selects the fault.

The ID is the last segment of the path; for a list it is in the query. The server runs in a separate process, so that
its resources are not counted as the client's.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

BOMB = gzip.compress(b" " * 4_000_000)
GZIP = "content-encoding: gzip\r\n"


class ParsedRequest(NamedTuple):
    """Method, path with query, model ID, and whether the request follows a redirect."""

    method: str
    target: str
    name: str
    moved: bool


def parse(line: str) -> ParsedRequest:
    """Parse the request line."""
    method, target, _ = line.split(" ")
    path, query = urlsplit(target)[2:4]
    moved = path.endswith("/moved")
    name = parse_qs(query)["model"][0] if query else unquote(path.removesuffix("/moved").rpartition("/")[2])
    return ParsedRequest(method, target, name, moved)


def model_body(request: ParsedRequest, **model: object) -> bytes:
    """Return the correct body; `model` replaces the model's fields."""
    model = model or {"id": request.name, "object": "model", "created": 1, "owned_by": "acme"}
    if request.method == "DELETE":
        model["deleted"] = True
    return json.dumps({"object": "list", "data": [model]} if "?" in request.target else model).encode()


def response(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """Return a response with a content length."""
    return f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode() + body


def error(status: str, headers: str = "") -> bytes:
    """Return an error in the official envelope."""
    return response(b'{"error": {"message": "as requested", "type": "t", "param": null, "code": "c"}}', status, headers)


def redirect(location: str) -> bytes:
    return response(b"", "307 Temporary Redirect", f"location: {location}\r\n")


def chunked_response(body: bytes) -> bytes:
    """Return a response in chunked encoding."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def reply(request: ParsedRequest) -> tuple[bytes, bool]:
    """Return the bytes to send, and whether the connection stays open."""
    fault = "ok" if request.moved else request.name.partition("/")[0]
    body = model_body(request)
    compressed = gzip.compress(body)
    moved = request.target.replace("?", "/moved?") if "?" in request.target else f"{request.target}/moved"
    keep_alive = {
        "ok": response(body),
        "chunked": chunked_response(body),
        "gzip": response(compressed, headers=GZIP),
        "bad gzip": response(compressed[:-9] + b"123456789", headers=GZIP),
        "bomb": response(BOMB, headers=GZIP),
        "HTML": response(b"<html><title>Sign in</title></html>"),
        "no JSON": response(b'{"id": '),
        "no id": response(model_body(request, object="model")),
        "deep": response(b"[" * 100_000),
        "empty": response(b""),
        "400": error("400 Bad Request"),
        "401": error("401 Unauthorized"),
        "404": error("404 Not Found"),
        "429": error("429 Too Many Requests", "retry-after-ms: 1\r\n"),
        "503": error("503 Service Unavailable", "x-should-retry: false\r\n"),
        "redirect": redirect(moved),
        "redirect loop": redirect(request.target),
        "redirect to a file": redirect("file:///etc/passwd"),
    }
    if fault in keep_alive:
        return keep_alive[fault], True
    return {
        "closing": response(body, headers="connection: close\r\n"),
        "closing unsaid": response(body),
        "half a head": b"HTTP/1.1 200",
        "half a body": response(body)[:-5],
        "half, then silence": response(body)[:-5],
        "left in silence": response(body)[:-5],
        "garbage": b"\x00\x01\x02\r\n\r\n",
    }.get(fault, b""), False


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while True:
            request = parse((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode())
            data, stays_open = reply(request)
            writer.write(data)
            if "silence" in request.name and not request.moved:
                await reader.read()
            if not stays_open:
                break
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # the client has disconnected
    finally:
        writer.close()


async def main() -> None:
    """Print the port, and serve until standard input ends."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
