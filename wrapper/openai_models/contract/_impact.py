"""What a client meets when a server fails a check."""

from __future__ import annotations

from typing import Final

IMPACT: Final = {
    "answered": "A call fails with `APIConnectionError`, or waits until its timeout and fails with `APITimeoutError`.",
    "usable_list": "`models.list()` fails with `APIResponseValidationError`, or returns no models.",
    "unique_ids": "A program that goes through the list works on the same model twice.",
    "usable_model": "`models.retrieve()` fails with `APIResponseValidationError`.",
    "retrieved_id": "A program gets a model other than the one that it asked for.",
    "listed_model": "`models.retrieve()` fails for a model that `models.list()` has just returned.",
    "listed_fields": "What a program knows about a model depends on the call that it made.",
    "created_in_seconds": "The date of a model is wrong, and so are its age and its place in a sorted list.",
    "unknown_model": "A misspelled id seems to exist, or looks like a failure of the server: `NotFoundError` is never raised.",
    "colon_in_id": "Ids with a colon (`ft:…`) are misread: such a model is out of reach, or an unknown one seems to exist.",
    "slash_in_id": "Ids with a slash (`meta-llama/…`), which a client sends as `%2F`, are misread: such a model is out of reach, or an unknown one seems to exist.",
    "non_ascii_id": "Ids outside ASCII are misread: such a model is out of reach, or an unknown one seems to exist.",
    "undecodable_id": "A mistake of the caller looks like a failure of the server, which clients retry.",
    "request_id": "`error.request_id` is absent or ambiguous: a bug report can't name the request.",
    "error_envelope": "`error.code`, `error.type` and `error.param` are `None`: programs can't tell errors apart.",
    "error_sentence": "The exception doesn't say what is wrong.",
    "no_error_under_200": "A client takes a failed call for a successful one.",
    "key_required": "A missing or wrong key goes unnoticed: `AuthenticationError` is never raised.",
    "key_refusal": "A program can't tell a wrong key from another failure: `AuthenticationError` is never raised.",
    "key_masked": "Keys end up in logs and bug reports.",
    "other_method": "A mistaken call is carried out, or looks like a failure of the server, which clients retry.",
    "deleted_id": "A program can't tell which model was deleted.",
    "deleted_word": "A program can't tell whether the model was deleted.",
    "deleted_model_gone": "A clean-up reports success, and the model is still there.",
    "others_stay": "A clean-up deletes models that nobody named.",
    "second_delete": "A program that repeats a deletion can't tell that the model is already gone.",
    "unknown_delete": "Deleting a misspelled id looks like a success or like a failure of the server.",
    "not_a_server_error": "Clients retry the call, and at last raise `InternalServerError` for a mistake of the caller.",
    "status_code_conformance": "Clients choose the exception by the status: they raise a general one.",
    "content_type_conformance": "Some clients don't parse the body: the official SDK returns a string instead of a model.",
    "response_headers_conformance": "Programs that read the documented headers find none.",
    "response_schema_conformance": "Typed fields are `None` or of another type: programs fail with `TypeError`.",
    "positive_data_acceptance": "A call that the OpenAI API accepts fails with `BadRequestError`.",
    "ignored_auth": "Whoever reaches the server can use it without a key.",
    "unsupported_method": "A wrong method looks like another mistake.",
    "allow_header_conformance": "Gateways and API explorers that read `Allow` offer methods that don't exist.",
}
