"""What keeps keys out of sight: in the repr of requests, in other libraries' logs, in tracebacks.

A key can stand in a header, but also in the userinfo or the query of a URL.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any, Final, Self

from ._httpx import URL, ByteStream, Request

# Whether what is logged now is about a request of this package.
is_ours: Final = ContextVar("openai_models_is_ours", default=False)

# A server may repeat the query in where it redirects to; httpcore logs it as a pair of bytes.
_LOCATION: Final = re.compile(r"\((b'location', )b(['\"]).*?(?<!\\)\2\)", re.IGNORECASE)


def shown(url: URL) -> str:
    """Spell a URL without its userinfo and query, nor a fragment: a `#` in a query begins one."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


class QuietURL(URL):
    """A URL whose repr shows neither userinfo nor query."""

    def __repr__(self) -> str:
        return f"URL({shown(self)!r})"


class QuietRequest(Request):
    """A request whose repr shows neither userinfo nor query.

    Args:
        method: As in httpx.
        url: As in httpx.
        **options: As in httpx.
    """

    def __init__(self, method: str, url: URL | str, **options: Any) -> None:
        super().__init__(method, url, **options)
        self.url = QuietURL(self.url)

    @classmethod
    def copy_of(cls, request: Request) -> Self:
        """Return the same request, built by an HTTP client, as a quiet one."""
        quiet = cls(
            request.method, request.url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        if isinstance(request.stream, ByteStream):
            quiet.read()
        return quiet

    def __repr__(self) -> str:
        return f"<Request({self.method!r}, {shown(self.url)!r})>"


def hush_logs() -> None:
    """Keep this package's keys out of what httpx and httpcore log."""
    for name, hushing in (("httpx", _without_query), ("httpcore.http11", _without_location)):
        logger = logging.getLogger(name)
        if hushing not in logger.filters:
            logger.addFilter(hushing)


def _without_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(shown(each) if isinstance(each, QuietURL) else each for each in record.args)
    return True


def _without_location(record: logging.LogRecord) -> bool:
    if is_ours.get():
        record.msg = _LOCATION.sub(r"(\1b'...')", str(record.msg))
    return True


def refused(error: Exception) -> Exception:
    """Take from a refusal the frames below, whose variables hold what was refused.

    Some tools show the variables of all the frames of a traceback; raise it `from None`,
    with the arguments deleted.
    """
    error.__context__ = None
    return error.with_traceback(None)
