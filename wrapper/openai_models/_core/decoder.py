"""Decode a body within bounds of memory, without I/O: pieces go in as they come, the decoded whole comes out.

httpx decodes a whole piece at once, and sixty kilobytes of gzip can hold sixty
megabytes; here no decoded piece is larger than `PIECE`.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Final

from .._httpx import AsyncByteStream, ByteStream, Response, SyncByteStream
from .encodings import PIECE, Layer, new_layers

_SMALL: Final = 1024


class Decoder:
    """Decodes and bounds one body.

    Attributes:
        problem: What is wrong with the body, as the end of a sentence that begins
            with "the body"; None while nothing is.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self.problem: str | None = None
        self._read: list[bytes] = []
        self._limit = limit
        self._left = limit
        # What is still compressed can be longer than what it holds, but not by much: three layers put 6 GB of padding
        # into 10 KB.
        self._left_within = 2 * limit + PIECE
        self._has_data = False
        self._layers: list[Layer] = []
        if content_encoding:
            try:
                self._layers = new_layers(content_encoding)
            except LookupError as error:
                self.problem = f"is encoded {error}"

    def feed(self, data: bytes) -> bool:
        """Decode a piece, as far as the bound allows, and return whether more is wanted."""
        for piece in self.decode(data) if self._layers or self.problem is not None else (data,):
            self._left -= len(piece)
            kept = piece if self._left >= 0 else piece[:PIECE]
            # One growing buffer for all would be copied again and again. But servers can send pieces of two bytes, each
            # of which would take fifty by itself.
            if self._read and len(self._read[-1]) < _SMALL:
                self._read[-1] += kept
            else:
                self._read.append(bytes(kept))
            if self._left < 0:
                self._stop()
                break
        return self.problem is None

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield what a piece decodes to, in bounded pieces. Sets `problem` where it cannot be decoded."""
        self._has_data |= bool(data)
        pieces: Iterable[bytes] = (data,) if self.problem is None else ()
        for layer in self._layers:
            pieces = self._through(layer, pieces)
        try:
            yield from pieces
        except tuple(layer.error for layer in self._layers) as error:
            self.problem = f"is not what its content-encoding says: {error}"

    def _through(self, layer: Layer, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for decoded in layer.feed(piece):
                if layer is not self._layers[-1]:
                    self._left_within -= len(decoded)
                if self._left_within < 0:
                    self._stop()
                    return
                yield decoded

    def _stop(self) -> None:
        """Drop all but the beginning: nobody reads it any more, and an error may be kept for long."""
        self.problem = f"is larger than {self._limit:,} bytes (max_response_bytes)"
        # Each but the last is no small one, and some are megabytes.
        beginning = b"".join(piece[:PIECE] for piece in self._read[: PIECE // _SMALL])
        self._read = [beginning[: min(PIECE, self._limit)]]

    def end(self) -> None:
        """Note the end of the body. Sets `problem` where it came too soon."""
        is_started = self._layers and self._has_data
        if self.problem is None and is_started and not all(layer.is_finished() for layer in self._layers):
            self.problem = "is cut off in the middle of its compressed data"

    def finish(self, response: Response) -> None:
        """Put what came in the place of a response's stream; of a body that is too large, the beginning."""
        self.end()
        response.stream = ByteStream(b"".join(self._read))
        response.is_stream_consumed = response.is_closed = False


class DecodedStream(SyncByteStream, AsyncByteStream):
    """The stream of a response that has a content encoding, decoded piece by piece.

    Args:
        response: The response, unread.
        check: Called with the problem of the body, or with None; raises an error of the problem.
    """

    def __init__(self, response: Response, check: Callable[[str | None], None]) -> None:
        self._response = response
        self._stream: Any = response.stream
        self._check = check
        self._encoding = response.headers["content-encoding"]
        self._decoder = Decoder(self._encoding, sys.maxsize)
        check(self._decoder.problem)
        del response.headers["content-encoding"]  # until httpx has looked whether there is something to decode

    def _end(self) -> None:
        self._decoder.end()
        self._check(self._decoder.problem)

    def __iter__(self) -> Iterator[bytes]:
        self._response.headers["content-encoding"] = self._encoding
        for data in self._stream:
            yield from self._decoder.decode(data)
            self._check(self._decoder.problem)
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._response.headers["content-encoding"] = self._encoding
        async for data in self._stream:
            for piece in self._decoder.decode(data):
                yield piece
            self._check(self._decoder.problem)
        self._end()

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()
