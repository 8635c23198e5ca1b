"""Find model ids in a list of ids, and in source files.

A string literal in a source file counts as a model id if the server lists it, or if it has the
form of one of OpenAI's. The first finds names that follow no pattern (`qwen3:8b`); the second
finds what isn't listed any more, which is what a check is for.

Left out, lest a check fail over nothing: prefixes and patterns (`gpt-`, `gpt-4*`), and unlisted
words too short to tell (`o1` may be anything; `o1-mini` counts). Not found, therefore: such an
id once it is gone, an id of another vendor that isn't listed, and one put together at run time.
A file of ids (`read_ids`) has no such gaps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Found", "find_ids", "read_ids"]

# No quote and no space within: an apostrophe in a comment can't upset the pairing.
LITERAL = re.compile(r"""(["'`])([A-Za-z0-9][\w.:/@-]*)\1""")
OFFICIAL = re.compile(
    r"(ft:[\w.-]+(:[\w.-]*)+"
    r"|(gpt|chatgpt)-([0-9]|image|audio|realtime)[\w.-]*"
    r"|o[0-9]-[a-z0-9][\w.-]*"
    r"|text-(embedding|moderation|davinci|curie|babbage|ada)-[\w.-]+"
    r"|(davinci|babbage)-002|(dall-e|whisper|tts|sora)-[0-9][\w.-]*"
    r"|omni-moderation-[\w.-]+|computer-use-preview[\w.-]*)(?<=[a-z0-9])",
    re.ASCII | re.IGNORECASE,
)
COMMENT = re.compile(r"(^|\s)#.*")


class Found(NamedTuple):
    """An id, and the line it stands in, counted from 1."""

    id: str
    line: int


def read_ids(text: str) -> Iterator[Found]:
    """Return the ids of a list: one per line, with comments from `#` on."""
    for number, line in enumerate(text.splitlines(), 1):
        if model := COMMENT.sub("", line).strip():
            yield Found(model, number)


def find_ids(source: str, known: Collection[str]) -> Iterator[Found]:
    """Return the string literals that are model ids.

    Args:
        source: The text of a file in any language with strings in quotes or backticks.
        known: The ids that the server lists.
    """
    for number, line in enumerate(source.splitlines(), 1):
        for literal in LITERAL.finditer(line):
            if literal[2] in known or OFFICIAL.fullmatch(literal[2]):
                yield Found(literal[2], number)
