"""Keep the key and the headers of a user out of schemathesis and of reports.

schemathesis only knows placeholders, written as a shell would expand them: its requests can be shown as they are.
The gateway puts the values in.
"""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._target import Target

VARIABLE: Final = "OPENAI_API_KEY"
PLACEHOLDER: Final = f"Bearer ${VARIABLE}"
LONGER: Final = f"${{{VARIABLE}}}x"
SHORTER: Final = f"${{{VARIABLE}%?}}"
SWAPPED: Final = f'$(printf %s "${VARIABLE}" | tr A-Za-z a-zA-Z)'
# The right key last: it is a part of the others.
VALUES: Final[dict[str, Callable[[str], str]]] = {
    LONGER: lambda key: f"{key}x",
    SHORTER: lambda key: key[:-1],
    SWAPPED: str.swapcase,
    f"${VARIABLE}": str,
}
# Where servers look for a key.
KEY_HEADERS: Final = frozenset({"authorization", "api-key", "x-api-key"})
# What is shorter is no secret, and too common a text to redact.
LONG: Final = 8
HIDDEN: Final = "[Filtered]"
# So schemathesis ends a line that is too long for it, and be it in the middle of a secret.
CUT: Final = re.compile(r" ?\.\.\.")
# What curl sends by itself, or nobody needs.
NOT_SHOWN: Final = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "host", "user-agent",
    "x-schemathesis-testcaseid",
})  # fmt: skip


def expand(text: str, key: str) -> str:
    """Return a text with the values of its placeholders."""
    for placeholder, value in VALUES.items():
        text = text.replace(placeholder, value(key))
    return text


def redact(text: str, *secrets: str) -> str:
    """Return a text without secrets, in whichever case their letters are."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > LONG:
            text = _redact_one(text, secret)
    return text


def _redact_one(text: str, secret: str) -> str:
    letters = [re.compile(_written(letter), re.IGNORECASE) for letter in secret]
    head = re.compile("".join(letter.pattern for letter in letters[:LONG]), re.IGNORECASE)
    kept, start = [], 0
    while found := head.search(text, start):
        ends = [found.end()]
        for letter in letters[LONG:]:
            step = letter.match(text, ends[-1])
            if step is None:
                break
            ends.append(step.end())
        # One letter may lack: that key is tried, too. Of what was cut, some dots may be the secret's own.
        whole = ends[-1] if len(ends) >= len(secret) - LONG else None
        end = whole or next((end for end in reversed(ends) if CUT.match(text, end)), None)
        kept.append(text[start : found.start()] + (text[found.start()] if end is None else HIDDEN))
        start = end or found.start() + 1
    return "".join([*kept, text[start:]])


def _written(letter: str) -> str:
    """Return a pattern of the ways to write a letter: as it is, escaped in JSON, or percent-encoded in a URL."""
    if letter.isalnum():
        return re.escape(letter)
    encoded = "".join(f"%{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass"))
    return rf"(?:\\?{re.escape(letter)}|\\u{ord(letter):04x}|{encoded})"


def curl_line(target: Target, method: str, url: str, headers: Mapping[str, Any]) -> str:
    """Return the command that sends a request of schemathesis again.

    Args:
        target: The server.
        method: The method.
        url: The path below the base URL, and the query; an origin before them is replaced.
        headers: Those that schemathesis wrote.
    """
    # With -X HEAD, curl waits for the body that Content-Length speaks of.
    words = ["curl --head" if method == "HEAD" else f"curl -X {method}"]
    words += [_option(name, value) for name, value in headers.items() if name.lower() not in NOT_SHOWN]
    words += [_option(name, HIDDEN) for name in target.extra_headers if name.lower() not in KEY_HEADERS]
    authorization = next((value for name, value in headers.items() if name.lower() == "authorization"), None)
    if authorization is not None:
        words.append(_option(target.key_header, target.key_value(_text(authorization))))
    parts = urlsplit(url)
    return " ".join([*words, quote(f"{target.base_url}{parts.path}{'?' if parts.query else ''}{parts.query}")])


def _option(name: str, value: Any) -> str:
    header = f"{name}: {_text(value)}"
    return f'-H "{header}"' if VARIABLE in header else f"-H {quote(header)}"


def _text(value: Any) -> str:
    value = value[0] if isinstance(value, list) else value
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
