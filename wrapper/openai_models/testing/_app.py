"""The three endpoints of the official API as an ASGI application.

RecordingMiddleware  records requests, injects faults, sets the common headers
  Starlette          routes; turns exceptions into the error envelope
    Endpoints        checks the key, then its role, then the model
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ._errors import (
    EnvelopeError,
    delete_forbidden,
    invalid_key,
    malformed_id,
    method_not_allowed,
    missing_key,
    nothing_to_delete,
    server_error,
    unknown_model,
    unknown_url,
)
from ._json import encode
from ._middleware import OfficialStyle, RecordingMiddleware

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from ._state import State

MALFORMED_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
BEARER: Final = re.compile(r"bearer +(\S|\S.*\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Keys:
    """The keys that a mock accepts.

    Attributes:
        owner: May list, retrieve and delete.
        reader: May list and retrieve.
    """

    owner: str = field(repr=False)
    reader: str = field(repr=False)


def create_app(state: State, keys: Keys) -> ASGIApp:
    """Return the application that serves and changes `state`."""
    endpoints = Endpoints(state, keys)
    starlette = Starlette(
        routes=[
            Route("/v1/models", endpoints.models, methods=["GET"]),
            Route("/v1/models/{model}", endpoints.model, methods=["GET", "DELETE"]),
        ],
        exception_handlers={
            EnvelopeError: send_envelope,
            404: send_unknown_url,
            405: send_method_not_allowed,
            Exception: send_server_error,
        },
    )
    # The API has no URL that ends with a slash, and never redirects.
    starlette.router.redirect_slashes = False
    return RecordingMiddleware(starlette, state, OfficialStyle())


class Endpoints:
    """List, retrieve and delete."""

    def __init__(self, state: State, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    async def models(self, request: Request) -> Response:
        """Serve `GET /v1/models`."""
        self._authenticate(request)
        return json_response(self._state.list_body())

    async def model(self, request: Request) -> Response:
        """Serve `GET` and `DELETE /v1/models/{model}`."""
        key = self._authenticate(request)
        model_id = decode_id(request.path_params["model"])
        if request.method == "DELETE":
            return self._delete(model_id, key)
        body = self._state.model_body(model_id)
        if body is None:
            raise unknown_model(model_id)
        return json_response(body)

    def _delete(self, model_id: str, key: str) -> Response:
        if key != self._keys.owner:
            raise delete_forbidden()
        if self._state.model_body(model_id) is not None and not is_fine_tuned(model_id):
            raise delete_forbidden()
        if not self._state.delete(model_id):
            raise nothing_to_delete()
        return json_response(encode({"id": model_id, "object": "model", "deleted": True}))

    def _authenticate(self, request: Request) -> str:
        """Return the key of a request."""
        bearer = BEARER.fullmatch(request.headers.get("authorization", ""))
        if bearer is None:
            raise missing_key()
        key = bearer[1]
        if key not in (self._keys.owner, self._keys.reader):
            raise invalid_key(key)
        return key


def decode_id(raw: str) -> str:
    """Decode the path segment that holds a model ID."""
    if MALFORMED_PERCENT.search(raw):
        raise malformed_id(raw)
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise malformed_id(raw) from None


def is_fine_tuned(model_id: str) -> bool:
    """Return whether a model can be deleted. IDs of the first fine-tuning API contain `:ft-`."""
    return model_id.startswith("ft:") or ":ft-" in model_id


def json_response(body: bytes) -> Response:
    """Return a response with status 200."""
    return Response(body, media_type="application/json")


async def send_envelope(_: Request, error: Exception) -> Response:
    """Handle an `EnvelopeError`."""
    assert isinstance(error, EnvelopeError)
    return Response(error.body, error.status, error.headers, media_type="application/json")


async def send_unknown_url(request: Request, _: Exception) -> Response:
    """Handle Starlette's 404."""
    return await send_envelope(request, unknown_url(request.method, request.scope["path"]))


async def send_method_not_allowed(request: Request, error: Exception) -> Response:
    """Handle Starlette's 405."""
    assert isinstance(error, HTTPException)
    assert error.headers is not None
    # Starlette's order changes from process to process.
    allowed = ", ".join(sorted(error.headers["Allow"].split(", ")))
    return await send_envelope(request, method_not_allowed(request.method, request.scope["path"], allowed))


async def send_server_error(request: Request, _: Exception) -> Response:
    """Handle a bug in this application; uvicorn logs the traceback."""
    return await send_envelope(request, server_error())
