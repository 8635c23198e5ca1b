"""A server that isn't OpenAI's, as an ASGI application.

Front  records the request, makes faults, sets the headers that all answers have
  ProfileApp  key, route and method, in the server's own order; then list, retrieve, delete
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

from ._app import BEARER, Front, Keys, is_fine_tuned
from ._encoding import encode
from ._errors import failure_sentence, phrase
from ._headers import EXCHANGE, Exchange
from ._profiles import Answer, Profile, Wrong, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ._state import State

ENCODED_SLASH: Final = re.compile("%2f", re.IGNORECASE)


class RefusedError(Exception):
    """The server refuses.

    Args:
        wrong: Why.
        values: What its answer may name.
    """

    def __init__(self, wrong: Wrong, **values: object) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.values = values


@dataclass(frozen=True)
class Asked:
    """What a request asks for.

    Attributes:
        method: As sent, save that HEAD reads as GET.
        model: The id as it stands in the path; None where the list is meant.
    """

    method: str
    model: str | None


def create_profile_app(state: State, keys: Keys, profile: Profile, *, own_models: bool) -> ASGIApp:
    """Give the application that serves and changes `state` as this server does.

    Args:
        state: The models and the requests.
        keys: The keys to accept.
        profile: The server.
        own_models: Whether the models are the user's own, which are served as they are.
    """
    app = ProfileApp(state, keys, profile, stamped=profile.created == "now" and not own_models)
    return Front(app, state, app)


class ProfileApp:
    """List, retrieve and delete, as far as the server does."""

    def __init__(self, state: State, keys: Keys, profile: Profile, *, stamped: bool) -> None:
        self._state = state
        self._keys = keys
        self._profile = profile
        self._stamped = stamped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        exchange: Exchange = scope["state"][EXCHANGE]
        values = {"request": exchange.id, "method": scope["method"], "path": scope["path"], "allow": "GET"}
        try:
            response = self._json(200, self._answer(scope))
        except RefusedError as error:
            answers = self._profile.answers
            answer = answers.get(error.wrong, answers[Wrong.UNKNOWN_URL])
            response = self._response(answer, {**values, **error.values})
        await response(scope, receive, send)

    def headers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        """Give the headers that all answers have."""
        filled = fill(dict(self._profile.headers), {"request": exchange.id})
        return [(name.encode(), value.encode()) for name, value in filled.items()]

    def failure(self, status: int, exchange: Exchange) -> tuple[bytes, str]:
        """Give the body of an error that the server was told to make, and its content type."""
        values = {
            "request": exchange.id,
            "status": status,
            "code": str(status),
            "reason": phrase(status),
            "message": failure_sentence(status),
        }
        return encode(fill(self._profile.answers[Wrong.FAILURE].body, values)), self._profile.content_type

    def _response(self, answer: Answer, values: Mapping[str, object]) -> Response:
        headers = {name: fill(value, values) for name, value in answer.headers.items()}
        body = fill(answer.body, values)
        if not isinstance(body, str):
            return self._json(answer.status, body, headers)
        return Response(body.encode(), answer.status, headers)

    def _json(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
        return Response(encode(value), status, {"content-type": self._profile.content_type, **(headers or {})})

    def _answer(self, scope: Scope) -> object:
        self._reach("first", scope)
        asked = self._asked(scope["method"], scope["path"])
        self._reach("after route", scope)
        allowed = ["DELETE", "GET"] if asked.model is not None and self._profile.delete else ["GET"]
        if asked.method not in allowed:
            raise RefusedError(Wrong.WRONG_METHOD, allow=", ".join(allowed))
        self._reach("after method", scope)
        if asked.model is None:
            return self._page(parse_qs(scope["query_string"].decode("latin-1")))
        if asked.method == "DELETE":
            return self._delete(asked.model)
        return self._model(asked.model)

    def _reach(self, stage: str, scope: Scope) -> None:
        """Ask for the key, if that is due at this stage."""
        is_public = self._profile.key.list == "public" and self._relative(scope["path"]) == "/models"
        if self._profile.key.asked == stage and not is_public:
            self._ask_key(Headers(scope=scope))

    def _relative(self, path: str) -> str:
        for base in (self._profile.other_base_path, self._profile.base_path):
            if base and path.startswith(base + "/"):
                return path.removeprefix(base)
        return path if not self._profile.base_path else ""

    def _ask_key(self, headers: Mapping[str, str]) -> None:
        own = self._profile.key.header and headers.get(self._profile.key.header)
        bearer = BEARER.fullmatch(headers.get("authorization", ""))
        if not own and bearer is None:
            raise RefusedError(Wrong.MISSING_KEY)
        key = own or (bearer[1] if bearer else "")
        if key in (self._keys.owner, self._keys.reader):
            return
        wrong = Wrong.WRONG_KEY if own or Wrong.WRONG_BEARER not in self._profile.answers else Wrong.WRONG_BEARER
        raise RefusedError(wrong, key_hash=hashlib.sha256(key.encode()).hexdigest()[:8])

    def _asked(self, method: str, path: str) -> Asked:
        method = "GET" if method == "HEAD" else method
        relative = self._relative(path)
        if relative == "/models":
            return Asked(method, None)
        rules = self._profile.retrieve
        if rules is None or not relative.startswith(rules.path) or relative == rules.path:
            raise RefusedError(Wrong.UNKNOWN_URL)
        raw = relative.removeprefix(rules.path)
        model = unquote(raw, errors="replace")
        if ENCODED_SLASH.search(raw) and rules.slash != "encoded":
            raise RefusedError(Wrong.ENCODED_SLASH, model=model)
        if "/" in raw and rules.slash != "raw":
            raise RefusedError(Wrong.UNKNOWN_URL)
        return Asked(method, model)

    def _page(self, query: Mapping[str, list[str]]) -> object:
        items = self._served(self._state.models)
        if not items and self._profile.empty_page is not None:
            return self._profile.empty_page
        ids = [item["id"] for item in items]
        start, end = self._cut(query, ids)
        values = {
            "models": items[start:end],
            "ids": ids[start:end],
            "first_id": next(iter(ids[start:end]), None),
            "last_id": next(reversed(ids[start:end]), None),
            "has_more": end < len(ids) if "before_id" not in query else start > 0,
        }
        return fill(self._profile.page, values)

    def _cut(self, query: Mapping[str, list[str]], ids: list[object]) -> tuple[int, int]:
        paging = self._profile.paging
        if paging is None:
            return 0, len(ids)
        limit = query.get("limit", [str(paging.default)])[-1]
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= paging.most):
            raise RefusedError(Wrong.WRONG_PAGE, message=f"limit: must be from 1 to {paging.most}")
        for name in ("after_id", "before_id"):
            if name in query and query[name][-1] not in ids:
                raise RefusedError(Wrong.WRONG_PAGE, message=f"{name}: there is no such model")
        if "before_id" in query:
            end = ids.index(query["before_id"][-1])
            return max(0, end - int(limit)), end
        start = ids.index(query["after_id"][-1]) + 1 if "after_id" in query else 0
        return start, min(start + int(limit), len(ids))

    def _found(self, model: str) -> dict[str, Any]:
        assert self._profile.retrieve is not None
        name = self._profile.retrieve.prefix + model
        body = self._state.model(self._profile.aliases.get(name, name))
        if body is None:
            raise RefusedError(Wrong.UNKNOWN_MODEL, model=model)
        return self._served([json.loads(body)])[0]

    def _model(self, model: str) -> object:
        assert self._profile.retrieve is not None
        item = self._found(model)
        return fill(self._profile.retrieve.body, {"item": item})

    def _delete(self, model: str) -> object:
        self._found(model)
        if not is_fine_tuned(model):
            raise RefusedError(Wrong.MAY_NOT_DELETE, model=model)
        self._state.delete(model)
        return fill(self._profile.delete, {"model": model})

    def _served(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        stamp = {"created": int(time.time())} if self._stamped else {}
        return [{**item, **stamp} for item in items]
