"""The outer layer of every mock: record the request, inject faults, set the headers that all responses share."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers

from ._errors import injected
from ._fault_injection import respond_with_fault, wait_or_disconnect
from ._faults import operation_of
from ._headers import EXCHANGE, Exchange, official_headers
from ._resends import RequestIdentity
from ._state import RecordedRequest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ._state import State


class ServerStyle(Protocol):
    """What differs between servers outside of their endpoints."""

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """Return the headers of every response, names in lower case."""
        ...

    def error_body(self, status: int, exchange: Exchange) -> tuple[bytes, str]:
        """Return body and content type of an injected error."""
        ...


class OfficialStyle:
    """The style of the official API."""

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """Return the official headers."""
        return official_headers(exchange)

    def error_body(self, status: int, exchange: Exchange) -> tuple[bytes, str]:  # noqa: ARG002 - of the protocol
        """Return the error envelope."""
        return injected(status).body, "application/json"


class RecordedHeaders(Headers):
    """The headers of a request. The `repr` shows names only, since a value may be a key."""

    def __repr__(self) -> str:
        return f"<{', '.join(sorted(set(self)))}>"


class RecordingMiddleware:
    """Record each request, then pass it to the application or inject the fault that is due.

    Args:
        app: The application; its router sees the raw path.
        state: Records the requests and holds the fault queue.
        style: The server that the mock imitates.
    """

    def __init__(self, app: ASGIApp, state: State, style: ServerStyle) -> None:
        self._app = app
        self._state = state
        self._style = style

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = RecordedHeaders(scope=scope)
        exchange = Exchange(headers.get("openai-organization", "").encode("latin-1"))
        body = await read_body(receive)
        if body is None:
            return
        path = scope["raw_path"].decode("ascii")
        query = scope["query_string"].decode("latin-1")
        self._state.record(RecordedRequest(scope["method"], path, query, headers, body))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                # Not uvicorn's date: it is set once a second, and so is not the test's.
                date = (b"date", formatdate(time.time(), usegmt=True).encode())
                common = [header for header in (date, *self._style.headers(exchange)) if header[0] not in own]
                message["headers"] = [*message["headers"], *common]
            await send(message)

        # Starlette routes by `path`. Decoded, an ID with `%2F` would become two segments.
        scope = {**scope, "path": path, "state": {**scope.get("state", {}), EXCHANGE: exchange}}
        faults = self._state.faults
        request = RequestIdentity.of(scope)
        fault = faults.resends.take(request) or faults.take(operation_of(scope["method"], path))
        if await wait_or_disconnect(receive, faults.latency + (fault.delay if fault else 0)):
            return
        faults.resends.note(request, fault)
        if fault is None:
            await self._app(scope, receive, send_with_headers)
        else:
            error_body = partial(self._style.error_body, exchange=exchange)
            await respond_with_fault(fault, self._app, scope, receive, send_with_headers, error_body=error_body)


async def read_body(receive: Receive) -> bytes | None:
    """Return the request body; None if the client disconnects before its end."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)
