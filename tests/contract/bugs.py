"""The bugs, one at a time, and what each makes of requests and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.datastructures import Headers
from tests.contract.broken import LIST, Answer, Bug, path, with_path

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

HTML = b"<html><body><h1>Not Found</h1></body></html>"


def last_of_slashes(scope: Scope) -> Scope:
    """Take what follows the last slash of an id for the id."""
    return with_path(scope, f"{LIST}/{path(scope).rpartition('%2F')[2]}") if "%2F" in path(scope) else scope


def first_of_slashes(scope: Scope) -> Scope:
    """Take what precedes the first slash of an id for the id."""
    return with_path(scope, path(scope).partition("%2F")[0])


def upper_case(scope: Scope) -> Scope:
    return with_path(scope, path(scope).replace(f"{LIST}/whisper", f"{LIST}/WHISPER"))


def with_right_key(scope: Scope) -> Scope:
    """Let in whoever comes."""
    others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", b"Bearer " + MockServer().api_key.encode())]}


def with_right_key_where(wanted: Callable[[Scope], bool]) -> Callable[[Scope], Scope]:
    """Let in whoever comes with some requests."""
    return lambda scope: with_right_key(scope) if wanted(scope) else scope


def with_right_key_if(right: Callable[[str], bool]) -> Callable[[Scope], Scope]:
    """Let in whoever comes with a header that looks right."""
    return with_right_key_where(lambda scope: any(map(right, Headers(scope=scope).getlist("authorization"))))


def as_a_read(*methods: str) -> Callable[[Scope], Scope]:
    """Have a model read by other methods as well."""

    def asked(scope: Scope) -> Scope:
        return {**scope, "method": "GET"} if scope["method"] in methods and path(scope) != LIST else scope

    return asked


def of_method(method: str, status: int) -> Callable[[Scope, Answer], Answer]:
    """Have a method answered with a status."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        return replace(answer, status=status) if scope["method"] == method and answer.status == 405 else answer

    return answered


def error(message: str = "?", kind: str = "server_error", param: object = None, code: object = None) -> object:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def on(status: int, change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the answers of a status."""
    return lambda _, answer: change(answer) if answer.status == status else answer


def on_no_key(change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the answers to whom no key came from."""
    return lambda scope, answer: answer if "authorization" in Headers(scope=scope) else change(answer)


def of_list(change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the list."""
    return lambda scope, answer: change(answer) if path(scope) == LIST and answer.status == 200 else answer


def of_retrieved(change: Callable[[Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to a model that is retrieved."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        found = scope["method"] == "GET" and path(scope) != LIST and answer.status == 200
        return change(answer) if found else answer

    return answered


def of_model(**properties: object) -> Callable[[Scope, Answer], Answer]:
    """Have other properties in a model that is retrieved."""
    return of_retrieved(lambda it: it.saying({**it.json, **properties}))


def of_ids(piece: str, status: int) -> Callable[[Scope, Answer], Answer]:
    """Have ids with something in them answered by an error."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        if scope["method"] != "GET" or piece not in path(scope) or answer.status == 401:
            return answer
        return answer.saying(error(), status=status)

    return answered


def of_unknown(change: Callable[[Scope, Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the answer that there is no such model to retrieve."""

    def answered(scope: Scope, answer: Answer) -> Answer:
        unknown = scope["method"] == "GET" and answer.status == 404 and path(scope).startswith(f"{LIST}/")
        return change(scope, answer) if unknown else answer

    return answered


def makes_up(scope: Scope, answer: Answer) -> Answer:
    name = unquote(path(scope).rpartition("/")[2])
    return answer.saying({"id": name, "object": "model", "created": 1, "owned_by": "me"}, status=200)


def hangs_up(scope: Scope, answer: Answer) -> Answer:
    return replace(answer, cut=True) if "%FF" in path(scope) else answer


def same_request_id(_: Scope, answer: Answer) -> Answer:
    return answer.having("x-request-id", "req_1")


def two_request_ids(_: Scope, answer: Answer) -> Answer:
    answer.headers.append("x-request-id", "req_of_the_proxy")
    return answer


def repeats_key(scope: Scope, answer: Answer) -> Answer:
    key = Headers(scope=scope).get("authorization", "")
    return answer.saying(error(f"Incorrect API key: {key}", code="invalid_api_key")) if answer.status == 401 else answer


def of_deletion(change: Callable[[Scope, Answer], Answer]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the answer that a model is deleted."""
    return lambda scope, answer: (
        change(scope, answer) if scope["method"] == "DELETE" and answer.status == 200 else answer
    )


def deleted(scope: Scope, answer: Answer) -> Answer:
    name = unquote(path(scope).rpartition("/")[2])
    return answer.saying({"id": name, "object": "model", "deleted": True}, status=200)


def deletes_nothing(scope: Scope, answer: Answer) -> Answer:
    return deleted(scope, answer) if scope["method"] == "DELETE" and answer.status == 200 else answer


def deletes_unknown(scope: Scope, answer: Answer) -> Answer:
    return deleted(scope, answer) if scope["method"] == "DELETE" and answer.status == 404 else answer


def deletes_twice(scope: Scope, answer: Answer) -> Answer:
    if scope["method"] == "DELETE" and answer.status == 200:
        scope["memory"][path(scope)] = True
    known = scope["method"] == "DELETE" and path(scope) in scope["memory"]
    return deleted(scope, answer) if known else answer


def remembers(scope: Scope, answer: Answer) -> Answer:
    """Answer out of a cache."""
    memory, known = scope["memory"], path(scope)
    if scope["method"] != "GET" or answer.status == 401:
        return answer
    if answer.status == 200:
        memory.setdefault(known, answer.body)
    return replace(answer, status=200, body=memory[known]) if known in memory else answer


def only(
    wanted: Callable[[Scope], bool], change: Callable[[Scope, Answer], Answer]
) -> Callable[[Scope, Answer], Answer]:
    """Have a change made for some requests only."""
    return lambda scope, answer: change(scope, answer) if wanted(scope) else answer


def loses_another(scope: Scope, answer: Answer) -> Answer:
    if scope["method"] == "DELETE" and answer.status == 200:
        scope["memory"]["deleted"] = True
    if path(scope) == LIST and answer.status == 200 and "deleted" in scope["memory"]:
        return answer.saying({**answer.json, "data": answer.json["data"][1:]})
    return answer


def in_html(answer: Answer) -> Answer:
    return replace(answer.having("content-type", "text/html"), body=HTML)


def in_text(answer: Answer) -> Answer:
    return replace(answer.having("content-type", "text/plain"), body=b"no")


def without_word(answer: Answer) -> Answer:
    return answer.saying({})


def listing(change: Callable[[list[Any]], object]) -> Callable[[Scope, Answer], Answer]:
    """Have a change made to the models of the list."""
    return of_list(lambda it: it.saying({"object": "list", "data": change(it.json["data"])}))


def to_list(scope: Scope) -> bool:
    return path(scope) == LIST


def to_model(scope: Scope) -> bool:
    return path(scope) != LIST


BUGS: Final = (
    # What schemathesis' own checks find.
    Bug("a list under 203", "status_code_conformance", answered=of_list(lambda it: replace(it, status=203))),
    Bug("503 for ids outside ASCII", "not_a_server_error", answered=of_ids("%C3", 503)),
    Bug("400 for every id with a colon", "positive_data_acceptance", answered=of_ids("%3A", 400)),
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
    Bug("a model made on a text", "response_schema_conformance", answered=of_model(created="yesterday")),
    Bug("a model that shuts down on no date", "response_schema_conformance", answered=of_model(shutdown_date="soon")),
    Bug("a bare array", "response_schema_conformance", answered=of_list(lambda it: it.saying(it.json["data"]))),
    Bug("no key needed", "ignored_auth", asked=with_right_key),
    Bug("a POST reads", "unsupported_method", asked=as_a_read("POST")),
    Bug("405 without Allow", "unsupported_method", answered=on(405, lambda it: it.without("allow"))),
    Bug("Allow with a PUT", "allow_header_conformance", answered=on(405, lambda it: it.having("allow", "GET, PUT"))),
    # Lists and models.
    Bug("hangs up on an id that is no UTF-8", "answered", answered=hangs_up),
    Bug("models, not data", "usable_list", answered=of_list(lambda it: it.saying({"models": it.json["data"]}))),
    Bug("a start page for a list", "usable_list", answered=of_list(in_html)),
    Bug("a model without an id", "usable_list", answered=listing(lambda data: [*data, {"object": "model"}])),
    Bug("a model listed twice", "unique_ids", answered=listing(lambda data: [*data, data[0]])),
    Bug("a model in a wrapper", "usable_model", answered=of_retrieved(lambda it: it.saying({"data": it.json}))),
    Bug("a model without its id", "usable_model", answered=of_model(id=None)),
    Bug("another model's id", "retrieved_id", answered=of_model(id="gpt-4o")),
    Bug(
        "an id in upper case",
        "retrieved_id",
        answered=of_retrieved(lambda it: it.saying({**it.json, "id": it.json["id"].upper()})),
    ),
    Bug("a listed model can't be retrieved", "listed_model", asked=upper_case),
    Bug(
        "a model listed that isn't there",
        "listed_model",
        answered=listing(lambda data: [*data, {**data[0], "id": "ghost"}]),
    ),
    Bug("a model made at each request", "listed_fields", answered=of_model(created=1800000000)),
    Bug("an error under 200", "no_error_under_200", answered=of_unknown(lambda _, it: replace(it, status=200))),
    # Ids.
    Bug("a model for every id", "unknown_model", answered=of_unknown(makes_up)),
    Bug("400 for an unknown id", "unknown_model", answered=of_unknown(lambda _, it: replace(it, status=400))),
    Bug(
        "404 in other words for %3A", "colon_in_id", answered=only(lambda it: "%3A" in path(it), on(404, without_word))
    ),
    Bug("%2F decoded into two segments", "slash_in_id", asked=lambda it: with_path(it, path(it).replace("%2F", "/"))),
    Bug("500 for %2F", "slash_in_id", answered=of_ids("%2F", 500)),
    Bug("what follows the slash is the id", "slash_in_id", asked=last_of_slashes),
    Bug("what precedes the slash is the id", "slash_in_id", asked=first_of_slashes),
    Bug("500 for ids outside ASCII", "non_ascii_id", answered=of_ids("%C3", 500)),
    Bug("400 for ids of four bytes a character", "non_ascii_id", answered=of_ids("%F0", 400)),
    Bug("500 for an id that is no UTF-8", "undecodable_id", answered=of_ids("%FF", 500)),
    Bug(
        "the list for an id that is no UTF-8",
        "undecodable_id",
        asked=lambda it: with_path(it, LIST) if "%FF" in path(it) else it,
    ),
    # Headers and errors.
    Bug("no x-request-id with 405", "request_id", answered=on(405, lambda it: it.without("x-request-id"))),
    Bug("two x-request-ids", "request_id", answered=two_request_ids),
    Bug("the same x-request-id again", "request_id", answered=same_request_id),
    Bug("405 without the envelope", "error_envelope", answered=on(405, lambda it: it.saying({"detail": "no"}))),
    Bug("404 with a number for a code", "error_envelope", answered=on(404, lambda it: it.saying(error(code=404)))),
    Bug("an error that is a text", "error_envelope", answered=on(401, lambda it: it.saying({"error": "no"}))),
    Bug("404 in plain text", "error_sentence", answered=on(404, in_text)),
    Bug("404 without a word", "error_sentence", answered=on(404, without_word)),
    # Keys.
    Bug("any key will do", "key_required", asked=with_right_key_if(lambda it: True)),
    Bug("no key needed to list", "key_required", asked=with_right_key_where(to_list)),
    Bug("no key needed to delete", "key_required", asked=with_right_key_where(lambda it: it["method"] == "DELETE")),
    Bug(
        "whatever begins with the key will do",
        "key_required",
        asked=with_right_key_if(lambda it: MockServer().api_key in it),
    ),
    Bug(
        "any part of the key will do",
        "key_required",
        asked=with_right_key_if(lambda it: it.split()[-1][:9] in MockServer().api_key),
    ),
    Bug("403 for a wrong key", "key_required", answered=on(401, lambda it: replace(it, status=403))),
    Bug("500 for a wrong key", "key_refusal", answered=on(401, lambda it: it.saying(error(), status=500))),
    Bug("404 for a wrong key", "key_refusal", answered=on(401, lambda it: replace(it, status=404))),
    Bug("a wrong key refused in HTML", "key_refusal", answered=on(401, in_html)),
    Bug("a missing key refused in plain text", "key_refusal", answered=on_no_key(in_text)),
    Bug("a wrong key repeated", "key_masked", answered=repeats_key),
    # Methods.
    Bug(
        "a POST lists",
        "other_method",
        asked=lambda it: {**it, "method": "GET"} if it["method"] == "POST" and to_list(it) else it,
    ),
    Bug("204 for a PUT", "other_method", answered=of_method("PUT", 204)),
    Bug("500 for a PATCH", "other_method", answered=of_method("PATCH", 500)),
    # Deletions.
    Bug("deletes nothing", "deleted_model_gone", asked=as_a_read("DELETE"), answered=deletes_nothing),
    Bug("lists what is deleted", "deleted_model_gone", answered=only(to_list, remembers)),
    Bug("retrieves what is deleted", "deleted_model_gone", answered=only(to_model, remembers)),
    Bug(
        "deletes, and names another",
        "deleted_id",
        answered=of_deletion(lambda _, it: it.saying({**it.json, "id": "gpt-4o"})),
    ),
    Bug(
        "deletes without the word",
        "deleted_word",
        answered=of_deletion(lambda _, it: it.saying({**it.json, "deleted": False})),
    ),
    Bug("deletes another as well", "others_stay", answered=loses_another),
    Bug("deletes a second time", "second_delete", answered=deletes_twice),
    Bug("deletes what isn't there", "unknown_delete", answered=deletes_unknown),
    Bug(
        "500 for deleting what isn't there",
        "unknown_delete",
        answered=only(lambda it: it["method"] == "DELETE", on(404, lambda it: replace(it, status=500))),
    ),
)
