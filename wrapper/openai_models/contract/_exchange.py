"""One request on its way and its response, in bounds: without a count, a pace or a key, which the gateway knows of."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from .._core.decoder import Decoder
from .._http.clients import DEFAULT_CONNECTION_LIMITS
from .._http.routing import AsyncRouter
from .._httpx import URL
from .._redaction import kept_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._httpx import Request

MAX_BYTES: Final = 8 * 2**20
TOO_LONG: Final = f"it is longer than {MAX_BYTES // 2**20} MiB, of which the rest was not read"
MAX_NESTING: Final = 200
JSON_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class GatewayError(Exception):
    """A request has no response that can be judged.

    Args:
        message: Why.

    Attributes:
        sent: The method, the path and the headers of the request, as schemathesis wrote them.
    """

    sent: tuple[str, str, Mapping[str, str]] = ("", "", {})


class ResponseTimeoutError(GatewayError):
    """The response was not complete in time."""


class ResponseTooLongError(GatewayError):
    """The response has more bytes than anybody would want to judge."""


class NotSentError(GatewayError):
    """The request was not sent: the server timed out too often before, or the run was stopped."""


class Response(NamedTuple):
    """A response, with its body decoded."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class RawURL(URL):
    """A URL whose path is sent byte for byte, where httpx would escape what no URL should have.

    Args:
        base_url: Where to send it.
        raw_path: The path and the query.
    """

    def __init__(self, base_url: str, raw_path: bytes) -> None:
        super().__init__(base_url)
        self._target = raw_path

    @property
    def raw_path(self) -> bytes:
        """The path and the query."""
        return self._target


async def send(request: Request) -> Response:
    """Send a request as `openai-models list` does, with its proxies and its certificates, and read the response.

    Raises:
        GatewayError: It goes too far, or can't be decoded.
    """
    # On a connection of its own: a GET that gets no response on a used one would be sent again.
    async with (
        AsyncRouter(limits=DEFAULT_CONNECTION_LIMITS) as router,
        aclosing(await router.handle_async_request(request)) as response,
    ):
        decoder = Decoder(response.headers.get("content-encoding", ""), MAX_BYTES)
        async for piece in response.aiter_raw():
            if not decoder.feed(piece):
                break
    decoder.finish(response)
    if decoder.problem is not None:
        is_too_long = decoder.problem.startswith("is larger than")
        raise ResponseTooLongError(TOO_LONG) if is_too_long else GatewayError(f"its body {decoder.problem}")
    body = kept_content(response) or b""
    # The body is decoded by now, and cut where nothing could parse it.
    changed = {b"content-encoding", b"content-length", b"transfer-encoding"}
    headers = [
        (name, value)
        for name, value in response.headers.raw
        if name.lower() not in changed and not (name.lower() == b"location" and not is_url(value))
    ]
    return Response(response.status_code, headers, body[:MAX_NESTING] + b"..." if nests_too_deep(body) else body)


def is_url(value: bytes) -> bool:
    """Return whether a header is a URL; requests fails on one that is none, also where it does not follow it."""
    try:
        return (urlsplit(value.decode("latin-1")).port or 0) >= 0
    except ValueError:
        return False


def nests_too_deep(body: bytes) -> bool:
    """Return whether arrays and objects nest deeper than JSON parsers read; cut off, such a body is no JSON."""
    if body.count(b"[") + body.count(b"{") <= MAX_NESTING:
        return False
    depth = 0
    for token in JSON_TOKEN.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token.group(), 0)
        if depth > MAX_NESTING:
            return True
    return False
