"""Servers with one bug each, and the check that is meant to find it.

Front of a bug  changes what comes in, or what goes out
  the mock      knows nothing of it
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from starlette.datastructures import MutableHeaders

from openai_models.testing import MockServer
from openai_models.testing._app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from openai_models.testing._app import Keys
    from openai_models.testing._state import State

LIST = "/v1/models"
DELETABLE = "ft:gpt-4o-mini:acemeco:suffix:abc123"


@dataclass(frozen=True)
class Answer:
    """What the mock would have said."""

    status: int
    headers: MutableHeaders
    body: bytes
    cut: bool = False
    silent: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def saying(self, value: object, *, status: int | None = None) -> Answer:
        """The same with another body."""
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)

    def without(self, header: str) -> Answer:
        """The same without a header."""
        headers = self.headers.mutablecopy()
        del headers[header]
        return replace(self, headers=headers)

    def having(self, header: str, value: str) -> Answer:
        """The same with another value of a header."""
        headers = self.headers.mutablecopy()
        headers[header] = value
        return replace(self, headers=headers)


def as_it_came(scope: Scope) -> Scope:
    return scope


def as_it_was(_: Scope, answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Bug:
    """A bug.

    Args:
        name: What the server does.
        check: The check that must fail.
        asked: What the server makes of a request.
        answered: What the server makes of an answer.
    """

    name: str
    check: str
    asked: Callable[[Scope], Scope] = field(default=as_it_came)
    answered: Callable[[Scope, Answer], Answer] = field(default=as_it_was)


@contextlib.contextmanager
def server_with(bug: Bug, **options: Any) -> Iterator[MockServer]:
    """Serve the mock with a bug."""

    def create(state: State, keys: Keys) -> ASGIApp:
        return front(create_app(state, keys), bug)

    with patch("openai_models.testing._app.create_app", create):
        server = MockServer(**options)
    with server as mock:
        yield mock


def front(app: ASGIApp, bug: Bug) -> ASGIApp:
    """Put a bug in front of an application."""

    memory: dict[str, Any] = {}

    async def buggy(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        scope = {**scope, "memory": memory}
        await app(bug.asked(scope), receive, keep)
        headers = MutableHeaders(raw=[(name.lower(), value) for name, value in start["headers"]])
        answer = bug.answered(scope, Answer(start["status"], headers, body))
        while answer.silent:
            if (await receive())["type"] == "http.disconnect":
                return
        answer.headers["content-length"] = str(len(answer.body) + answer.cut)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw})
        await send({"type": "http.response.body", "body": answer.body, "more_body": answer.cut})

    return buggy


def path(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    return raw.decode("ascii")


def with_path(scope: Scope, raw: str) -> Scope:
    return {**scope, "raw_path": raw.encode(), "path": raw}
