"""Bodies under a content-encoding: right, broken, not asked for, and bombs."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import brotli
import zstandard
from tests.acceptance.faults.fault import Fails, Group, Value, unreadable
from tests.acceptance.faults.wire import GOOD, answer

if TYPE_CHECKING:
    from tests.acceptance.faults.wire import Visit

GROUP = Group("content encoding")
fault, answers = GROUP.fault, GROUP.answers

BODY = json.dumps(GOOD).encode()
GZIPPED = gzip.compress(BODY)
RAW_DEFLATE = zlib.compress(BODY, wbits=-15)
MEGABYTE = 10**6
TOO_LARGE = unreadable("is larger than", "max_response_bytes")


def encoded(body: bytes, encoding: str, status: int = 200) -> bytes:
    return answer(body, status, {"content-encoding": encoding})


answers("gzip", encoded(GZIPPED, "gzip"), Value())
answers("x-gzip", encoded(GZIPPED, "x-gzip"), Value())
answers("gzip in two members", encoded(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "gzip"), Value())
answers("gzip twice", encoded(gzip.compress(GZIPPED), "gzip, gzip"), Value())
answers("deflate", encoded(zlib.compress(BODY), "deflate"), Value())
answers("deflate without zlib's header", encoded(RAW_DEFLATE, "deflate"), Value())
answers("identity", encoded(BODY, "identity"), Value())
answers(
    "an error in gzip",
    encoded(gzip.compress(b'{"error": {"message": "Broken."}}'), "gzip", 500),
    Fails("InternalServerError", 500, says=["Broken."]),
)
answers("gzip that isn't", encoded(BODY, "gzip"), unreadable("content-encoding"))
answers("deflate that isn't", encoded(b"\xff" * 50, "deflate"), unreadable("content-encoding"))
answers("gzip cut off, its length right", encoded(GZIPPED[:-12], "gzip"), unreadable("cut off"))
answers("gzip with a wrong checksum", encoded(GZIPPED[:-8] + b"\0" * 8, "gzip"), unreadable("content-encoding"))
answers("gzip of nothing", encoded(gzip.compress(b""), "gzip"), unreadable("empty"))
answers("nothing at all, called gzip", encoded(b"", "gzip"), unreadable("empty"))
answers("an error called gzip that isn't", encoded(b"Bad gateway", "gzip", 502), Fails("InternalServerError", 502))
answers("br, which was not asked for", encoded(brotli.compress(BODY), "br"), Value())
answers("zstd, which was not asked for", encoded(zstandard.ZstdCompressor().compress(BODY), "zstd"), Value())
answers("br that isn't", encoded(b"\xff" * 50, "br"), unreadable("content-encoding"))
answers("zstd cut off, its length right", encoded(zstandard.compress(BODY)[:-5], "zstd"), unreadable("cut off"))
answers("an encoding that nobody knows", encoded(BODY, "rot13"), unreadable("'rot13'"))
answers("an error in br", encoded(b"\x0b\x02\x80{}\x03", "br", 503), Fails("InternalServerError", 503))


def _bomb(size: int) -> tuple[bytes, bytes, int]:
    """Return gzip for `size` zeros: its beginning, a piece to repeat, and the number of repetitions."""
    deflate = zlib.compressobj(9, wbits=31)
    first = deflate.compress(b"\0" * MEGABYTE) + deflate.flush(zlib.Z_FULL_FLUSH)
    # After a full flush, the same zeros give the same bytes again.
    piece = deflate.compress(b"\0" * MEGABYTE) + deflate.flush(zlib.Z_FULL_FLUSH)
    return first, piece, size // MEGABYTE - 1


def _send_bomb(visit: Visit, size: int, status: int = 200) -> None:
    first, piece, times = _bomb(size)
    visit.send(
        encoded(b"", "gzip", status).replace(
            b"content-length: 0", b"content-length: %d" % (len(first) + times * len(piece))
        )
    )
    visit.send(first)
    for _ in range(times):
        visit.send(piece)


@fault(
    "a gzip bomb: 10 GB from 10 MB, at 1 MiB of bound", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=8
)
@fault("a gzip bomb: 10 GB from 10 MB", TOO_LARGE, megabytes=96, seconds=10)
def bomb(visit: Visit) -> None:
    _send_bomb(visit, 10**10)


@fault("a gzip bomb in an error", Fails("BadRequestError", 400), options={"max_response_bytes": 2**20}, megabytes=8)
def bomb_in_error(visit: Visit) -> None:
    _send_bomb(visit, 10**10, 400)


@fault("gzip within gzip: 1 GB from some KB", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=8)
def nested_bomb(visit: Visit) -> None:
    first, piece, times = _bomb(10**9)
    outer = zlib.compressobj(9, wbits=31)
    body = outer.compress(first) + b"".join(outer.compress(piece) for _ in range(times)) + outer.flush()
    visit.send(encoded(body, "gzip, gzip"))


@fault("a br bomb: 100 MB from 18 KB", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=24)
def brotli_bomb(visit: Visit) -> None:
    visit.send(encoded(brotli.compress(bytes(100 * MEGABYTE), quality=1), "br"))


@fault("a zstd bomb: 100 MB from 3 KB", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=24)
def zstd_bomb(visit: Visit) -> None:
    visit.send(encoded(zstandard.compress(bytes(100 * MEGABYTE)), "zstd"))


@fault("padding within three layers of gzip", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=24)
def padded_layers(visit: Visit) -> None:
    # Zeros behind the end of gzip mean nothing: a decoder that only counts what comes out of the last layer sees none.
    padded = GZIPPED + bytes(64 * MEGABYTE)
    visit.send(encoded(gzip.compress(gzip.compress(padded, 1)), "gzip, gzip, gzip"))


answers("the encoding named 12,000 times", encoded(b"", ",".join(["gzip"] * 12_000)), unreadable("12000 times over"))


@fault("gzip that drips for ever", Fails("APITimeoutError", cause="Exception"), timeout=0.4)
def dripping_gzip(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-encoding": "gzip", "content-length": "1000000"}) + GZIPPED[:10])
    visit.drip(b"\x00\x00\x00\xff\xff", every=0.05)  # an empty block, over and over


@fault("twenty layers of gzip", Value())
def many_layers(visit: Visit) -> None:
    body = BODY
    for _ in range(20):
        body = gzip.compress(body)
    visit.send(encoded(body, ", ".join(["gzip"] * 20)))
