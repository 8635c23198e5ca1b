"""Servers with bugs: a front that changes what comes in to the mock, and what goes out; and changes to make."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pytest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openai_models.testing import MockServer, _app
from openai_models.testing._app import Keys
from openai_models.testing._state import State

Ask: TypeAlias = Callable[[Scope], Scope]
Change: TypeAlias = Callable[[Scope, "Answer"], "Answer"]

LIST = "/v1/models"
DELETABLE = "ft:gpt-4o-mini:acemeco:suffix:abc123"
HTML = b"<html><body><h1>Not Found</h1></body></html>"
create_app = _app.create_app


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
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)

    def without(self, header: str) -> Answer:
        headers = self.headers.mutablecopy()
        del headers[header]
        return replace(self, headers=headers)

    def having(self, header: str, value: str) -> Answer:
        headers = self.headers.mutablecopy()
        headers[header] = value
        return replace(self, headers=headers)


@dataclass(frozen=True)
class Bug:
    """What a server does, the check that must fail, and what the server makes of answers and of requests."""

    name: str
    check: str
    answered: Change = lambda _, answer: answer
    asked: Ask = lambda scope: scope


@contextlib.contextmanager
def server_with(*bugs: Bug, **options: Any) -> Iterator[MockServer]:
    def create(state: State, keys: Keys) -> ASGIApp:
        return front(create_app(state, keys), bugs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_app, "create_app", create)
        server = MockServer(**options)
    with server as mock:
        yield mock


def front(app: ASGIApp, bugs: tuple[Bug, ...]) -> ASGIApp:
    memories: list[dict[str, Any]] = [{} for _ in bugs]

    async def buggy(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        asked = scope
        for bug in bugs:
            asked = bug.asked(asked)
        await app(asked, receive, keep)
        headers = MutableHeaders(raw=[(name.lower(), value) for name, value in start["headers"]])
        answer = Answer(start["status"], headers, body)
        for bug, memory in zip(bugs, memories, strict=True):
            answer = bug.answered({**scope, "memory": memory}, answer)
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


def error(message: str = "?", kind: str = "server_error", param: object = None, code: object = None) -> object:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def to_list(scope: Scope) -> bool:
    return path(scope) == LIST


def to_model(scope: Scope) -> bool:
    return path(scope) != LIST


def deletes(scope: Scope) -> bool:
    return bool(scope["method"] == "DELETE")


def with_right_key(scope: Scope) -> Scope:
    others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", b"Bearer " + MockServer().api_key.encode())]}


def lets_in(wanted: Callable[[Scope], bool]) -> Ask:
    return lambda scope: with_right_key(scope) if wanted(scope) else scope


def accepts(right: Callable[[str], bool]) -> Ask:
    return lets_in(lambda scope: any(map(right, Headers(scope=scope).getlist("authorization"))))


def only(wanted: Callable[[Scope], bool], change: Change) -> Change:
    return lambda scope, answer: change(scope, answer) if wanted(scope) else answer


def on(status: int, change: Callable[[Answer], Answer]) -> Change:
    return lambda _, answer: change(answer) if answer.status == status else answer


def of_list(change: Callable[[Answer], Answer]) -> Change:
    return only(to_list, on(200, change))


def listing(change: Callable[[list[Any]], object]) -> Change:
    return of_list(lambda it: it.saying({"object": "list", "data": change(it.json["data"])}))


def of_retrieved(change: Callable[[Answer], Answer]) -> Change:
    return only(lambda scope: scope["method"] == "GET" and to_model(scope), on(200, change))


def becomes(status: int) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, status=status)


def in_html(answer: Answer) -> Answer:
    return replace(answer.having("content-type", "text/html"), body=HTML)


def in_text(answer: Answer) -> Answer:
    return replace(answer.having("content-type", "text/plain"), body=b"no")


def without_word(answer: Answer) -> Answer:
    return answer.saying({})


def having(**properties: object) -> Callable[[Answer], Answer]:
    return lambda it: it.saying({**it.json, **properties})
