"""Decoders of single content encodings, without I/O. None returns more than a bounded piece at once.

gzip and deflate are Python's own. `br` and `zstd` are decoded where a package for them is installed. Each decoder has

- `feed`, which yields what a piece of data decodes to, in pieces;
- `is_finished`, whether what was fed so far is whole, if that is anything;
- `error`: what `feed` raises for data that is not in this encoding.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any, Final, TypeAlias

PIECE: Final = 64 * 1024
# Each layer takes memory (of br up to 16 MB), and a header has room for twenty thousand.
_MOST_LAYERS: Final = 20
# RFC 9659 §3: the window that a decoder of the content coding must support, and no sender may exceed.
_ZSTD_WINDOW_LOG: Final = 23
# zstandard has no bound of what it decodes at once. A block takes at least three bytes, and holds at most 128 KB.
_ZSTD_STEP: Final = 64


def new_layers(content_encoding: str) -> list[Layer]:
    """Return the decoders of a body, the one that its data passes first at the beginning.

    Raises:
        LookupError: There is none for an encoding, or there are too many. The message completes "is encoded".
    """
    encodings = [name for name in map(str.strip, content_encoding.lower().split(",")) if name not in {"", "identity"}]
    if len(encodings) > _MOST_LAYERS:
        raise LookupError(f"{len(encodings)} times over")
    return [_new_layer(name) for name in encodings][::-1]


def _new_layer(encoding: str) -> Layer:
    if encoding not in _LAYERS:
        raise LookupError(f"as {encoding!r}, which this package cannot decode")
    try:
        return _LAYERS[encoding]()
    except (ImportError, AttributeError):
        package = _PACKAGES[encoding]
        raise LookupError(f"as {encoding!r}, which takes a package to decode: pip install {package}") from None


class _Brotli:
    def __init__(self) -> None:
        library = import_module("brotli")
        self.error = library.error
        self._decoder = library.Decompressor()
        self._decoder.can_accept_more_data  # noqa: B018 - new in version 1.2, as is `output_buffer_limit`
        self.is_finished = self._decoder.is_finished

    def feed(self, data: bytes) -> Iterator[bytes]:
        while piece := self._decoder.process(data, output_buffer_limit=PIECE):
            yield piece
            data = b""


class _Zstd:
    def __init__(self) -> None:
        try:
            library: Any = import_module("compression.zstd")  # Python 3.14
            options = {library.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
            self._new_frame: Any = partial(library.ZstdDecompressor, options=options)
        except ImportError:
            library = import_module("zstandard")
            self._new_frame = library.ZstdDecompressor(max_window_size=1 << _ZSTD_WINDOW_LOG).decompressobj
        self.error = library.ZstdError
        self._frame = self._new_frame()

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_STEP):
            step = data[start : start + _ZSTD_STEP]
            while step:
                if self._frame.eof:  # RFC 8878 §3: another one follows
                    self._frame = self._new_frame()
                yield self._frame.decompress(step)
                step = self._frame.unused_data if self._frame.eof else b""

    def is_finished(self) -> bool:
        return bool(self._frame.eof)


class _Inflater:
    """What gzip and deflate have in common."""

    error: type[Exception] = zlib.error

    def __init__(self) -> None:
        self._stream: Any = None

    def is_finished(self) -> bool:
        return self._stream is not None and bool(self._stream.eof)

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        piece = self._stream.decompress(data, PIECE)
        while len(piece) == PIECE:  # which may not be all that zlib has, even with no input left
            yield piece
            piece = self._stream.decompress(self._stream.unconsumed_tail, PIECE)
        yield piece


class _Gzip(_Inflater):
    def feed(self, data: bytes) -> Iterator[bytes]:
        if self.is_finished():
            data = data.lstrip(b"\0")  # with which tools pad it
        while data:
            if self._stream is None or self._stream.eof:  # RFC 1952 §2.2 has gzip in several members
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from self._inflate(data)
            data = self._stream.unused_data.lstrip(b"\0")


class _Deflate(_Inflater):
    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        if self._stream is None:
            # Some servers send deflate without zlib's header, though RFC 9110 §8.4.1.2 asks for it. The header begins
            # with these bits (RFC 1950 §2.2). So could raw deflate, with a stored block whose padding bits are ones; no
            # encoder writes one.
            has_header = data[0] & 0x0F == zlib.DEFLATED
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        yield from self._inflate(data)
        if self._stream.unused_data:
            raise zlib.error("it goes on behind its end")


Layer: TypeAlias = _Gzip | _Deflate | _Brotli | _Zstd
_LAYERS: Final[dict[str, type[Layer]]] = {
    "gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate, "br": _Brotli, "zstd": _Zstd,
}  # fmt: skip
_PACKAGES: Final = {"br": '"brotli>=1.2"', "zstd": "zstandard"}
