"""A server other than OpenAI's as an ASGI application.

RecordingMiddleware  records requests, injects faults, sets the common headers
  ProfileApp         checks key, route and method in the server's own order; then lists, retrieves, deletes
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers
from starlette.responses import Response

from ._app import BEARER, Keys, is_fine_tuned
from ._errors import injected_message, reason_phrase
from ._headers import EXCHANGE, Exchange
from ._json import encode
from ._middleware import RecordingMiddleware
from ._profiles import ErrorKind, ResponseTemplate, ServerProfile, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ._state import State

ENCODED_SLASH: Final = re.compile("%2f", re.IGNORECASE)


class ProfileError(Exception):
    """A refused request.

    Args:
        kind: Selects the error response of the profile.
        values: Values for its placeholders.
    """

    def __init__(self, kind: ErrorKind, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True)
class ParsedRoute:
    """Method and target of a request.

    Attributes:
        method: The method; GET for HEAD.
        model: The decoded ID in the path; None for the list.
    """

    method: str
    model: str | None


def create_profile_app(state: State, keys: Keys, profile: ServerProfile, *, own_models: bool) -> ASGIApp:
    """Return the application that serves and changes `state` as this server does.

    Args:
        state: The models and the requests.
        keys: The keys to accept.
        profile: The server.
        own_models: Whether the models are the caller's own, which are served unchanged.
    """
    app = ProfileApp(state, keys, profile, stamped=profile.created == "now" and not own_models)
    return RecordingMiddleware(app, state, app)


class ProfileApp:
    """List, retrieve and delete, as far as the server can; also its `ServerStyle`."""

    def __init__(self, state: State, keys: Keys, profile: ServerProfile, *, stamped: bool) -> None:
        self._state = state
        self._keys = keys
        self._profile = profile
        self._stamped = stamped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange: Exchange = scope["state"][EXCHANGE]
        values = {"request": exchange.id, "method": scope["method"], "path": scope["path"], "allow": "GET"}
        try:
            response = self._json(200, self._body(scope))
        except ProfileError as error:
            errors = self._profile.errors
            template = errors.get(error.kind, errors[ErrorKind.UNKNOWN_URL])
            response = self._response(template, {**values, **error.values})
        await response(scope, receive, send)

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """Return the headers of every response."""
        filled = fill(dict(self._profile.headers), {"request": exchange.id})
        return [(name.encode(), value.encode()) for name, value in filled.items()]

    def error_body(self, status: int, exchange: Exchange) -> tuple[bytes, str]:
        """Return body and content type of an injected error."""
        values = {
            "request": exchange.id,
            "status": status,
            "code": str(status),
            "reason": reason_phrase(status),
            "message": injected_message(status),
        }
        return encode(fill(self._profile.errors[ErrorKind.INJECTED].body, values)), self._profile.content_type

    def _response(self, template: ResponseTemplate, values: Mapping[str, object]) -> Response:
        headers = {name: fill(value, values) for name, value in template.headers.items()}
        body = fill(template.body, values)
        if not isinstance(body, str):
            return self._json(template.status, body, headers)
        return Response(body.encode(), template.status, headers)

    def _json(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
        return Response(encode(value), status, {"content-type": self._profile.content_type, **(headers or {})})

    def _body(self, scope: Scope) -> object:
        """Return the JSON value that answers a request."""
        self._check_key("before route", scope)
        route = self._route(scope["method"], scope["path"])
        self._check_key("after route", scope)
        allowed = ["DELETE", "GET"] if route.model is not None and self._profile.delete else ["GET"]
        if route.method not in allowed:
            raise ProfileError(ErrorKind.METHOD_NOT_ALLOWED, allow=", ".join(allowed))
        self._check_key("after method", scope)
        if route.model is None:
            return self._page(parse_qs(scope["query_string"].decode("latin-1")))
        if route.method == "DELETE":
            return self._delete(route.model)
        return self._model(route.model)

    def _check_key(self, stage: str, scope: Scope) -> None:
        """Check the key if the server does so at this stage."""
        rules = self._profile.key
        is_public = rules.list == "public" and self._relative(scope["path"]) == "/models"
        if rules.checked != stage or is_public:
            return
        headers = Headers(scope=scope)
        own = rules.header and headers.get(rules.header)
        bearer = BEARER.fullmatch(headers.get("authorization", ""))
        if not own and bearer is None:
            raise ProfileError(ErrorKind.MISSING_KEY)
        key = own or (bearer[1] if bearer else "")
        if key in (self._keys.owner, self._keys.reader):
            return
        is_bearer_error = not own and ErrorKind.INVALID_BEARER in self._profile.errors
        kind = ErrorKind.INVALID_BEARER if is_bearer_error else ErrorKind.INVALID_KEY
        raise ProfileError(kind, key_hash=hashlib.sha256(key.encode()).hexdigest()[:8])

    def _relative(self, path: str) -> str:
        """Return a path without the base path; empty if it is not below one."""
        for base in (self._profile.other_base_path, self._profile.base_path):
            if base and path.startswith(base + "/"):
                return path.removeprefix(base)
        return path if not self._profile.base_path else ""

    def _route(self, method: str, path: str) -> ParsedRoute:
        method = "GET" if method == "HEAD" else method
        relative = self._relative(path)
        if relative == "/models":
            return ParsedRoute(method, None)
        rules = self._profile.retrieve
        if rules is None or not relative.startswith(rules.path) or relative == rules.path:
            raise ProfileError(ErrorKind.UNKNOWN_URL)
        raw = relative.removeprefix(rules.path)
        model = unquote(raw, errors="replace")
        if ENCODED_SLASH.search(raw) and rules.slash != "encoded":
            raise ProfileError(ErrorKind.ENCODED_SLASH, model=model)
        if "/" in raw and rules.slash != "raw":
            raise ProfileError(ErrorKind.UNKNOWN_URL)
        return ParsedRoute(method, model)

    def _page(self, query: Mapping[str, list[str]]) -> object:
        items = self._stamp(self._state.models)
        if not items and self._profile.empty_page is not None:
            return self._profile.empty_page
        ids = [item["id"] for item in items]
        start, end = self._page_bounds(query, ids)
        values = {
            "models": items[start:end],
            "ids": ids[start:end],
            "first_id": next(iter(ids[start:end]), None),
            "last_id": next(reversed(ids[start:end]), None),
            "has_more": end < len(ids) if "before_id" not in query else start > 0,
        }
        return fill(self._profile.page, values)

    def _page_bounds(self, query: Mapping[str, list[str]], ids: list[object]) -> tuple[int, int]:
        """Return the indexes of the first model of a page and of the one after its last."""
        paging = self._profile.paging
        if paging is None:
            return 0, len(ids)
        limit = query.get("limit", [str(paging.default)])[-1]
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= paging.maximum):
            raise ProfileError(ErrorKind.INVALID_PAGE, message=f"limit: must be from 1 to {paging.maximum}")
        for name in ("after_id", "before_id"):
            if name in query and query[name][-1] not in ids:
                raise ProfileError(ErrorKind.INVALID_PAGE, message=f"{name}: there is no such model")
        if "before_id" in query:
            end = ids.index(query["before_id"][-1])
            return max(0, end - int(limit)), end
        start = ids.index(query["after_id"][-1]) + 1 if "after_id" in query else 0
        return start, min(start + int(limit), len(ids))

    def _find(self, model: str) -> dict[str, Any]:
        assert self._profile.retrieve is not None
        name = self._profile.retrieve.prefix + model
        body = self._state.model_body(self._profile.aliases.get(name, name))
        if body is None:
            raise ProfileError(ErrorKind.UNKNOWN_MODEL, model=model)
        return self._stamp([json.loads(body)])[0]

    def _model(self, model: str) -> object:
        assert self._profile.retrieve is not None
        return fill(self._profile.retrieve.body, {"item": self._find(model)})

    def _delete(self, model: str) -> object:
        self._find(model)
        if not is_fine_tuned(model):
            raise ProfileError(ErrorKind.DELETE_FORBIDDEN, model=model)
        self._state.delete(model)
        return fill(self._profile.delete, {"model": model})

    def _stamp(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return models with `created` set to the current time, if the server does so."""
        stamp = {"created": int(time.time())} if self._stamped else {}
        return [{**item, **stamp} for item in items]
