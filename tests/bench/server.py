"""A server whose answers are ready: what is measured is the client.

    python tests/bench/server.py      prints its port, and ends with its standard input

It answers `GET /N/models` with a list of N models, `GET /SHAPE/N/models` with one of another shape,
anything else with a model.
"""

import json
import os
import re
import selectors
import socket
import sys
import threading
from functools import lru_cache
from typing import Any

API = "as-the-API-sends-them"
SIZED = re.compile(rb"(?:/([\w-]+))?/(\d+)/models")


@lru_cache
def _response(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_1\r\ncontent-length: {len(body)}\r\n"
    )
    return head.encode() + b"\r\n" + body


def model(number: int, shape: str = API) -> dict[str, Any]:
    """Return a model: such as the API lists them, such as OpenRouter does, or with what is required alone."""
    required = {"id": f"gpt-4o-{number}", "object": "model", "created": 1_686_935_002 + number, "owned_by": "openai"}
    if shape == API:
        return required | {"shutdown_date": None if number % 3 else "2026-10-01"}
    if shape == "five-unknown-fields":
        return required | {
            "name": f"OpenAI: GPT-4o {number}",
            "context_length": 128_000 + number,
            "description": f"Model {number} takes text and images and answers in text, at half of the price of the one before.",
            "pricing": "0.0000025",
            "architecture": {"modality": "text+image->text", "tokenizer": "GPT", "instruct_type": None},
        }
    return required


@lru_cache
def _listing(size: int, shape: str) -> bytes:
    data = [model(number, shape) for number in range(size)]
    return _response(json.dumps({"object": "list", "data": data}).encode())


ONE = _response(json.dumps(model(1)).encode())


class Connection:
    """Answers each request as soon as its head is there."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._rest = b""

    def answer(self) -> bool:
        """Answer what has come, and return whether more may come."""
        try:
            received = self._sock.recv(65536)
            *heads, self._rest = (self._rest + received).split(b"\r\n\r\n")
            self._sock.sendall(b"".join(map(self._response, heads)))
        except ConnectionError:
            return False
        return bool(received)

    def _response(self, head: bytes) -> bytes:
        sized = SIZED.match(head.split(b" ", 2)[1])
        return _listing(int(sized[2]), (sized[1] or API.encode()).decode()) if sized else ONE

    def close(self) -> None:
        self._sock.close()


def serve(listening: socket.socket) -> None:
    """Serve over plain sockets: with asyncio a response takes twice as long, which each client would wait for.

    A client that does not read what it asked for holds up the others.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    sock, _ = listening.accept()
                    selector.register(sock, selectors.EVENT_READ, Connection(sock))
                elif not key.data.answer():
                    selector.unregister(key.fileobj)
                    key.data.close()


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    server = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(server.getsockname()[1], flush=True)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    serve(server)
