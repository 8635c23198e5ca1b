"""A streamed body in pieces, and in a file."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.parts import Pieces, Shell, answer

from openai_models import APIResponseValidationError, OpenAIError

CONTENT = b'{"id": "a", "x": "\xc3\xbc"}'


def streamed(shell: Shell, handler: Any, *steps: str, **options: Any) -> list[Any]:
    return shell.streamed(shell.client(handler).models.with_streaming_response.retrieve("a"), *steps, **options)


def test_a_body_that_cannot_be_read_again_leaves_the_file_as_it_is(shell: Shell, tmp_path: Path) -> None:
    path, steps = tmp_path / "body", ["stream_to_file", "stream_to_file"]
    _, refusal = streamed(shell, answer(content=CONTENT), *steps, file=path)
    assert isinstance(refusal, OpenAIError)
    unknown = answer(content=CONTENT, headers={"content-encoding": "rot13"})
    assert isinstance(streamed(shell, unknown, "stream_to_file", file=path)[0], APIResponseValidationError)
    with pytest.raises(ValueError, match="chunk_size"):
        streamed(shell, answer(content=CONTENT), "stream_to_file", file=path, chunk_size=0)
    assert path.read_bytes() == CONTENT


ZIPPED = gzip.compress(CONTENT)
ENCODED: dict[str, tuple[str, bytes, str]] = {
    "gzip": ("gzip", ZIPPED, ""),
    "two members": ("gzip", gzip.compress(CONTENT[:9]) + gzip.compress(CONTENT[9:]), ""),
    "another name": ("x-gzip", ZIPPED, ""),
    "two layers": ("deflate, gzip", gzip.compress(zlib.compress(CONTENT)), ""),
    "cut off": ("gzip", ZIPPED[:-9], "is cut off in the middle of its compressed data"),
    "unknown": ("rot13", CONTENT, "is encoded as 'rot13', which this package cannot decode"),
    "no gzip": ("gzip", CONTENT, "is not what its content-encoding says"),
    "more behind": ("deflate", zlib.compress(CONTENT) + b"x", "it goes on behind its end"),
}


@pytest.mark.parametrize(("encoding", "content", "problem"), ENCODED.values(), ids=ENCODED)
def test_pieces_are_decoded_as_a_body_is_that_is_read_at_once(
    shell: Shell, encoding: str, content: bytes, problem: str
) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        pieces = [content[start : start + 4] for start in range(0, len(content), 4)]
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=Pieces(*pieces))

    for step in ("read", "iter_bytes"):
        [result] = streamed(shell, handler, step)
        if problem:
            assert isinstance(result, APIResponseValidationError)
            assert problem in str(result)
        else:
            assert b"".join(result if step == "iter_bytes" else [result]) == CONTENT
