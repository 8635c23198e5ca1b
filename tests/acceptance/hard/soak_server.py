"""The faulty server of the soak. The requested model ID selects the fault.

The ID is the last segment of the path; for a list it is in the query. The server runs in a separate process, so that
its resources are not counted as the client's.
"""

import gzip
import json
import sys
from urllib.parse import parse_qs, unquote

from tests.acceptance.hard.wire import Head, Reply, WireServer, answer

BOMB = gzip.compress(b" " * 4_000_000)
GZIP = "content-encoding: gzip\r\n"


def error(status: str, headers: str = "") -> bytes:
    """Return an error in the official envelope."""
    return answer(b'{"error": {"message": "as requested", "type": "t", "param": null, "code": "c"}}', status, headers)


def redirect(location: str) -> bytes:
    return answer(b"", "307 Temporary Redirect", f"location: {location}\r\n")


def model_body(head: Head, model: dict[str, object]) -> bytes:
    if head.method == "DELETE":
        model["deleted"] = True
    return json.dumps({"object": "list", "data": [model]} if "?" in head.target else model).encode()


def reply(head: Head) -> Reply:
    """Return what is sent."""
    server.heads.clear()
    path, mark, query = head.target.partition("?")
    name = parse_qs(query)["model"][0] if query else unquote(path.removesuffix("/moved").rpartition("/")[2])
    fault = "ok" if path.endswith("/moved") else name.partition("/")[0]
    body = model_body(head, {"id": name, "object": "model", "created": 1, "owned_by": "acme"})
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    compressed = gzip.compress(body)
    keep_alive = {
        "ok": answer(body),
        "chunked": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n",
        "gzip": answer(compressed, headers=GZIP),
        "bad gzip": answer(compressed[:-9] + b"123456789", headers=GZIP),
        "bomb": answer(BOMB, headers=GZIP),
        "HTML": answer(b"<html><title>Sign in</title></html>"),
        "no JSON": answer(b'{"id": '),
        "no id": answer(model_body(head, {"object": "model"})),
        "deep": answer(b"[" * 100_000),
        "empty": answer(b""),
        "400": error("400 Bad Request"),
        "401": error("401 Unauthorized"),
        "404": error("404 Not Found"),
        "429": error("429 Too Many Requests", "retry-after-ms: 1\r\n"),
        "503": error("503 Service Unavailable", "x-should-retry: false\r\n"),
        "redirect": redirect(f"{path}/moved{mark}{query}"),
        "redirect loop": redirect(head.target),
        "redirect to a file": redirect("file:///etc/passwd"),
    }
    if fault in keep_alive:
        return Reply((keep_alive[fault],))
    sent = {
        "closing": answer(body, headers="connection: close\r\n"),
        "closing unsaid": answer(body),
        "half a head": b"HTTP/1.1 200",
        "half a body": answer(body)[:-5],
        "half, then silence": answer(body)[:-5],
        "left in silence": answer(body)[:-5],
        "garbage": b"\x00\x01\x02\r\n\r\n",
    }.get(fault, b"")
    return Reply((sent,), close=True, held=1 if "silence" in fault else None)


if __name__ == "__main__":
    # Print the port, and serve until standard input ends.
    with WireServer(reply) as server:
        print(server.port, flush=True)
        sys.stdin.read()
