"""Decode a body within bounds of memory, without I/O: pieces go in as they come, the decoded whole comes out.

httpx decodes a whole piece at once, and sixty kilobytes of gzip can hold sixty
megabytes; here no decoded piece is larger than `_PIECE`.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from .._httpx import ByteStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._httpx import Response

_PIECE: Final = 64 * 1024
_SMALL: Final = 1024
_GZIP: Final = zlib.MAX_WBITS | 16
# Each takes memory before the first byte, and a header has room for twenty thousand.
_MOST_LAYERS: Final = 100


class Decoder:
    """Decodes and bounds one body.

    Attributes:
        problem: What is wrong with the body, as the end of a sentence that begins
            with "the body"; None while nothing is.
    """

    problem: str | None

    def __init__(self, content_encoding: str, limit: int) -> None:
        self.problem = None
        self._read: list[bytes | bytearray] = []
        self._left = limit
        self._limit = limit
        self._layers: list[_Inflater] = []
        # What is still compressed can be longer than what it holds, but not by much.
        self._left_within = 2 * limit + _PIECE
        if content_encoding:
            self._add_layers([name.strip().lower() for name in content_encoding.split(",")])

    def _add_layers(self, encodings: list[str]) -> None:
        encodings = [name for name in encodings if name not in {"", "identity"}]
        unknown = [name for name in encodings if name not in {"gzip", "x-gzip", "deflate"}]
        if unknown:
            self.problem = f"is encoded as {unknown[0]!r}, which was not asked for"
        elif len(encodings) > _MOST_LAYERS:
            self.problem = f"is encoded {len(encodings)} times over"
        else:
            self._layers = [_Inflater(name) for name in encodings]

    def feed(self, data: bytes) -> bool:
        """Decode a piece, as far as the bound allows, and return whether more is wanted."""
        if self.problem is not None:
            return False
        try:
            for piece in self._through(data, len(self._layers)) if self._layers else (data,):
                self._left -= len(piece)
                self._keep(piece if self._left >= 0 else piece[:_PIECE])
                if self._left < 0:
                    self._is_too_large()
                    return False
        except _TooLargeError:
            self._is_too_large()
        except zlib.error as error:
            self.problem = f"is not what its content-encoding says: {error}"
        return self.problem is None

    def _keep(self, piece: bytes) -> None:
        """Keep a piece. A large one stays as it is, since one buffer for all would be moved again and again as it grows."""
        if len(piece) >= _SMALL:
            self._read.append(bytes(piece))
        elif self._read and isinstance(self._read[-1], bytearray):
            self._read[-1] += piece
        else:
            # Servers can send pieces of two bytes, each of which would take fifty by itself.
            self._read.append(bytearray(piece))

    def _is_too_large(self) -> None:
        """Drop all but the beginning: nobody reads it any more, and an error may be kept for long."""
        self.problem = f"is larger than {self._limit:,} bytes (max_response_bytes)"
        beginning = bytearray()
        for piece in self._read:
            beginning += piece[: min(_PIECE, self._limit) - len(beginning)]
        self._read = [beginning]

    def finish(self, response: Response) -> None:
        """Set what came as the body of a response; of a body that is too large, the beginning."""
        if self.problem is None and self._layers and any(layer.unfinished for layer in self._layers):
            self.problem = "is cut off in the middle of its compressed data"
        response.stream = ByteStream(b"".join(self._read))
        response.is_stream_consumed = response.is_closed = False
        encoding = response.headers.pop("content-encoding", None)
        response.read()
        if encoding is not None:
            response.headers["content-encoding"] = encoding

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == 0:
            yield data
            return
        for piece in self._layers[depth - 1].feed(data):
            if depth > 1:
                self._left_within -= len(piece)
            if self._left_within < 0:
                raise _TooLargeError
            yield from self._through(piece, depth - 1)


class _TooLargeError(Exception):
    """The body, or a layer around the last, is larger than its bound: three layers put 6 GB of padding into 10 KB."""


class _Inflater:
    """One layer of gzip or deflate."""

    def __init__(self, encoding: str) -> None:
        self._is_gzip = encoding != "deflate"
        self._inflate = zlib.decompressobj(_GZIP)
        self._head = b""
        self._started = False

    @property
    def unfinished(self) -> bool:
        return bool(self._head) or (self._started and not self._inflate.eof)

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
            piece = self._inflate.decompress(data, _PIECE)
            if piece:
                yield piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            # A full piece may not be all that zlib has, even with no input left.
            if not data and len(piece) < _PIECE:
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
