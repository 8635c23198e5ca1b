"""The three endpoints as an ASGI application.

Front  records the request, sets the official headers, gives the raw path to
  Starlette  routes, turns every exception into an envelope
    Endpoints  key, then role, then model
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ._errors import (
    RefusedError,
    malformed_id,
    may_not_delete,
    missing_key,
    nothing_to_delete,
    server_fault,
    unknown_model,
    unknown_url,
    wrong_key,
    wrong_method,
)
from ._headers import official_headers
from ._state import RecordedRequest, encode

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ._state import State

MALFORMED_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
BEARER = re.compile(r"bearer +(\S|\S.*\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Keys:
    """The keys that a server accepts; the reader's may not delete."""

    owner: str = field(repr=False)
    reader: str = field(repr=False)


def create_app(state: State, keys: Keys) -> ASGIApp:
    """Give the application that serves and changes `state`."""
    endpoints = Endpoints(state, keys)
    starlette = Starlette(
        routes=[
            Route("/v1/models", endpoints.models, methods=["GET"]),
            Route("/v1/models/{model}", endpoints.model, methods=["GET", "DELETE"]),
        ],
        exception_handlers={RefusedError: refused, 404: not_found, 405: not_allowed, Exception: failed},
    )
    # The API has no URL that ends with a slash, and redirects nowhere.
    starlette.router.redirect_slashes = False
    return Front(starlette, state)


class Front:
    """What all requests and all answers have in common, whatever becomes of them within."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record the request, then have it answered."""
        started = time.perf_counter()
        body = await whole_body(receive)
        if body is None:
            return
        headers = Headers(scope=scope)
        path = scope["raw_path"].decode("ascii")
        query = scope["query_string"].decode("latin-1")
        self._state.record(RecordedRequest(scope["method"], path, query, headers, body))
        organization = headers.get("openai-organization", "").encode("latin-1")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *official_headers(started, organization)]
            await send(message)

        # Starlette routes on `path`. Decoded, an id with `%2F` in it would be two segments.
        await self._app({**scope, "path": path}, receive, send_with_headers)


async def whole_body(receive: Receive) -> bytes | None:
    """Read the body; `None` when the client went away in the middle of it."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


class Endpoints:
    """List, retrieve, delete."""

    def __init__(self, state: State, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    async def models(self, request: Request) -> Response:
        """`GET /v1/models`."""
        self._key(request)
        return json_response(self._state.page())

    async def model(self, request: Request) -> Response:
        """`GET` and `DELETE /v1/models/{model}`."""
        key = self._key(request)
        model_id = decoded_id(request.path_params["model"])
        if request.method == "DELETE":
            return self._delete(model_id, key)
        body = self._state.model(model_id)
        if body is None:
            raise unknown_model(model_id)
        return json_response(body)

    def _delete(self, model_id: str, key: str) -> Response:
        if key != self._keys.owner:
            raise may_not_delete()
        if self._state.model(model_id) is not None and not is_fine_tuned(model_id):
            raise may_not_delete()
        if not self._state.delete(model_id):
            raise nothing_to_delete()
        return json_response(encode({"id": model_id, "object": "model", "deleted": True}))

    def _key(self, request: Request) -> str:
        bearer = BEARER.fullmatch(request.headers.get("authorization", ""))
        if bearer is None:
            raise missing_key()
        key = bearer[1]
        if key not in (self._keys.owner, self._keys.reader):
            raise wrong_key(key)
        return key


def decoded_id(raw: str) -> str:
    """Decode the one path segment that is an id."""
    if MALFORMED_PERCENT.search(raw):
        raise malformed_id(raw)
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise malformed_id(raw) from None


def is_fine_tuned(model_id: str) -> bool:
    """Only these can be deleted; `:ft-` is in the ids of the first fine-tuning API."""
    return model_id.startswith("ft:") or ":ft-" in model_id


def json_response(body: bytes) -> Response:
    """Answer 200."""
    return Response(body, media_type="application/json")


async def refused(_: Request, error: Exception) -> Response:
    """Answer with an envelope."""
    assert isinstance(error, RefusedError)
    return Response(error.body, error.status, error.headers, media_type="application/json")


async def not_found(request: Request, _: Exception) -> Response:
    """Answer where Starlette found no route."""
    return await refused(request, unknown_url(request.method, request.scope["path"]))


async def not_allowed(request: Request, error: Exception) -> Response:
    """Answer where Starlette found a route of another method."""
    assert isinstance(error, HTTPException)
    assert error.headers is not None
    # Starlette's order changes from process to process.
    allowed = ", ".join(sorted(error.headers["Allow"].split(", ")))
    return await refused(request, wrong_method(request.method, request.scope["path"], allowed))


async def failed(request: Request, _: Exception) -> Response:
    """Answer where this application is at fault; the traceback goes to uvicorn's logger."""
    return await refused(request, server_fault())
