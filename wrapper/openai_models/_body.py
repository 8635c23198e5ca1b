"""Reading a body within bounds. Pure: pieces go in as they come, the decoded whole comes out.

httpx decodes a whole piece at once, and sixty kilobytes of gzip can hold sixty
megabytes; here no decoded piece is larger than `_PIECE`.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE: Final = 64 * 1024
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class BodyReader:
    """Decodes and bounds one body.

    Attributes:
        problem: What is wrong with the body, as the end of a sentence that begins
            with "the body"; None while nothing is.
        body: What came; of a body that is too large, the beginning.
    """

    problem: str | None
    body: bytes

    def __init__(self, content_encoding: str, limit: int) -> None:
        self.body = b""
        self._pieces: list[bytes] = []
        self._left = limit
        self._limit = limit
        encodings = [name.strip().lower() for name in content_encoding.split(",")]
        encodings = [name for name in encodings if name not in {"", "identity"}]
        unknown = [name for name in encodings if name not in {"gzip", "x-gzip", "deflate"}]
        self.problem = f"is encoded as {unknown[0]!r}, which was not asked for" if unknown else None
        self._layers = [_Inflater() for _ in encodings] if not unknown else []

    def feed(self, data: bytes) -> None:
        """Take a piece, as far as the bound allows."""
        if self.problem is not None:
            return
        try:
            for piece in self._through(data, len(self._layers)):
                self._left -= len(piece)
                if self._left < 0:
                    self.problem = f"is larger than {self._limit:,} bytes (max_response_bytes)"
                    # Nobody reads it any more, and an error may be kept for long.
                    self._pieces = [b"".join([*self._pieces[:2], piece])[: min(_PIECE, self._limit)]]
                    return
                self._pieces.append(piece)
        except zlib.error as error:
            self.problem = f"is not what its content-encoding says: {error}"

    def end(self) -> None:
        """Take note that nothing more comes, and put the body together."""
        if self.problem is None and any(layer.unfinished for layer in self._layers):
            self.problem = "is cut off in the middle of its compressed data"
        self.body = b"".join(self._pieces)

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == 0:
            yield data
            return
        for piece in self._layers[depth - 1].feed(data):
            yield from self._through(piece, depth - 1)


class _Inflater:
    """One layer of gzip or deflate."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._started = False

    @property
    def unfinished(self) -> bool:
        return self._started and not self._inflate.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inflate.eof:  # RFC 1952 §2.2: a gzip file may have several members
                self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
                self._started = False
            piece = self._decompress(data)
            if piece:
                yield piece
            data = self._inflate.unconsumed_tail or self._inflate.unused_data

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._inflate.decompress(data, _PIECE)
        except zlib.error:
            if self._started:
                raise
            # Some servers send deflate without the zlib header that RFC 9110 §8.4.1.2 asks for.
            self._inflate = zlib.decompressobj(_RAW_DEFLATE)
            return self._inflate.decompress(data, _PIECE)
        finally:
            self._started = True
