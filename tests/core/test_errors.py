"""The errors: their tree, what they tell, and how they travel between processes."""

from __future__ import annotations

import copy
import json
import pickle
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
from openai_models._exceptions import BY_STATUS, error_class

NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    502: "InternalServerError",
    529: "InternalServerError",
    999: "InternalServerError",
}


@pytest.mark.parametrize(("status", "name"), NAMES.items())
def test_each_status_has_its_error(status: int, name: str, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(status=status))).models.retrieve, "a")
    kind = getattr(openai_models, name)
    assert type(failure) is kind
    assert issubclass(kind, APIStatusError)
    assert failure.status_code == status


@pytest.mark.parametrize("status", [300, 304, 402, 405, 406, 410, 418, 451, 499])
def test_another_status_has_the_common_error(status: int, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(status=status))).models.list)
    assert type(failure) is APIStatusError is error_class(status)
    assert failure.status_code == status


@pytest.mark.parametrize("status", [100, 102, 199])
def test_a_status_that_is_no_answer_is_an_error(status: int, shell: Shell) -> None:
    assert shell.failure(shell.client(Server(answer(status=status))).models.list).status_code == status


def test_the_tree_is_that_of_the_official_sdk() -> None:
    assert issubclass(OpenAIError, Exception)
    assert APIError.__bases__ == (OpenAIError,)
    assert (
        APIConnectionError.__bases__ == APIResponseValidationError.__bases__ == APIStatusError.__bases__ == (APIError,)
    )
    assert APITimeoutError.__bases__ == (APIConnectionError,)
    assert {kind.__bases__ for kind in (*BY_STATUS.values(), InternalServerError)} == {(APIStatusError,)}


def test_the_errors_go_by_the_name_they_are_imported_by() -> None:
    for kind in (OpenAIError, APIError, *BY_STATUS.values()):
        assert kind.__module__ == "openai_models"
        assert getattr(openai_models, kind.__name__) is kind


def test_an_error_of_a_status_has_all_its_attributes(shell: Shell) -> None:
    body = {"message": "no", "code": "c", "param": "p", "type": "t"}
    server = Server(answer({"error": body}, status=404, headers={"x-request-id": "req-1"}))
    failure = shell.failure(shell.client(server).models.retrieve, "a")
    assert str(failure) == failure.message == "Error code: 404 - no"
    assert (failure.code, failure.param, failure.type) == ("c", "p", "t")
    assert (failure.status_code, failure.request_id, failure.body) == (404, "req-1", body)
    assert failure.request.method == "GET"
    assert str(failure.request.url) == "http://api.test/v1/models/a"
    assert failure.response.status_code == 404
    assert failure.response.json() == {"error": body}
    assert repr(failure) == "NotFoundError('Error code: 404 - no')"


def test_an_error_of_a_connection_has_its_request_and_no_answer(shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(httpx.ConnectError("refused"))).models.retrieve, "a")
    told = "Connection error: can't connect to http://api.test: refused"
    assert (str(failure), failure.body, failure.code) == (told, None, None)
    assert str(failure.request.url) == "http://api.test/v1/models/a"
    assert "refused" in "".join(failure.__notes__)
    assert not hasattr(failure, "response")


def test_the_errors_can_be_made_by_hand_as_those_of_the_official_sdk() -> None:
    request = httpx.Request("GET", "http://api.test/")
    response = httpx.Response(404, request=request)
    assert str(NotFoundError("no", response=response, body=None)) == "no"
    assert str(APIConnectionError(request=request)) == "Connection error."
    assert str(APIConnectionError(message="no", request=request)) == "no"
    assert str(APITimeoutError(request)) == "Request timed out."
    assert str(APITimeoutError(request=request)) == "Request timed out."
    assert APIResponseValidationError(response, None).status_code == 404
    assert str(APIError("no", request, body={"code": 5})) == "no"


def failures() -> dict[str, Any]:
    """Return one error of each kind, as a call raised it."""
    shell = Shell("sync")
    answers: dict[str, Any] = {
        **{f"{status}": answer({"error": {"message": "no", "code": "c"}}, status=status, headers={"x-request-id": "r"}) for status in NAMES},
        "303": answer(status=303, headers={"location": f"http://other.test/?key={KEY}"}),
        "refused": httpx.ConnectError("refused"),
        "late": httpx.ReadTimeout("late"),
        "invalid": answer(content=b"<html>", headers={"x-request-id": "r"}),
        "broken gzip": answer(content=b"x", headers={"content-encoding": "gzip"}),
        "with a cookie": answer(status=400, headers={"set-cookie": f"session={KEY}"}),
    }  # fmt: skip
    made = {}
    for name, given in answers.items():
        client = shell.client(
            Server(given),
            base_url=f"http://user:{KEY}@api.test/v1?key={KEY}",
            default_headers={"X-Key": KEY},
            default_query={"other": KEY},
        )
        made[name] = shell.failure(client.models.delete, "a", extra_body={"key": KEY}, extra_headers={"X-Call": KEY})
    return made


@pytest.mark.parametrize("copied", ["pickle", "copy", "deepcopy"])
@pytest.mark.parametrize("name", failures())
def test_an_error_comes_whole_off_a_pickle_and_a_copy(name: str, copied: str) -> None:
    failure = failures()[name]
    failure.add_note("a note")
    make: dict[str, Any] = {"pickle": lambda error: pickle.loads(pickle.dumps(error)), "copy": copy.copy, "deepcopy": copy.deepcopy}  # fmt: skip
    made = make[copied](failure)
    assert type(made) is type(failure)
    assert (str(made), made.args, made.__notes__) == (str(failure), failure.args, failure.__notes__)
    for attribute in ("message", "body", "code", "param", "type", "status_code", "request_id"):
        assert getattr(made, attribute, "absent") == getattr(failure, attribute, "absent")
    assert made.request.method == "DELETE"
    assert made.request.url.path == "/v1/models/a"
    if hasattr(failure, "response"):
        assert made.response.status_code == failure.response.status_code
        assert made.response.content == failure.response.content
        assert made.response.request is made.request


@pytest.mark.parametrize("name", failures())
def test_no_key_is_in_a_pickle(name: str) -> None:
    pickled = pickle.dumps(failures()[name])
    assert KEY.encode() not in pickled
    assert KEY.encode("utf-16-le") not in pickled


def test_notes_are_not_doubled_by_being_pickled_twice() -> None:
    failure = failures()["refused"]
    twice = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(failure))))
    assert twice.__notes__ == failure.__notes__


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
        ([], []),
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
