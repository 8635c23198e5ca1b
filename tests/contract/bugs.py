"""Servers with some bugs each. Each bug is found by its own check, and no other bug of that server fails this check."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from starlette.datastructures import Headers
from tests.contract.broken import (
    LIST,
    Answer,
    Ask,
    Bug,
    Change,
    accepts,
    becomes,
    deletes,
    error,
    having,
    in_html,
    in_text,
    lets_in,
    listing,
    of_list,
    of_retrieved,
    on,
    only,
    path,
    to_list,
    to_model,
    with_path,
    with_right_key,
    without_word,
)

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from starlette.types import Scope

KEY: Final = MockServer().api_key


def as_get(method: str, wanted: Callable[[Scope], bool]) -> Ask:
    return lambda scope: {**scope, "method": "GET"} if scope["method"] == method and wanted(scope) else scope


def reads(change: Callable[[str], str]) -> Ask:
    return lambda scope: with_path(scope, change(path(scope)))


def of_method(method: str, status: int) -> Change:
    return only(lambda scope: scope["method"] == method, on(405, becomes(status)))


def of_model(**properties: object) -> Change:
    return of_retrieved(having(**properties))


def of_unknown(change: Callable[[Answer], Answer]) -> Change:
    return only(lambda scope: scope["method"] == "GET" and path(scope).startswith(f"{LIST}/"), on(404, change))


def of_ids(piece: str, status: int) -> Change:
    def answered(scope: Scope, answer: Answer) -> Answer:
        wanted = scope["method"] == "GET" and piece in path(scope) and answer.status != 401
        return answer.saying(error(), status=status) if wanted else answer

    return answered


def makes_up(scope: Scope, answer: Answer) -> Answer:
    model = {"id": unquote(path(scope).rpartition("/")[2]), "object": "model", "created": 1, "owned_by": "me"}
    return of_unknown(lambda it: it.saying(model, status=200))(scope, answer)


def repeats_key(scope: Scope, answer: Answer) -> Answer:
    key = Headers(scope=scope).get("authorization", "")
    return on(401, lambda it: it.saying(error(f"Incorrect API key: {key}", code="invalid_api_key")))(scope, answer)


def two_request_ids(_: Scope, answer: Answer) -> Answer:
    answer.headers.append("x-request-id", "req_of_the_proxy")
    return answer


def deleted(scope: Scope, answer: Answer) -> Answer:
    name = unquote(path(scope).rpartition("/")[2])
    return answer.saying({"id": name, "object": "model", "deleted": True}, status=200)


def says_deleted(status: int) -> Change:
    return lambda scope, answer: deleted(scope, answer) if deletes(scope) and answer.status == status else answer


def deletes_twice(scope: Scope, answer: Answer) -> Answer:
    if deletes(scope) and answer.status == 200:
        scope["memory"][path(scope)] = True
    return deleted(scope, answer) if deletes(scope) and path(scope) in scope["memory"] else answer


def loses_another(scope: Scope, answer: Answer) -> Answer:
    if deletes(scope) and answer.status == 200:
        scope["memory"]["deleted"] = True
    return listing(lambda data: data[1:])(scope, answer) if "deleted" in scope["memory"] else answer


def remembers(scope: Scope, answer: Answer) -> Answer:
    """Answer out of a cache."""
    memory, known = scope["memory"], path(scope)
    if scope["method"] != "GET" or answer.status == 401:
        return answer
    if answer.status == 200:
        memory.setdefault(known, answer.body)
    return replace(answer, status=200, body=memory[known]) if known in memory else answer


SERVERS: Final = (
    (
        Bug("models, not data", "usable_list", of_list(lambda it: it.saying({"models": it.json["data"]}))),
        Bug("whatever begins with the key will do", "key_required", asked=accepts(lambda it: KEY in it)),
        Bug("no x-request-id with 405", "request_id", on(405, lambda it: it.without("x-request-id"))),
    ),
    (
        Bug("a start page for a list", "usable_list", of_list(in_html)),
        Bug("any part of the key will do", "key_required", asked=accepts(lambda it: it.split()[-1][:9] in KEY)),
        Bug("Allow with a PUT", "allow_header_conformance", on(405, lambda it: it.having("allow", "GET, PUT"))),
    ),
    (
        Bug("a list under 203", "status_code_conformance", of_list(becomes(203))),
        Bug("the key in any case", "key_required", asked=accepts(lambda it: it.lower() == f"bearer {KEY.lower()}")),
        Bug("405 without Allow", "unsupported_method", on(405, lambda it: it.without("allow"))),
        Bug("500 for BREW", "other_method", of_method("BREW", 500)),
    ),
    (
        Bug("a wrong key refused in HTML", "key_refusal", on(401, in_html)),
        Bug("lists for an id that is no UTF-8", "undecodable_id", asked=reads(lambda it: LIST if "%FF" in it else it)),
        Bug("a model without an id", "usable_list", listing(lambda data: [*data, {"object": "model"}])),
        Bug(
            "500 for ids of over 300 characters",
            "not_a_server_error",
            only(lambda it: len(path(it)) > 310, on(404, becomes(500))),
        ),
        Bug("an id that is trimmed", "retrieved_id", asked=reads(lambda it: it.removesuffix("%20"))),
        Bug("deletes a second time", "second_delete", deletes_twice),
    ),
    (
        Bug("404 for a wrong key", "key_refusal", on(401, becomes(404))),
        Bug("500 for ids outside ASCII", "non_ascii_id", of_ids("%C3", 500)),
        Bug("404 in plain text", "error_sentence", on(404, in_text)),
        Bug("what precedes the slash is the id", "slash_in_id", asked=reads(lambda it: it.partition("%2F")[0])),
        Bug("lists what it can't retrieve", "listed_model", asked=reads(lambda it: it.replace("/whisper", "/WHISPER"))),
        Bug("retrieves what is deleted", "deleted_model_gone", only(to_model, remembers)),
    ),
    (
        Bug("500 for a wrong key", "key_refusal", on(401, lambda it: it.saying(error(), status=500))),
        Bug("400 for an unknown id", "unknown_model", of_unknown(becomes(400))),
        Bug("a POST reads", "unsupported_method", asked=as_get("POST", to_model)),
        Bug("what follows the slash is the id", "slash_in_id", asked=reads(lambda it: re.sub("[^/]*%2F", "", it))),
        Bug("a bare array", "response_schema_conformance", of_list(lambda it: it.saying(it.json["data"]))),
        Bug("405 without the envelope", "error_envelope", on(405, lambda it: it.saying({"detail": "no"}))),
    ),
    (
        Bug("404 in other words for %3A", "colon_in_id", only(lambda it: "%3A" in path(it), on(404, without_word))),
        Bug("a model in a wrapper", "usable_model", of_retrieved(lambda it: it.saying({"data": it.json}))),
        Bug("no key needed", "ignored_auth", asked=with_right_key),
        Bug("500 for %2F", "slash_in_id", of_ids("%2F", 500)),
        Bug("the same x-request-id again", "request_id", lambda _, it: it.having("x-request-id", "req_1")),
        Bug("deletes nothing", "deleted_model_gone", says_deleted(200), asked=as_get("DELETE", to_model)),
    ),
    (
        Bug("400 for every id with a colon", "positive_data_acceptance", of_ids("%3A", 400)),
        Bug("404 in HTML", "content_type_conformance", on(404, in_html)),
        Bug("a model that shuts down on no date", "response_schema_conformance", of_model(shutdown_date="soon")),
        Bug("a model made before 1970", "created_in_seconds", of_model(created=-1)),
        Bug("another model's id", "retrieved_id", of_model(id="gpt-4o")),
        Bug("400 for ids of four bytes a character", "non_ascii_id", of_ids("%F0", 400)),
        Bug("403 for a wrong key", "key_required", on(401, becomes(403))),
    ),
    (
        Bug("a model for every id", "unknown_model", makes_up),
        Bug("503 for ids outside ASCII", "not_a_server_error", of_ids("%C3", 503)),
        Bug("a model made on a text", "response_schema_conformance", of_model(created="yesterday")),
        Bug(
            "models made on milliseconds",
            "created_in_seconds",
            listing(lambda data: [{**it, "created": it["created"] * 1000} for it in data]),
        ),
        Bug("no key needed to list", "key_required", asked=lets_in(to_list)),
        Bug("two x-request-ids", "request_id", two_request_ids),
    ),
    (
        Bug("an error under 200", "no_error_under_200", of_unknown(becomes(200))),
        Bug(
            "a missing key refused in plain text",
            "key_refusal",
            only(lambda it: "authorization" not in Headers(scope=it), on(401, in_text)),
        ),
        Bug("no request id with lists", "response_headers_conformance", of_list(lambda it: it.without("x-request-id"))),
        Bug("an id in any case", "retrieved_id", asked=reads(str.lower)),
        Bug("a model listed twice", "unique_ids", listing(lambda data: [*data, data[0]])),
    ),
    (
        Bug("404 without a word", "error_sentence", on(404, without_word)),
        Bug("500 for a PATCH", "other_method", of_method("PATCH", 500)),
        Bug("500 for deleting what isn't there", "unknown_delete", only(deletes, on(404, becomes(500)))),
        Bug("a model without its id", "usable_model", of_model(id=None)),
        Bug("500 for an id that is no UTF-8", "undecodable_id", of_ids("%FF", 500)),
        Bug("no key needed to delete", "key_required", asked=lets_in(deletes)),
    ),
    (
        Bug("404 with a number for a code", "error_envelope", on(404, lambda it: it.saying(error(code=404)))),
        Bug("any key will do", "key_required", asked=accepts(lambda it: True)),
        Bug("204 for a PUT", "other_method", of_method("PUT", 204)),
        Bug("deletes what isn't there", "unknown_delete", says_deleted(404)),
        Bug(
            "hangs up on an id that is no UTF-8",
            "answered",
            only(lambda it: "%FF" in path(it), lambda _, it: replace(it, cut=True)),
        ),
        Bug("a model made at each request", "listed_fields", of_model(created=1800000000)),
    ),
    (
        Bug("an error that is a text", "error_envelope", on(401, lambda it: it.saying({"error": "no"}))),
        Bug("a POST lists", "other_method", asked=as_get("POST", to_list)),
        Bug("deletes without the word", "deleted_word", only(deletes, on(200, having(deleted=False)))),
        Bug("a list as text", "content_type_conformance", of_list(lambda it: it.having("content-type", "text/plain"))),
        Bug("lists what isn't there", "listed_model", listing(lambda data: [*data, {**data[0], "id": "ghost"}])),
        Bug("deletes another as well", "others_stay", loses_another),
    ),
    (
        Bug("a wrong key repeated", "key_masked", repeats_key),
        Bug("lists what is deleted", "deleted_model_gone", only(to_list, remembers)),
        Bug("deletes, and names another", "deleted_id", only(deletes, on(200, having(id="gpt-4o")))),
        Bug("200 for BREW", "other_method", of_method("BREW", 200)),
        Bug(
            "an id in upper case",
            "retrieved_id",
            of_retrieved(lambda it: it.saying({**it.json, "id": it.json["id"].upper()})),
        ),
        Bug("%2F decoded into two segments", "slash_in_id", asked=reads(lambda it: it.replace("%2F", "/"))),
    ),
)
