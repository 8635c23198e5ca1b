"""Decoding within bounds: what a `Decoder` makes of the pieces that come."""

import gzip
import os
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from functools import partial

import brotli
import httpx
import pytest
import zstandard
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APIResponseValidationError, BadRequestError
from openai_models._core.decoder import Decoder
from openai_models._redaction import kept_content

TEXT = b'{"object": "list", "data": []}' * 40
PLENTY = 10**7


def raw(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


zstd = zstandard.ZstdCompressor(write_checksum=True).compress
br: Callable[[bytes], bytes] = partial(brotli.compress, quality=5)
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": raw,
    "br": br,
    "zstd": zstd,
}
each_encoding = pytest.mark.parametrize("encoding", list(ENCODERS)[1:])


def read(encoding: str, pieces: Iterable[bytes], limit: int = PLENTY) -> tuple[bytes, str | None]:
    reader = Decoder(encoding.removeprefix("raw "), limit)
    for piece in pieces:
        reader.feed(piece)
    response = httpx.Response(200, headers={"content-encoding": "any"}, stream=Pieces())
    reader.finish(response)
    content = kept_content(response)
    assert content is not None
    assert response.headers["content-encoding"] == "any"
    assert response.content is content
    return content, reader.problem


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


ENCODED: dict[str, tuple[str, bytes]] = {
    "identity": (" IDENTITY ", TEXT),
    **{name: (name, encode(TEXT)) for name, encode in ENCODERS.items()},
    "x-gzip": ("x-gzip", gzip.compress(TEXT)),
    "identity and an empty name": ("identity, gzip,", gzip.compress(TEXT)),
    "several members": ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:])),
    "gzip that pads with zeros": ("gzip", gzip.compress(TEXT) + b"\0" * 512),
    "several frames of zstd": ("zstd", zstd(TEXT[:100]) + zstd(b"") + zstd(TEXT[100:])),
    "deflate of raw deflate": ("deflate, deflate", zlib.compress(raw(TEXT))),
    "br of zstd of gzip": ("gzip, zstd, br", br(zstd(gzip.compress(TEXT)))),
}


@pytest.mark.parametrize("size", [10**6, 1], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(("encoding", "data"), ENCODED.values(), ids=ENCODED)
def test_a_body_is_decoded_however_it_comes(encoding: str, data: bytes, size: int) -> None:
    assert read(encoding, cut(data, size)) == (TEXT, None)


@pytest.mark.parametrize("encoding", ENCODERS)
def test_no_pieces_are_an_empty_body(encoding: str) -> None:
    assert read(encoding, []) == read(encoding, [b"", b""]) == (b"", None)


@each_encoding
def test_no_length_near_the_size_of_a_piece_loses_its_end(encoding: str) -> None:
    """A decoder may hold back output for which the last decoded piece had no room, with no input left."""
    lengths = [size + more for size in (65_536, 131_072, 262_144) for more in range(-9, 261, 9)]
    found = {length: read(encoding, [ENCODERS[encoding](b"a" * length)]) for length in lengths}
    assert [length for length in lengths if found[length] != (b"a" * length, None)] == []


@pytest.mark.parametrize("encoding", ["compress", "gzip, compress", "compress, gzip"])
def test_an_encoding_that_nobody_can_decode_is_a_problem_that_names_it(encoding: str) -> None:
    assert read(encoding, [b"any"]) == (b"", "is encoded as 'compress', which this package cannot decode")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 decodes zstd by itself")
@pytest.mark.parametrize(
    ("encoding", "name", "package"), [("br", "br", '"brotli>=1.2"'), ("zstd, gzip", "zstd", "zstandard")]
)
def test_where_a_decoder_is_not_installed_the_problem_names_its_package(
    encoding: str, name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    told = f"is encoded as {name!r}, which takes a package to decode: pip install {package}"
    assert read(encoding, [b"anything"]) == (b"", told)


def test_a_brotli_without_a_bound_of_its_output_counts_as_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Decompressor:  # as in version 1.1
        def process(self, data: bytes) -> bytes:
            return data

    monkeypatch.setattr(brotli, "Decompressor", Decompressor)
    assert "brotli>=1.2" in str(read("br", [br(TEXT)])[1])


def test_zstd_of_python_3_14_is_used_where_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """`compression.zstd` has this interface; the stand-in decodes by means of zstandard."""
    windows: list[int] = []

    class Standin:
        ZstdError = zstandard.ZstdError

        class DecompressionParameter:
            window_log_max = 100

        @staticmethod
        def ZstdDecompressor(options: dict[int, int]) -> object:  # noqa: N802 - its name there
            windows.append(1 << options[100])
            return zstandard.ZstdDecompressor(max_window_size=windows[-1]).decompressobj()

    monkeypatch.setitem(sys.modules, "compression", Standin)
    monkeypatch.setitem(sys.modules, "compression.zstd", Standin)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert read("zstd", cut(zstd(TEXT) + zstd(TEXT), 10)) == (TEXT * 2, None)
    assert set(windows) == {8 * 1024 * 1024}


def test_zstd_that_needs_more_memory_than_http_allows_is_a_problem() -> None:
    """RFC 9659: a window of 8 MB at most."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    _, problem = read("zstd", [stream.compress(os.urandom(1024)) + stream.flush()])
    assert "too much memory" in str(problem)


BROKEN: dict[str, tuple[str, bytes]] = {
    "no gzip": ("gzip", TEXT),
    "gzip with a wrong sum": ("gzip", gzip.compress(TEXT)[:-8] + b"\0" * 8),
    "a second member that is none": ("gzip", gzip.compress(TEXT) + b"\x1f\x8bgarbage that is no gzip at all"),
    "deflate that goes on behind its end": ("deflate", zlib.compress(TEXT) + b"more"),
    "br with something behind it": ("br", br(TEXT) + b"more"),
    "zstd with something behind it": ("zstd", zstd(TEXT) + b"no frame"),
    "gzip once, said to be twice": ("gzip, gzip", gzip.compress(TEXT)),
}


@pytest.mark.parametrize("size", [10**6, 1], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(("encoding", "data"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_encoded_as_it_says_is_a_problem(encoding: str, data: bytes, size: int) -> None:
    assert str(read(encoding, cut(data, size))[1]).startswith("is not what its content-encoding says")


@pytest.mark.parametrize("missing", [1, 8, 9, 20])
@each_encoding
def test_compressed_data_without_its_end_is_a_problem(encoding: str, missing: int) -> None:
    _, problem = read(encoding, [ENCODERS[encoding](TEXT)[:-missing]])
    assert problem == "is cut off in the middle of its compressed data"


@pytest.mark.parametrize("size", [10**6, 1000, 1], ids=["at once", "in pieces", "byte by byte"])
@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd"])
def test_a_body_of_exactly_the_bound_passes_and_one_byte_more_does_not(encoding: str, size: int) -> None:
    data = bytes(place % 251 for place in range(3001))
    assert read(encoding, cut(ENCODERS[encoding](data[:-1]), size), 3000) == (data[:-1], None)
    body, problem = read(encoding, cut(ENCODERS[encoding](data), size), 3000)
    assert problem == "is larger than 3,000 bytes (max_response_bytes)"
    assert data.startswith(body)
    assert len(body) <= 3000


def peak_of(encoding: str, pieces: Iterable[bytes], limit: int = PLENTY) -> tuple[int, bytes, str | None]:
    """Return the bytes of memory that reading takes, and what is read."""
    tracemalloc.start()
    try:
        body, problem = read(encoding, pieces, limit)
        return tracemalloc.get_traced_memory()[1], body, problem
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip", "br", "zstd", "br, zstd"])
def test_a_bomb_costs_little_more_memory_than_the_bound(encoding: str) -> None:
    limit = 2 * 1024 * 1024
    bomb = b"\0" * (8 * limit)
    for name in encoding.split(", "):
        bomb = ENCODERS[name](bomb)
    peak, _, problem = peak_of(encoding, [bomb], limit)
    assert "is larger than" in str(problem)
    assert peak < limit + 3 * 1024 * 1024


def test_a_bomb_within_layers_that_the_last_one_passes_over_stops_at_the_bound() -> None:
    limit = 2 * 1024 * 1024
    padded = gzip.compress(gzip.compress(TEXT) + b"\0" * (8 * limit))
    assert "is larger than" in str(read("gzip, gzip, gzip", [gzip.compress(padded)], limit)[1])


def test_a_body_in_small_pieces_takes_little_more_memory_than_one_in_large() -> None:
    pieces = (bytes(bytearray(b"ab")) for _ in range(50_000))  # copies, as each read gives one
    peak, body, _ = peak_of("", pieces)
    assert body == b"ab" * 50_000
    assert peak < 1024 * 1024


def test_an_endless_chain_of_encodings_is_a_problem_that_takes_no_memory() -> None:
    peak, _, problem = peak_of(",".join(["gzip"] * 19_000), [gzip.compress(TEXT)])
    assert problem == "is encoded 19000 times over"
    assert peak < 8 * 1024 * 1024


def test_what_is_kept_of_a_body_that_is_too_large_is_its_beginning_and_small() -> None:
    body, _ = read("", [b"begin", b"a" * 100_000, b"b" * 900_001], 10**6)
    assert body.startswith(b"begina")
    assert len(body) <= 64 * 1024
    # One copy of all that came is no small thing.
    peak, _, _ = peak_of("", (bytes(10**6) for _ in range(20)), 10**7)
    assert peak < 13 * 10**6


def test_a_success_whose_body_cannot_be_read_is_a_validation_error_that_says_why(shell: Shell) -> None:
    headers = {"content-encoding": "gzip", "x-request-id": "req-1"}
    failure = shell.failure(shell.client(Server(answer(content=b"no gzip", headers=headers))).models.list)
    assert "The body is not what its content-encoding says" in str(failure)
    assert (type(failure), failure.status_code, failure.request_id) == (APIResponseValidationError, 200, "req-1")


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd"])
def test_a_failure_whose_body_is_too_large_tells_what_its_beginning_says(encoding: str, shell: Shell) -> None:
    content = ENCODERS[encoding](b'{"error": "the reason"' + b" " * 400_000)
    server = Server(answer(status=400, content=content, headers={"content-encoding": encoding}))
    failure = shell.failure(shell.client(server, max_response_bytes=10_000).models.list)
    assert (type(failure), "the reason" in str(failure)) == (BadRequestError, True)
