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
        if len(secret) <= LONG:
            continue
        # JSON may have a backslash before a slash.
        escaped = [re.escape(letter) if letter.isalnum() else rf"\\?{re.escape(letter)}" for letter in secret]
        # schemathesis ends a line that is too long for it with three dots, and be it in the middle of the secret.
        cut = "|".join("".join(escaped[:length]) for length in range(len(escaped) - 1, LONG - 1, -1))
        pattern = rf"{''.join(escaped[:-1])}(?:{escaped[-1]})?|(?:{cut})(?= ?\.\.\.)"
        text = re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)
    return text


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
