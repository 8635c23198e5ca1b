"""What a server sent, made harmless to a terminal.

An id may hold escape sequences, line breaks, or characters that turn the direction of the text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

__all__ = ["json_text", "redacted", "safe"]

# Control, format (bidi and zero-width among them), surrogate and private characters, line and paragraph separators.
HARMFUL: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
KEY: Final = re.compile(r"sk-[\w-]{6,}")


def safe(text: str) -> str:
    r"""Spell harmful characters as Python would: `\x1b`, `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(each) if unicodedata.category(each) in HARMFUL else each for each in text)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def json_text(value: object, indent: int | None = None) -> str:
    """Write JSON whose harmful characters are escaped, so that nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(_escaped(each) if each != "\n" and unicodedata.category(each) in HARMFUL else each for each in text)


def _escaped(character: str) -> str:
    # json.dumps leaves DEL, which is ASCII, as it is.
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def redacted(text: str, *secrets: str) -> str:
    """Take keys out of a message: those given, and what looks like one."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return KEY.sub("sk-…", text)
