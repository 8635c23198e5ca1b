"""What a bug makes of requests and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from tests.contract.broken import LIST, Answer, path, with_path

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
