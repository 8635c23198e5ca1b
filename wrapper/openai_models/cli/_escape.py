"""Escape what could harm a terminal, and redact keys.

A model id from a server may hold escape sequences, line breaks, or characters that change the direction of the text.
"""

import json
import re
import sys
import unicodedata
from typing import Final

__all__ = ["escape_controls", "json_text", "redact"]

# Control, format (bidi and zero-width among them), surrogate and private characters, line and paragraph separators.
HARMFUL: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
KEY: Final = re.compile(r"sk-[\w-]{6,}")


def escape_controls(text: str) -> str:
    r"""Return the text with harmful characters as Python escapes them: `\x1b`, `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_python_escape(each) if unicodedata.category(each) in HARMFUL else each for each in text)


def _python_escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def json_text(value: object, indent: int | None = None) -> str:
    """Return JSON whose harmful characters are escaped, so that nothing is lost; in ASCII unless stdout is UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower() in {"utf-8", "utf8"}
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=indent)
    return "".join(
        json.dumps(each)[1:-1] if each != "\n" and unicodedata.category(each) in HARMFUL else each for each in text
    )


def redact(text: str, *secrets: str) -> str:
    """Return the text without the given secrets, and without what looks like a key."""
    for secret in secrets:
        if len(secret) > 3:  # a shorter one is a placeholder, and part of words
            text = text.replace(secret, "…")
    return KEY.sub("sk-…", text)
