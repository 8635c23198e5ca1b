"""Servers with one bug each, and the check that is meant to find it.

Front of a bug  changes what comes in, or what goes out
  the mock      knows nothing of it
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from starlette.datastructures import Headers, MutableHeaders

from openai_models.testing import MockServer
from openai_models.testing._app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from openai_models.testing._app import Keys
    from openai_models.testing._state import State

LIST = "/v1/models"
HTML = b"<html><body><h1>Not Found</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    """What the mock would have said."""

    status: int
    headers: MutableHeaders
    body: bytes

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
def server_with(bug: Bug) -> Iterator[MockServer]:
    """Serve the mock with a bug."""

    def create(state: State, keys: Keys) -> ASGIApp:
        return front(create_app(state, keys), bug)

    with patch("openai_models.testing._app.create_app", create):
        server = MockServer()
    with server as mock:
        yield mock


def front(app: ASGIApp, bug: Bug) -> ASGIApp:
    """Put a bug in front of an application."""

    async def buggy(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await app(bug.asked(scope), receive, keep)
        headers = MutableHeaders(raw=[(name.lower(), value) for name, value in start["headers"]])
        answer = bug.answered(scope, Answer(start["status"], headers, body))
        answer.headers["content-length"] = str(len(answer.body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw})
        await send({"type": "http.response.body", "body": answer.body})

    return buggy


def path(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    return raw.decode("ascii")


def with_right_key(scope: Scope) -> Scope:
    """Let in whoever comes."""
    others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", b"Bearer " + MockServer().api_key.encode())]}


def with_right_key_for_any(scope: Scope) -> Scope:
    return with_right_key(scope) if "authorization" in Headers(scope=scope) else scope


def with_right_key_to_list(scope: Scope) -> Scope:
    return with_right_key(scope) if path(scope) == LIST else scope


def as_a_read(*methods: str) -> Callable[[Scope], Scope]:
    """Have a model read by other methods as well."""

    def asked(scope: Scope) -> Scope:
        return {**scope, "method": "GET"} if scope["method"] in methods and path(scope) != LIST else scope

    return asked


def deletes_nothing(scope: Scope, answer: Answer) -> Answer:
    if scope["method"] != "DELETE" or answer.status != 200:
        return answer
    return answer.saying({"id": answer.json["id"], "object": "model", "deleted": True})


def on(status: int, change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the answers of a status."""
    return lambda _, answer: change(answer) if answer.status == status else answer


def of_list(change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the list."""
    return lambda scope, answer: change(answer) if path(scope) == LIST and answer.status == 200 else answer


def of_model(**properties: object) -> Callable[[Scope, Answer], Answer]:
    """Have other properties in a model that is retrieved."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        if scope["method"] != "GET" or path(scope) == LIST or answer.status != 200:
            return answer
        return answer.saying({**answer.json, **properties})

    return answered


def of_ids(piece: str, status: int) -> Callable[[Scope, Answer], Answer]:
    """Have ids with something in them answered by an error."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        if scope["method"] != "GET" or piece not in path(scope) or answer.status == 401:
            return answer
        error = {"message": "?", "type": "server_error", "param": None, "code": None}
        return answer.saying({"error": error}, status=status)

    return answered


def in_html(answer: Answer) -> Answer:
    return replace(answer.having("content-type", "text/html"), body=HTML)


BUGS: Final = (
    Bug("a list under 203", "status_code_conformance", answered=of_list(lambda it: replace(it, status=203))),
    Bug("500 for ids outside ASCII", "not_a_server_error", answered=of_ids("%C3", 500)),
    Bug("400 for ids with a colon", "positive_data_acceptance", answered=of_ids("%3A", 400)),
    Bug("404 in HTML", "content_type_conformance", answered=on(404, in_html)),
    Bug(
        "a list sent as text",
        "content_type_conformance",
        answered=of_list(lambda it: it.having("content-type", "text/plain")),
    ),
    Bug(
        "no x-request-id with a list",
        "response_headers_conformance",
        answered=of_list(lambda it: it.without("x-request-id")),
    ),
    Bug(
        "no x-request-id with 404",
        "response_headers_conformance",
        answered=on(404, lambda it: it.without("x-request-id")),
    ),
    Bug("a model made on a text", "response_schema_conformance", answered=of_model(created="yesterday")),
    Bug("a model that shuts down on no date", "response_schema_conformance", answered=of_model(shutdown_date="soon")),
    Bug("a bare array", "response_schema_conformance", answered=of_list(lambda it: it.saying(it.json["data"]))),
    Bug(
        "404 without the envelope",
        "response_schema_conformance",
        answered=on(404, lambda it: it.saying({"detail": "Not Found"})),
    ),
    Bug("no key needed", "ignored_auth", asked=with_right_key),
    Bug("any key will do", "ignored_auth", asked=with_right_key_for_any),
    Bug("no key needed to list", "ignored_auth", asked=with_right_key_to_list),
    Bug("a POST reads", "unsupported_method", asked=as_a_read("POST")),
    Bug("405 without Allow", "unsupported_method", answered=on(405, lambda it: it.without("allow"))),
    Bug("Allow with a PUT", "allow_header_conformance", answered=on(405, lambda it: it.having("allow", "GET, PUT"))),
    Bug("deletes nothing", "use_after_free", asked=as_a_read("DELETE"), answered=deletes_nothing),
)
