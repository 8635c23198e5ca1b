"""The bugs, one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.contract.broken import LIST, Bug, path, with_path
from tests.contract.changes import (
    as_a_read,
    deletes_nothing,
    deletes_twice,
    deletes_unknown,
    error,
    first_of_slashes,
    hangs_up,
    in_html,
    in_text,
    last_of_slashes,
    listing,
    loses_another,
    makes_up,
    of_deletion,
    of_ids,
    of_list,
    of_method,
    of_model,
    of_retrieved,
    of_unknown,
    on,
    on_no_key,
    only,
    remembers,
    repeats_key,
    same_request_id,
    to_list,
    to_model,
    two_request_ids,
    upper_case,
    with_right_key,
    with_right_key_if,
    with_right_key_where,
    without_word,
)

from openai_models.testing import MockServer

BUGS: Final = (
    # What schemathesis' own checks find.
    Bug("a list under 203", "status_code_conformance", answered=of_list(lambda it: replace(it, status=203))),
    Bug("503 for ids outside ASCII", "not_a_server_error", answered=of_ids("%C3", 503)),
    Bug(
        "500 for ids of over 300 characters",
        "not_a_server_error",
        answered=only(lambda it: len(path(it)) > len(LIST) + 300, on(404, lambda it: replace(it, status=500))),
    ),
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
    Bug("an id in any case", "retrieved_id", asked=lambda it: with_path(it, path(it).lower())),
    Bug("an id that is trimmed", "retrieved_id", asked=lambda it: with_path(it, path(it).removesuffix("%20"))),
    Bug("a listed model can't be retrieved", "listed_model", asked=upper_case),
    Bug(
        "a model listed that isn't there",
        "listed_model",
        answered=listing(lambda data: [*data, {**data[0], "id": "ghost"}]),
    ),
    Bug("a model made at each request", "listed_fields", answered=of_model(created=1800000000)),
    Bug(
        "models made on milliseconds",
        "created_in_seconds",
        answered=listing(lambda data: [{**it, "created": it["created"] * 1000} for it in data]),
    ),
    Bug("a model made before 1970", "created_in_seconds", answered=of_model(created=-1)),
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
    Bug(
        "the key in any case will do",
        "key_required",
        asked=with_right_key_if(lambda it: it.casefold() == f"bearer {MockServer().api_key}".casefold()),
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
