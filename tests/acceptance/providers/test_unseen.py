"""Answers of servers that nobody here has seen: the same kinds, in other words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from tests.acceptance.providers.exchanges import SHELLS, Answer, outcome

from openai_models import APIResponseValidationError

pytestmark = pytest.mark.parametrize("shell", SHELLS)

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "acme"}

LISTS: dict[str, Any] = {
    "as documented": {"object": "list", "data": [MODEL]},
    "without object": {"data": [MODEL]},
    "of another object": {"object": "models", "data": [MODEL]},
    "a bare array": [MODEL],
    "with paging fields": {"data": [MODEL], "has_more": False, "first_id": "m", "last_id": "m"},
    "with fields of its own": {"data": [MODEL], "models": [{"name": "m"}], "took": 3},
    "with null beside it": {"data": [MODEL], "error": None},
    "with an empty error beside it": {"data": [MODEL], "error": "", "errors": []},
    "with a success beside it": {"code": 200, "msg": "ok", "success": True, "data": [MODEL]},
    "with an error beside it": {"error": "one node is down", "data": [MODEL]},
    "of models with an id alone": {"data": [{"id": "m"}]},
    "of models with nulls": {"data": [{"id": "m", "object": None, "created": None, "owned_by": None}]},
    "of models with nested fields": {"data": [{"id": "m", "limits": {"context": {"tokens": 8}}, "tags": ["a", 1]}]},
}


@pytest.mark.parametrize("body", LISTS.values(), ids=LISTS)
def test_a_list_in_any_of_these_forms_gives_its_models(body: Any, shell: str) -> None:
    answer = Answer("list", body)
    models = outcome(shell, answer).models
    assert [model.id for model in models] == ["m"]
    assert [model.to_dict() for model in models] == answer.items


@pytest.mark.parametrize(
    "body",
    [
        {"data": None},
        {"object": "list", "data": None},
        {"data": []},
        [],
        {"code": 0, "msg": "success", "data": None},
        {"success": True, "errors": [], "data": []},
        {"error": {"code": 0, "message": ""}, "data": []},
        {"error": {"message": None, "details": [None]}, "data": None},
        {"ok": True, "status": "success", "statusCode": 200, "errorMessage": "", "data": []},
    ],
    ids=json.dumps,
)
def test_nothing_installed_is_an_empty_page(body: Any, shell: str) -> None:
    assert outcome(shell, Answer("list", body)).models == []


TYPES = [
    "text/plain",
    "text/plain; charset=utf-8",
    "text/html",
    "application/octet-stream",
    "application/vnd.acme.v2+json",
    "application/json;charset=utf-8",
    "APPLICATION/JSON",
    "nonsense",
    "",
]


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("call", ["list", "retrieve", "delete"])
def test_what_counts_is_the_json_not_the_type_it_came_under(call: str, content_type: str, shell: str) -> None:
    body = {"list": {"data": [MODEL]}, "retrieve": MODEL, "delete": {"id": "m", "deleted": True}}[call]
    raw = json.dumps(body).encode()
    came = outcome(shell, Answer(call, body, headers={"content-type": content_type}, model="m", raw=raw))
    assert came.error is None
    assert (came.value[0] if call == "list" else came.value).id == "m"


MOMENTS: dict[str, tuple[dict[str, Any], datetime | None]] = {
    "created": ({"created": 1_700_000_000}, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    "created_at, a number": ({"created_at": 1_700_000_000}, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    "created_at, RFC 3339 in UTC": ({"created_at": "2025-02-19T00:00:00Z"}, datetime(2025, 2, 19, tzinfo=UTC)),
    "created_at, RFC 3339 elsewhere": (
        {"created_at": "2025-02-19T02:00:00+02:00"},
        datetime(2025, 2, 19, 2, tzinfo=timezone(timedelta(hours=2))),
    ),
    "created_at, with fractions": (
        {"created_at": "2025-02-19T00:00:00.250Z"},
        datetime(2025, 2, 19, 0, 0, 0, 250_000, tzinfo=UTC),
    ),
    "both": ({"created": 1, "created_at": "2025-02-19T00:00:00Z"}, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
    "neither": ({}, None),
    "null": ({"created": None, "created_at": None}, None),
    "no moment": ({"created_at": "soon"}, None),
    "beyond all calendars": ({"created": 10**30}, None),
}


@pytest.mark.parametrize(("fields", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_when_a_model_was_made_is_a_moment_or_none(fields: dict[str, Any], moment: datetime | None, shell: str) -> None:
    model = outcome(shell, Answer("retrieve", {"id": "m", **fields}, model="m")).value
    assert model.created_at == moment
    assert model.to_dict() == {"id": "m", **fields}


SAYS = "no such thing as that here"
LIES: dict[str, tuple[str, bytes]] = {
    "an error as an object": ("retrieve", json.dumps({"error": {"message": SAYS}}).encode()),
    "an error beside an id": ("retrieve", json.dumps({"id": "m", "error": {"message": SAYS}}).encode()),
    "an error as text": ("list", json.dumps({"error": SAYS}).encode()),
    "an error beside data": ("list", json.dumps({"error": SAYS, "data": []}).encode()),
    "errors beside no data": ("list", json.dumps({"errors": [{"message": SAYS}], "data": []}).encode()),
    "no success beside no data": ("list", json.dumps({"success": False, "message": SAYS, "data": None}).encode()),
    "an error's code beside no data": ("list", json.dumps({"code": 401, "msg": SAYS, "data": None}).encode()),
    "an error's status beside no data": ("list", json.dumps({"status": "error", "message": SAYS, "data": []}).encode()),
    "an error's code as text": ("list", json.dumps({"code": "401", "msg": SAYS, "data": None}).encode()),
    "an error's status as a number": ("list", json.dumps({"status": 404, "message": SAYS, "data": []}).encode()),
    "an error's statusCode": ("list", json.dumps({"statusCode": 401, "message": SAYS, "data": None}).encode()),
    "an error's status_code": ("list", json.dumps({"status_code": "500", "message": SAYS, "data": None}).encode()),
    "JSend's failure": ("list", json.dumps({"status": "fail", "message": SAYS, "data": None}).encode()),
    "not ok": ("list", json.dumps({"ok": False, "description": SAYS, "data": None}).encode()),
    "not isSuccess": ("list", json.dumps({"isSuccess": False, "message": SAYS, "data": None}).encode()),
    "an errorMessage": ("list", json.dumps({"errorMessage": SAYS, "data": None}).encode()),
    "an error with a capital": ("list", json.dumps({"Error": SAYS, "data": []}).encode()),
    "an error's kind beside no data": ("list", json.dumps({"object": "error", "message": SAYS, "data": []}).encode()),
    "an error with an id": ("retrieve", json.dumps({"object": "error", "id": "r", "message": SAYS}).encode()),
    "an error's type with an id": ("retrieve", json.dumps({"type": "error", "id": "r", "message": SAYS}).encode()),
    "errors beside an id": ("retrieve", json.dumps({"id": "r", "errors": [{"message": SAYS}]}).encode()),
    "a deletion with an error": (
        "delete",
        json.dumps({"id": "m", "deleted": True, "error": {"message": SAYS}}).encode(),
    ),
    "an error in an array": ("list", json.dumps([{"error": {"message": SAYS}}]).encode()),
    "a detail": ("list", json.dumps({"detail": SAYS}).encode()),
    "a message": ("retrieve", json.dumps({"message": SAYS}).encode()),
    "a page of HTML": ("list", f"<!doctype html><title>{SAYS}</title>".encode()),
    "plain text": ("retrieve", SAYS.encode()),
    "models instead of data": ("list", json.dumps({"models": [MODEL], "why": SAYS}).encode()),
    "a model in data": ("retrieve", json.dumps({"data": MODEL, "why": SAYS}).encode()),
    "a deletion that was none": ("delete", json.dumps({"id": "m", "deleted": False, "why": SAYS}).encode()),
    "a deletion of another": ("delete", json.dumps({"id": "other", "deleted": True, "why": SAYS}).encode()),
    "a deletion that says nothing": ("delete", json.dumps({"id": "m", "why": SAYS}).encode()),
}


@pytest.mark.parametrize(("call", "raw"), LIES.values(), ids=LIES)
def test_a_success_that_is_none_is_an_error_that_says_what_came(call: str, raw: bytes, shell: str) -> None:
    error = outcome(shell, Answer(call, None, model="m", raw=raw)).failure
    assert isinstance(error, APIResponseValidationError)
    assert error.status_code == 200
    assert SAYS in f"{error} {error.body}"


@pytest.mark.parametrize(
    "none", [{"error": None}, {"error": {"code": 0, "message": ""}}, {"errors": [None]}, {"error": {"message": None}}]
)
def test_an_error_of_nothing_is_none(none: dict[str, Any], shell: str) -> None:
    model = outcome(shell, Answer("retrieve", {"id": "m", **none}, model="m"))
    gone = outcome(shell, Answer("delete", {"id": "m", "deleted": True, **none}, model="m"))
    assert model.value.to_dict() == {"id": "m", **none}
    assert gone.value.deleted is True


PAGES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "two pages": (
        [{"data": [{"id": "a"}], "has_more": True, "last_id": "a"}, {"data": [{"id": "b"}], "has_more": False}],
        ["a", "b"],
    ),
    "no cursor": ([{"data": [{"id": "a"}], "has_more": True}, {"data": []}], ["a"]),
    "a cursor that stands still": ([{"data": [{"id": "a"}], "has_more": True, "last_id": "a"}] * 9, ["a"]),
    "a cursor that comes round": (
        [
            {"data": [{"id": "a"}], "has_more": True, "last_id": "a"},
            {"data": [{"id": "b"}], "has_more": True, "last_id": "b"},
        ]
        * 9,
        ["a", "b"],
    ),
    "a cursor of null": ([{"data": [{"id": "a"}], "has_more": True, "last_id": None}, {"data": []}], ["a"]),
    "a cursor that stands still under new models": (
        [
            {"data": [{"id": "a"}], "has_more": True, "last_id": "x"},
            {"data": [{"id": "b"}], "has_more": True, "last_id": "x"},
        ],
        ["a", "b"],
    ),
    "an empty page that says there is more": ([{"data": [], "has_more": True, "last_id": "x"}] * 9, []),
    "a cursor of nothing": ([{"data": [{"id": "a"}], "has_more": True, "last_id": ""}, {"data": []}], ["a"]),
    "has_more of null": ([{"data": [{"id": "a"}], "has_more": None, "last_id": "a"}] * 9, ["a"]),
}


@pytest.mark.parametrize(("pages", "ids"), PAGES.values(), ids=PAGES)
def test_pages_are_followed_to_their_end_and_no_further(
    pages: list[dict[str, Any]], ids: list[str], shell: str
) -> None:
    left = iter(pages)

    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=next(left))

    came = outcome(shell, Answer("list", None), handle)
    assert [model.id for model in came.models] == ids


@pytest.mark.parametrize("cursor", ["\ud800", "x" * 70_000, "é" * 30_000], ids=["a surrogate", "long", "long in UTF-8"])
def test_a_cursor_that_no_url_can_hold_is_an_error_and_not_the_end(cursor: str, shell: str) -> None:
    page = {"data": [{"id": "a"}], "has_more": True, "last_id": cursor}
    error = outcome(shell, Answer("list", page)).failure
    assert "the server names a cursor" in str(error)


def test_the_longest_cursor_that_is_sent_fits_the_url(shell: str) -> None:
    page = {"data": [{"id": "a"}], "has_more": True, "last_id": "/" * 8192}
    came = outcome(shell, Answer("list", page))
    assert [model.id for model in came.models] == ["a"]
    assert len(came.requests) == 2


def test_the_next_page_is_asked_for_with_the_cursor(shell: str) -> None:
    asked: list[dict[str, str]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        more = len(asked) < 3
        return httpx.Response(
            200, json={"data": [{"id": f"m{len(asked)}"}], "has_more": more, "last_id": f"m{len(asked)}"}
        )

    came = outcome(shell, Answer("list", None), handle)
    assert [model.id for model in came.models] == ["m1", "m2", "m3"]
    # OpenAI's other lists call it `after`, Anthropic's `after_id`.
    assert asked == [{}, {"after": "m1", "after_id": "m1"}, {"after": "m2", "after_id": "m2"}]


def test_an_error_in_a_success_is_told_before_what_the_body_begins_with(shell: str) -> None:
    body = {"padding": "x" * 1000, "error": {"message": SAYS}}
    assert SAYS in str(outcome(shell, Answer("retrieve", body)).failure)


@pytest.mark.parametrize("call", ["list", "retrieve", "delete"])
@pytest.mark.parametrize(
    "words",
    [{"detail": SAYS}, {"message": SAYS}, {"errors": [{"message": SAYS}]}, [{"error": {"message": SAYS}}]],
    ids=["detail", "message", "errors", "an error in an array"],
)
def test_the_words_of_a_success_that_is_none_are_told_however_long_it_is(words: Any, call: str, shell: str) -> None:
    padding = {"padding": "x" * 1000}
    body = [padding | words[0]] if isinstance(words, list) else padding | words
    error = outcome(shell, Answer(call, body)).failure
    assert isinstance(error, APIResponseValidationError)
    assert SAYS in str(error)
