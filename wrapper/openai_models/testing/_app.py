"""The three endpoints as an ASGI application.

Front  records the request, makes faults, sets the official headers, gives the raw path to
  Starlette  routes, turns every exception into an envelope
    Endpoints  key, then role, then model
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ._encoding import encode
from ._errors import (
    RefusedError,
    failure,
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
from ._faults import operation_of
from ._headers import EXCHANGE, Exchange, official_headers
from ._inject import answer_with, left_within
from ._resends import SentRequest
from ._state import RecordedRequest

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


class Manners(Protocol):
    """What a server says with every answer, and the body and content type with which it says that it failed."""

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]: ...

    def failure(self, status: int, exchange: Exchange) -> tuple[bytes, str]: ...


class OfficialManners:
    """Those of the official API."""

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """Give the official headers."""
        return official_headers(exchange)

    def failure(self, status: int, exchange: Exchange) -> tuple[bytes, str]:  # noqa: ARG002 - others name it
        """Give an envelope."""
        return failure(status).body, "application/json"


class RecordedHeaders(Headers):
    """The headers of a request; its `repr` has their names only, as one of them holds the key."""

    def __repr__(self) -> str:
        return f"<{', '.join(sorted(set(self)))}>"


class Front:
    """What all requests and all answers have in common, whatever becomes of them within."""

    def __init__(self, app: ASGIApp, state: State, manners: Manners | None = None) -> None:
        self._app = app
        self._state = state
        self._manners = manners or OfficialManners()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record the request, then have it answered, or not."""
        headers = RecordedHeaders(scope=scope)
        exchange = Exchange(headers.get("openai-organization", "").encode("latin-1"))
        body = await whole_body(receive)
        if body is None:
            return
        path = scope["raw_path"].decode("ascii")
        query = scope["query_string"].decode("latin-1")
        self._state.record(RecordedRequest(scope["method"], path, query, headers, body))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                common = [header for header in self._manners.headers(exchange) if header[0] not in own]
                message["headers"] = [*message["headers"], *common]
            await send(message)

        # Starlette routes on `path`. Decoded, an id with `%2F` in it would be two segments.
        scope = {**scope, "path": path, "state": {**scope.get("state", {}), EXCHANGE: exchange}}
        faults = self._state.faults
        request = SentRequest.of(scope)
        fault = faults.resends.take(request) or faults.take(operation_of(scope["method"], path))
        if await left_within(receive, faults.latency + (fault.delay if fault else 0)):
            return
        faults.resends.note(request, fault)
        if fault is None:
            await self._app(scope, receive, send_with_headers)
        else:
            failure = partial(self._manners.failure, exchange=exchange)
            await answer_with(fault, self._app, scope, receive, send_with_headers, failure=failure)


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
