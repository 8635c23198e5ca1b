"""Decode a body within bounds of memory, without I/O: pieces go in as they come, the decoded whole comes out.

httpx decodes a whole piece at once, and sixty kilobytes of gzip can hold sixty
megabytes; here no decoded piece is larger than `PIECE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from .._httpx import ByteStream, Response
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
        if self.problem is not None:
            return False
        self._has_data |= bool(data)
        pieces: Iterable[bytes] = (data,)
        for layer in self._layers:
            pieces = self._through(layer, pieces)
        try:
            for piece in pieces:
                self._left -= len(piece)
                self._keep(piece if self._left >= 0 else piece[:PIECE])
                if self._left < 0:
                    self._stop()
                    break
        except tuple(layer.error for layer in self._layers) as error:
            self.problem = f"is not what its content-encoding says: {error}"
        return self.problem is None

    def _through(self, layer: Layer, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for decoded in layer.feed(piece):
                if layer is not self._layers[-1]:
                    self._left_within -= len(decoded)
                if self._left_within < 0:
                    self._stop()
                    return
                yield decoded

    def _keep(self, piece: bytes) -> None:
        """Keep a piece. One growing buffer for all would be copied again and again."""
        # Servers can send pieces of two bytes, each of which would take fifty by itself.
        if self._read and len(self._read[-1]) < _SMALL:
            self._read[-1] += piece
        else:
            self._read.append(bytes(piece))

    def _stop(self) -> None:
        """Drop all but the beginning: nobody reads it any more, and an error may be kept for long."""
        self.problem = f"is larger than {self._limit:,} bytes (max_response_bytes)"
        # Each but the last is no small one, and some are megabytes.
        beginning = b"".join(piece[:PIECE] for piece in self._read[: PIECE // _SMALL])
        self._read = [beginning[: min(PIECE, self._limit)]]

    def finish(self, response: Response) -> None:
        """Put what came in the place of a response's stream; of a body that is too large, the beginning."""
        is_started = self._layers and self._has_data
        if self.problem is None and is_started and not all(layer.is_finished() for layer in self._layers):
            self.problem = "is cut off in the middle of its compressed data"
        response.stream = ByteStream(b"".join(self._read))
        response.is_stream_consumed = response.is_closed = False
