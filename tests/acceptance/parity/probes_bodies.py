"""Successes whose bodies are not what the API gives, and `_strict_response_validation`."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import DELETED, MODEL, PAGE

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Side

TEXT = json.dumps(MODEL).encode()
HTML = {"content-type": "text/html"}
BODIES = {
    "text-plain": Answer(200, TEXT, {"content-type": "text/plain"}),
    "no-content-type": Answer(200, TEXT, {"content-type": ""}),
    "json-suffix": Answer(200, TEXT, {"content-type": "application/vnd.api+json"}),
    "charset": Answer(200, TEXT, {"content-type": "application/json; charset=utf-8"}),
    "gzip": Answer(200, gzip.compress(TEXT), {"content-encoding": "gzip"}),
    "status-201": Answer(201, TEXT),
    "status-206": Answer(206, TEXT),
    "utf-16": Answer(200, json.dumps(MODEL).encode("utf-16"), {"content-type": "application/json"}),
    "html": Answer(200, b"<html>", HTML),
    "html-as-json": Answer(200, b"<html>"),
    "empty": Answer(200, b""),
    "empty-text": Answer(200, b"", {"content-type": "text/plain"}),
    "no-content": Answer(204),
    "null": reply(None),
    "array": reply([MODEL]),
    "text": reply("model"),
    "number": reply(5),
    "an-error": reply({"error": {"message": "No"}}),
    "bom": Answer(200, b"\xef\xbb\xbf" + TEXT),
    "nan": Answer(200, b'{"id": "a", "created": NaN, "object": "model", "owned_by": "me"}'),
}


@probes("success", BODIES)
def _(side: Side, answer: Answer) -> object:
    return side.wait(side.client(answer).models.retrieve("a"))


@probes("success/list", {name: BODIES[name] for name in ("html", "html-as-json", "empty", "no-content")})
def _(side: Side, answer: Answer) -> object:
    return side.wait(side.client(answer).models.list())


DELETIONS: dict[str, Answer] = {
    "done": reply(DELETED),
    "not-deleted": reply({**DELETED, "deleted": False}),
    "deleted-absent": reply({"id": "ft:a", "object": "model"}),
    "another-id": reply({**DELETED, "id": "ft:b"}),
    "no-content": Answer(204),
    "html": Answer(200, b"<html>", HTML),
    "empty-object": reply({}),
}


@probes("deletion", DELETIONS)
def _(side: Side, answer: Answer) -> object:
    return side.wait(side.client(answer).models.delete("ft:a"))


STRICT: dict[str, Any] = {
    "whole": MODEL,
    "more": {**MODEL, "more": 1},
    "shutdown-date": {**MODEL, "shutdown_date": "2026-10-23"},
    "created-absent": {name: value for name, value in MODEL.items() if name != "created"},
    "created-text": {**MODEL, "created": "yesterday"},
    "object-another": {**MODEL, "object": "engine"},
    "html": Answer(200, b"<html>", HTML),
    "text-plain": Answer(200, TEXT, {"content-type": "text/plain"}),
    "array": [MODEL],
}


@probes("strict", STRICT)
def _(side: Side, value: Any) -> object:
    return side.wait(side.client(value, _strict_response_validation=True).models.retrieve("a"))


@probes(
    "strict/list", {"whole": PAGE, "no-object": {"data": [MODEL]}, "item": {"object": "list", "data": [{"id": "a"}]}}
)
def _(side: Side, value: Any) -> object:
    return side.each(side.wait(side.client(value, _strict_response_validation=True).models.list()))


@probe("strict/attributes-of-the-error")
def _(side: Side) -> object:
    try:
        side.wait(side.client({"id": 5}, _strict_response_validation=True).models.retrieve("a"))
    except side.sdk.APIResponseValidationError as error:
        return [error.status_code, error.body, error.response.status_code, error.request.method]
    return "no error"
