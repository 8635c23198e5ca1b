"""Decode a body within bounds of memory, without I/O: pieces go in as they come, the decoded whole comes out.

httpx decodes a whole piece at once, and sixty kilobytes of gzip can hold sixty
megabytes; here no decoded piece is larger than `PIECE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._httpx import ByteStream
from .encodings import PIECE, new_layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._httpx import Response
    from .encodings import Layer

_SMALL: Final = 1024
# Each takes memory (of br up to 16 MB), and a header has room for twenty thousand.
_MOST_LAYERS: Final = 20


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
        self._has_data = False
        self._layers: list[Layer] = []
        # What is still compressed can be longer than what it holds, but not by much.
        self._left_within = 2 * limit + PIECE
        if content_encoding:
            self._add_layers([name.strip().lower() for name in content_encoding.split(",")])

    def _add_layers(self, encodings: list[str]) -> None:
        encodings = [name for name in encodings if name not in {"", "identity"}]
        if len(encodings) > _MOST_LAYERS:
            self.problem = f"is encoded {len(encodings)} times over"
            return
        try:
            self._layers = [new_layer(name) for name in encodings]
        except LookupError as error:
            self.problem = f"is encoded as {error}"

    def feed(self, data: bytes) -> bool:
        """Decode a piece, as far as the bound allows, and return whether more is wanted."""
        if self.problem is not None:
            return False
        self._has_data |= bool(data)
        try:
            for piece in self._through(data, len(self._layers)) if self._layers else (data,):
                self._left -= len(piece)
                self._keep(piece if self._left >= 0 else piece[:PIECE])
                if self._left < 0:
                    self._is_too_large()
                    return False
        except _TooLargeError:
            self._is_too_large()
        except tuple(layer.error for layer in self._layers) as error:
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
            beginning += piece[: min(PIECE, self._limit) - len(beginning)]
        self._read = [beginning]

    def finish(self, response: Response) -> None:
        """Put what came in the place of a response's stream; of a body that is too large, the beginning."""
        is_started = self._layers and self._has_data
        if self.problem is None and is_started and not all(layer.is_finished() for layer in self._layers):
            self.problem = "is cut off in the middle of its compressed data"
        response.stream = ByteStream(b"".join(self._read))
        response.is_stream_consumed = response.is_closed = False

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
