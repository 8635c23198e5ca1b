"""The errors: their tree, what they tell, and how they travel between processes."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Server, Shell, answer

import openai_models
from openai_models import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    InternalServerError,
    NotFoundError,
    OpenAIError,
)
from openai_models._exceptions import BY_STATUS

NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    **dict.fromkeys((500, 502, 529, 999), "InternalServerError"),
    **dict.fromkeys((100, 199, 300, 304, 402, 410, 418, 499), "APIStatusError"),  # 1xx: no answer is to come
}


@pytest.mark.parametrize(("status", "name"), NAMES.items())
def test_each_status_has_its_error(status: int, name: str, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(status=status))).models.retrieve, "a")
    assert type(failure) is getattr(openai_models, name)
    assert failure.status_code == status


def test_the_tree_is_that_of_the_official_sdk() -> None:
    assert issubclass(OpenAIError, Exception)
    assert APIError.__bases__ == (OpenAIError,)
    for kind in (APIConnectionError, APIResponseValidationError, APIStatusError):
        assert kind.__bases__ == (APIError,)
    assert APITimeoutError.__bases__ == (APIConnectionError,)
    assert {kind.__bases__ for kind in (*BY_STATUS.values(), InternalServerError)} == {(APIStatusError,)}
    assert {kind.__module__ for kind in (OpenAIError, APIError, *BY_STATUS.values())} == {"openai_models"}


def test_an_error_of_a_status_has_all_its_attributes(shell: Shell) -> None:
    body = {"message": "no", "code": "c", "param": "p", "type": "t"}
    server = Server(answer({"error": body}, status=404, headers={"x-request-id": "req-1"}))
    failure = shell.failure(shell.client(server).models.retrieve, "a")
    assert str(failure) == failure.message == "Error code: 404 - no"
    assert (failure.code, failure.param, failure.type) == ("c", "p", "t")
    assert (failure.status_code, failure.request_id, failure.body) == (404, "req-1", body)
    assert (failure.request.method, str(failure.request.url)) == ("GET", "http://api.test/v1/models/a")
    assert (failure.response.status_code, failure.response.json()) == (404, {"error": body})
    assert repr(failure) == "NotFoundError('Error code: 404 - no')"


def test_an_error_of_a_connection_has_its_request_and_no_answer(shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(httpx.ConnectError("refused"))).models.retrieve, "a")
    assert (failure.body, failure.code, str(failure.request.url)) == (None, None, "http://api.test/v1/models/a")
    assert not hasattr(failure, "response")


def test_the_errors_can_be_made_by_hand_as_those_of_the_official_sdk() -> None:
    request = httpx.Request("GET", "http://api.test/")
    response = httpx.Response(404, request=request)
    assert str(NotFoundError("no", response=response, body=None)) == "no"
    assert str(APIConnectionError(request=request)) == "Connection error."
    assert str(APIConnectionError(message="no", request=request)) == "no"
    assert str(APITimeoutError(request)) == str(APITimeoutError(request=request)) == "Request timed out."
    assert APIResponseValidationError(response, None).status_code == 404
    assert str(APIError("no", request, body={"code": 5})) == "no"


ANSWERS: dict[str, Any] = {
    "404": answer({"error": {"message": "no", "code": "c"}}, status=404, headers={"x-request-id": "r"}),
    "500": answer(status=500, content=b"no"),
    "303": answer(status=303, headers={"location": f"http://other.test/?key={KEY}"}),
    "with Latin-1": lambda _: httpx.Response(404, headers=[(b"server", b"M\xfcller")]),
    "with a cookie": answer(status=400, headers={"set-cookie": f"session={KEY}"}),
    "refused": httpx.ConnectError("refused"),
    "late": httpx.ReadTimeout("late"),
    "invalid": answer(content=b"<html>", headers={"x-request-id": "r"}),
    "broken gzip": answer(content=b"x", headers={"content-encoding": "gzip"}),
}
COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),
    "pickle twice": lambda error: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error)))),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
def test_an_error_comes_whole_off_a_pickle_and_a_copy_without_a_key(
    reply: Any, make: Callable[[Any], Any], shell: Shell
) -> None:
    client = shell.client(Server(reply), base_url=f"http://user:{KEY}@api.test/v1?key={KEY}")
    failure = shell.failure(client.models.delete, "a", extra_body={"key": KEY})
    failure.add_note("a note")
    made = make(failure)
    assert type(made) is type(failure)
    for attribute in ("args", "__notes__", "message", "body", "code", "param", "type", "status_code", "request_id"):
        assert getattr(made, attribute, "absent") == getattr(failure, attribute, "absent")
    assert (str(made), made.request.method, made.request.url.path) == (str(failure), "DELETE", "/v1/models/a")
    if hasattr(failure, "response"):
        assert made.response.status_code == failure.response.status_code
        assert made.response.content == failure.response.content
        assert made.response.request is made.request
    assert KEY.encode() not in pickle.dumps(failure)
    assert KEY.encode("utf-16-le") not in pickle.dumps(failure)


class OwnError(NotFoundError):
    """An error of a user's own, with a constructor of its own."""

    def __init__(self, name: str) -> None:
        response = httpx.Response(404, request=httpx.Request("GET", "http://api.test/"))
        super().__init__(f"no {name}", response=response, body=None)
        self.name = name


def test_a_users_own_kind_of_error_can_be_pickled() -> None:
    made = pickle.loads(pickle.dumps(OwnError("a")))
    assert (type(made), made.name, str(made)) == (OwnError, "a", "no a")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (["bad"], ["bad"]),
        ([{"error": {"message": "no", "code": 7}}], [{"error": {"message": "no", "code": 7}}]),
        ("no", "no"),
        ({"detail": "no"}, {"detail": "no"}),
        ({"error": {"message": "no"}}, {"message": "no"}),
        ({"error": "no"}, "no"),
    ],
    ids=json.dumps,
)
def test_the_body_is_the_json_as_it_came_where_it_is_not_openais_envelope(
    body: Any, expected: Any, shell: Shell
) -> None:
    assert shell.failure(shell.client(Server(answer(body, status=400))).models.list).body == expected
