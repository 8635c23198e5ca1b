"""Decoders of single content encodings, without I/O. None returns more than a bounded piece at once.

gzip and deflate are Python's own. `br` and `zstd` are decoded where a package for them is installed. Each decoder has

- `feed`, which yields what a piece of data decodes to, in pieces;
- `is_finished`, whether what was fed so far is whole, if that is anything;
- `error`: what `feed` raises for data that is not in this encoding.
"""

from __future__ import annotations

import zlib
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE: Final = 64 * 1024
_GZIP: Final = zlib.MAX_WBITS | 16
# RFC 9659 §3: the window that a decoder of the content coding must support, and no sender may exceed.
_ZSTD_WINDOW_LOG: Final = 23
# zstandard has no bound of what it decodes at once. A block takes at least three bytes, and holds at most 128 KB.
_ZSTD_STEP: Final = 64


def new_layer(encoding: str) -> Layer:
    """Return a decoder.

    Raises:
        LookupError: There is none. The message completes "is encoded as".
    """
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _Inflater(encoding)
    package = {"br": '"brotli>=1.2"', "zstd": "zstandard"}.get(encoding)
    if package is None:
        raise LookupError(f"{encoding!r}, which this package cannot decode")
    try:
        return _Brotli() if encoding == "br" else _Zstd()
    except (ImportError, AttributeError):
        raise LookupError(f"{encoding!r}, which takes a package to decode: pip install {package}") from None


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
    """gzip or deflate."""

    error: type[Exception] = zlib.error

    def __init__(self, encoding: str) -> None:
        self._is_gzip = encoding != "deflate"
        self._inflate = zlib.decompressobj(_GZIP)
        self._head = b""
        self._started = False

    def is_finished(self) -> bool:
        return self._inflate.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._started:
            data = self._head + data
            if len(data) < 2:  # the two bytes that tell which format this is
                self._head = data
                return
            self._start(data)
        while True:
            if self._inflate.eof:
                data = self._next_member(data)
                if not data:
                    return
            piece = self._inflate.decompress(data, PIECE)
            if piece:
                yield piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            # A full piece may not be all that zlib has, even with no input left.
            if not data and len(piece) < PIECE:
                return

    def _start(self, data: bytes) -> None:
        self._head = b""
        self._started = True
        if not self._is_gzip:
            # RFC 1950 §2.2: how zlib's header is known. Some servers send deflate without
            # it, though RFC 9110 §8.4.1.2 asks for it.
            has_header = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)

    def _next_member(self, data: bytes) -> bytes:
        """Return the data of the next member. RFC 1952 §2.2 has gzip in several members, and tools pad it with zeros."""
        if not self._is_gzip:
            if data:
                raise zlib.error("it goes on behind its end")
            return b""
        data = data.lstrip(b"\0")
        if data:
            self._inflate = zlib.decompressobj(_GZIP)
        return data


Layer: TypeAlias = _Inflater | _Brotli | _Zstd
