"""Bodies under a content-encoding: right, broken, not asked for, and bombs."""

import gzip
import json
import zlib

import brotli
import zstandard
from tests.acceptance.faults.fault import GOOD, LATE, SHORT, Fails, Group, Value, Visit, answer, then_drip, unreadable

GROUP = Group("content encoding")
fault = GROUP.fault

BODY = json.dumps(GOOD).encode()
GZIPPED = gzip.compress(BODY)
RAW_DEFLATE = zlib.compress(BODY, wbits=-15)
BROKEN_ERROR = gzip.compress(b'{"error": {"message": "Broken."}}')
MEGABYTE = 10**6
TOO_LARGE = unreadable("is larger than", "max_response_bytes")
NOT_AS_SAID = unreadable("content-encoding")


def encoded(body: bytes, encoding: str, status: int = 200) -> bytes:
    return answer(body, status, {"content-encoding": encoding})


fault("gzip", encoded(GZIPPED, "gzip"), Value())
fault("x-gzip", encoded(GZIPPED, "x-gzip"), Value())
fault("gzip in two members", encoded(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "gzip"), Value())
fault("gzip twice", encoded(gzip.compress(GZIPPED), "gzip, gzip"), Value())
fault("deflate", encoded(zlib.compress(BODY), "deflate"), Value())
fault("deflate without zlib's header", encoded(RAW_DEFLATE, "deflate"), Value())
fault("identity", encoded(BODY, "identity"), Value())
fault("an error in gzip", encoded(BROKEN_ERROR, "gzip", 500), Fails("InternalServerError", 500, says=["Broken."]))
fault("gzip that isn't", encoded(BODY, "gzip"), NOT_AS_SAID)
fault("deflate that isn't", encoded(b"\xff" * 50, "deflate"), NOT_AS_SAID)
fault("gzip cut off, its length right", encoded(GZIPPED[:-12], "gzip"), unreadable("cut off"))
fault("gzip with a wrong checksum", encoded(GZIPPED[:-8] + b"\0" * 8, "gzip"), NOT_AS_SAID)
fault("gzip of nothing", encoded(gzip.compress(b""), "gzip"), unreadable("empty"))
fault("nothing at all, called gzip", encoded(b"", "gzip"), unreadable("empty"))
fault("an error called gzip that isn't", encoded(b"Bad gateway", "gzip", 502), Fails("InternalServerError", 502))
fault("br, which was not asked for", encoded(brotli.compress(BODY), "br"), Value())
fault("zstd, which was not asked for", encoded(zstandard.ZstdCompressor().compress(BODY), "zstd"), Value())
fault("br that isn't", encoded(b"\xff" * 50, "br"), NOT_AS_SAID)
fault("zstd cut off, its length right", encoded(zstandard.compress(BODY)[:-5], "zstd"), unreadable("cut off"))
fault("an encoding that nobody knows", encoded(BODY, "rot13"), unreadable("'rot13'"))
fault("an error in br", encoded(b"\x0b\x02\x80{}\x03", "br", 503), Fails("InternalServerError", 503))


def _bomb(size: int) -> tuple[bytes, bytes, int]:
    """Return gzip for `size` zeros: its beginning, a piece to repeat, and the number of repetitions."""
    deflate = zlib.compressobj(9, wbits=31)
    first = deflate.compress(b"\0" * MEGABYTE) + deflate.flush(zlib.Z_FULL_FLUSH)
    # After a full flush, the same zeros give the same bytes again.
    piece = deflate.compress(b"\0" * MEGABYTE) + deflate.flush(zlib.Z_FULL_FLUSH)
    return first, piece, size // MEGABYTE - 1


def bomb(visit: Visit, status: int = 200) -> None:
    first, piece, times = _bomb(10**10)
    length = str(len(first) + times * len(piece))
    visit.send(answer(first, status, {"content-encoding": "gzip", "content-length": length}))
    for _ in range(times):
        visit.send(piece)


def nested_bomb(visit: Visit) -> None:
    first, piece, times = _bomb(10**9)
    outer = zlib.compressobj(9, wbits=31)
    body = outer.compress(first) + b"".join(outer.compress(piece) for _ in range(times)) + outer.flush()
    visit.send(encoded(body, "gzip, gzip"))


def brotli_bomb(visit: Visit) -> None:
    visit.send(encoded(brotli.compress(bytes(100 * MEGABYTE), quality=1), "br"))


def zstd_bomb(visit: Visit) -> None:
    visit.send(encoded(zstandard.compress(bytes(100 * MEGABYTE)), "zstd"))


def padded_layers(visit: Visit) -> None:
    # Zeros behind the end of gzip mean nothing: a decoder that only counts what comes out of the last layer sees none.
    padded = GZIPPED + bytes(64 * MEGABYTE)
    visit.send(encoded(gzip.compress(gzip.compress(padded, 1)), "gzip, gzip, gzip"))


SMALL = {"max_response_bytes": 2**20}
fault("a gzip bomb: 10 GB from 10 MB", bomb, TOO_LARGE, megabytes=96, seconds=10)
fault("a gzip bomb: 10 GB from 10 MB, at 1 MiB of bound", bomb, TOO_LARGE, options=SMALL, megabytes=8)
ERROR = Fails("BadRequestError", 400)
fault("a gzip bomb in an error", lambda visit: bomb(visit, 400), ERROR, options=SMALL, megabytes=8)
fault("gzip within gzip: 1 GB from some KB", nested_bomb, TOO_LARGE, options=SMALL, megabytes=8)
fault("a br bomb: 100 MB from 18 KB", brotli_bomb, TOO_LARGE, options=SMALL, megabytes=24)
fault("a zstd bomb: 100 MB from 3 KB", zstd_bomb, TOO_LARGE, options=SMALL, megabytes=24)
fault("padding within three layers of gzip", padded_layers, TOO_LARGE, options=SMALL, megabytes=24)
fault("the encoding named 12,000 times", encoded(b"", ",".join(["gzip"] * 12_000)), unreadable("12000 times over"))
BEGIN = answer(GZIPPED[:10], headers={"content-encoding": "gzip", "content-length": "1000000"})
EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"
fault("gzip that drips for ever", then_drip(BEGIN, EMPTY_BLOCK), LATE, timeout=SHORT)
LAYERS = BODY
for _ in range(20):
    LAYERS = gzip.compress(LAYERS)
fault("twenty layers of gzip", encoded(LAYERS, ", ".join(["gzip"] * 20)), Value())
