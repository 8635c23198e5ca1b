"""What counts as a success of each operation, and what is only dressed as one."""

import json
from typing import Any

import pytest
from tests.parts import Server, Shell, answer

from openai_models import APIResponseValidationError
from openai_models.types import Model, ModelDeleted

A, B = {"id": "a", "object": "model", "created": 1, "owned_by": "x"}, {"id": "b"}
LUCK = {"message": "no luck"}

LISTS: dict[str, tuple[Any, list[str]]] = {
    "the usual form": ({"object": "list", "data": [A, B]}, ["a", "b"]),
    "a bare array": ([A, B], ["a", "b"]),
    "nothing": ({"data": []}, []),
    "null": ({"object": "list", "data": None}, []),
    "more beside": ({"data": [A], "models": [B], "has_more": False, "error": None}, ["a"]),
    "an id of blanks, twice": ({"data": [{"id": " "}, {"id": " "}]}, [" ", " "]),
    "a success beside": ({"code": 200, "msg": "ok", "success": True, "data": [A]}, ["a"]),
    "an error beside models": ({"error": "one node is down", "data": [A]}, ["a"]),
    "models of nested fields": ({"data": [{"id": "a", "limits": {"context": {"tokens": 8}}, "tags": ["x", 1]}]}, ["a"]),
    "nothing under a success": ({"code": 0, "msg": "success", "success": True, "errors": [], "data": []}, []),
    "nothing beside an error of nothing": ({"error": {"code": 0, "message": ""}, "data": []}, []),
    "null beside an error of nulls": ({"error": {"message": None, "details": [None]}, "data": None}, []),
    "nothing in a state of success": ({"ok": True, "status": "ok", "code": 200, "errorMessage": "", "data": []}, []),
}  # fmt: skip


@pytest.mark.parametrize(("body", "ids"), LISTS.values(), ids=LISTS)
def test_a_list_is_read_in_every_form_that_servers_give_it(body: Any, ids: list[str], shell: Shell) -> None:
    page = shell.call(shell.client(Server(answer(body))).models.list)
    assert [model.id for model in page.data] == ids
    assert {type(model) for model in page.data} <= {Model}
    assert [model.to_dict() for model in page.data] == (body if isinstance(body, list) else body["data"] or [])


@pytest.mark.parametrize("content_type", ["application/vnd.acme.v2+json", "text/html", "nonsense", ""])
def test_the_content_type_makes_no_difference(content_type: str, shell: Shell) -> None:
    server = Server(answer([A], headers={"content-type": content_type}))
    assert shell.call(shell.client(server).models.list).data[0].to_dict() == A


WRONG_LISTS: dict[str, tuple[Any, str]] = {
    "null": (None, "not a list of models"),
    "a number": (5, "not a list of models"),
    "text": ("sorry", "not a list of models"),
    "an empty object": ({}, "not a list of models"),
    "models in place of data": ({"models": [A]}, "not a list of models"),
    "one model": (A, "not a list of models"),
    "an error": ({"error": LUCK}, "(no luck)"),
    "errors and no data": ({"errors": [LUCK], "data": []}, "(no luck)"),
    "an error in an array": ([{"error": LUCK}], "(no luck)"),
    "a detail far behind": ({"padding": "x" * 1000, "detail": "no luck"}, "(no luck)"),
    "data of text": ({"data": "a"}, "`data` is not an array but a string"),
    "data of true": ({"data": True}, "`data` is not an array but a boolean"),
    "data of zero": ({"data": 0}, "`data` is not an array but a number"),
    "an item of text": ({"data": [A, "b"]}, "Item 1 of the list"),
    "an item without an id": ({"data": [A, {"object": "model"}]}, "Item 1 of the list"),
    "an id of a number": ([{"id": 5}], "Item 0 of the list"),
}


@pytest.mark.parametrize(("body", "told"), WRONG_LISTS.values(), ids=WRONG_LISTS)
def test_a_list_of_another_shape_is_an_error_that_says_which(body: Any, told: str, shell: Shell) -> None:
    content = json.dumps(body).encode()
    server = Server(answer(content=content, headers={"x-request-id": "req-1"}))
    failure = shell.failure(shell.client(server).models.list)
    assert type(failure) is APIResponseValidationError
    assert told in str(failure)
    told = f"GET http://api.test/v1/models: status 200, request id req-1; the body begins {content.decode()[:200]!r}"
    assert str(failure).endswith(told)
    assert (failure.status_code, failure.request_id, failure.response.content) == (200, "req-1", content)


MARKS = (
    'success=false, ok=false, isSuccess=false, object="error", type="error", code=401, code="401", statusCode=401, '
    'status_code="500", status="error", status="fail", Error="no luck", errorMessage="no luck", errors=["no luck"]'
)


@pytest.mark.parametrize("mark", MARKS.split(", "))
def test_no_models_beside_a_mark_of_failure_are_no_empty_list(mark: str, shell: Shell) -> None:
    name, _, value = mark.partition("=")
    failure = shell.failure(shell.client(Server(answer({"data": None, **LUCK, name: json.loads(value)}))).models.list)
    assert type(failure) is APIResponseValidationError
    assert "(no luck)" in str(failure)


WRONG_MODELS: dict[str, Any] = {
    "null": None,
    "an array": [A],
    "text": "a",
    "an empty object": {},
    "an id of null": {"id": None},
    "an id of a number": {"id": 5},
    "a list": {"object": "list", "data": [A]},
    "an error": {"error": LUCK},
    "an error with an id of its own": {"id": "req-1", "error": LUCK},
    "errors with an id of their own": {"id": "req-1", "errors": [LUCK]},
    "an object that is an error": {"object": "error", "id": "req-1", **LUCK},
    "a type that is an error": {"type": "error", "id": "req-1", **LUCK},
    "an error far behind": {"padding": "x" * 1000, "error": LUCK},
}


@pytest.mark.parametrize("body", WRONG_MODELS.values(), ids=WRONG_MODELS)
def test_what_is_no_model_is_an_error(body: Any, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(body))).models.retrieve, "a")
    assert type(failure) is APIResponseValidationError
    assert "not a model with an id" in str(failure)
    assert ("(no luck)" in str(failure)) == ("no luck" in str(body))


@pytest.mark.parametrize("body", [{"m": {"note": "large"}}, [{"id": "m", "note": "large"}, {}], ["large"]], ids=str)
def test_the_texts_of_what_is_no_list_are_not_taken_for_words_of_the_server(body: Any, shell: Shell) -> None:
    assert "large)" not in str(shell.failure(shell.client(Server(answer(body))).models.list))


@pytest.mark.parametrize("error", [None, {"code": 0, "message": ""}, [None], {"message": None}], ids=json.dumps)
def test_an_error_of_nothing_is_none(error: Any, shell: Shell) -> None:
    sent = {"id": "another-name", "error": error}
    assert shell.client(Server(answer(sent))).models.retrieve("a").to_dict() == sent
    sent = {"id": "a", "deleted": True, "object": "model", "x": 1, "errors": error}
    deleted = shell.client(Server(answer(sent))).models.delete("a")
    assert type(deleted) is ModelDeleted
    assert deleted.to_dict() == sent


def test_a_204_is_a_deletion(shell: Shell) -> None:
    server = Server(answer(status=204, content=b"", headers={"x-request-id": "req-1"}))
    deleted = shell.call(shell.client(server).models.delete, "a/b")
    assert (deleted.id, deleted.deleted, deleted._request_id) == ("a/b", True, "req-1")


NO_DELETIONS: dict[str, tuple[bytes, str]] = {
    "not deleted": (b'{"id": "a", "deleted": false}', "did not say that 'a' is deleted"),
    "not said": (b'{"id": "a", "object": "model"}', "did not say that 'a' is deleted"),
    "a number": (b'{"id": "a", "deleted": 1}', "did not say that 'a' is deleted"),
    "an array": (b'[{"id": "a", "deleted": true}]', "did not say that 'a' is deleted"),
    "another model": (b'{"id": "b", "deleted": true}', "it deleted 'b'"),
    "no model": (b'{"deleted": true}', "it deleted nothing"),
    "an error": (b'{"error": {"message": "no luck"}}', "(no luck)"),
    "an error beside it": (b'{"id": "a", "deleted": true, "error": {"message": "no luck"}}', "(no luck)"),
    "nothing": (b"", "The body is empty"),
    "the last of duplicates": (b'{"id": "a", "deleted": true, "deleted": false}', "did not say that 'a' is deleted"),
}


@pytest.mark.parametrize(("content", "told"), NO_DELETIONS.values(), ids=NO_DELETIONS)
def test_a_deletion_is_never_reported_unless_the_server_said_so(content: bytes, told: str, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(content=content, status=202))).models.delete, "a")
    assert type(failure) is APIResponseValidationError
    assert told in str(failure)
    assert failure.status_code == 202


@pytest.mark.parametrize("content", [b'{"id": "%s", "deleted": true}', b'{"request_id": "%s"}'], ids=["id", "request"])
def test_what_a_server_names_at_any_length_leaves_the_error_one_that_can_be_read(content: bytes, shell: Shell) -> None:
    server = Server(answer(content=content % (b"b" * 10**6)))
    assert len(str(shell.failure(shell.client(server).models.delete, "a"))) < 5000


@pytest.mark.parametrize("status", [200, 204, 299])
def test_an_empty_success_is_an_error_where_a_model_should_be(status: int, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(content=b" \n", status=status))).models.retrieve, "a")
    assert "The body is empty" in str(failure)
    assert failure.status_code == status


BODIES: dict[str, bytes] = {
    "half of it": b'{"data": [{"id": "a"',
    "lines of JSON": b'{"id": "a"}\n{"id": "b"}',
    "a number of more digits than Python reads": b'{"data": [], "x": ' + b"9" * 100_000 + b"}",
    "broken UTF-8": b'{"data": ["\xff"]}',
    "nested too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", BODIES.values(), ids=BODIES)
def test_a_success_that_is_not_json_is_an_error_that_shows_how_it_begins(content: bytes, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(content=content))).models.list)
    assert type(failure) is APIResponseValidationError
    assert "The body is not JSON" in str(failure)
    assert repr(content.decode(errors="replace")[:200]) in str(failure)
    assert "b'" not in str(failure)
    assert "None" not in str(failure)
    assert len(str(failure)) < 1500


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_is_read_in_every_encoding_that_json_may_have(encoding: str, shell: Shell) -> None:
    content = json.dumps([{"id": "\u00fc"}], ensure_ascii=False).encode(encoding)
    page = shell.call(shell.client(Server(answer(content=content))).models.list)
    assert [model.id for model in page.data] == ["\u00fc"]


STRICT: dict[str, tuple[Any, str | None]] = {
    "created missing": ({"id": "a", "object": "model", "owned_by": "x"}, "Model.created is missing"),
    "created of text": ({**A, "created": "1"}, "Model.created"),
    "object of another kind": ({**A, "object": "dog"}, "Model.object"),
    "a date that is none": ({**A, "shutdown_date": "soon"}, "Model.shutdown_date"),
    "what the spec allows": ({**A, "shutdown_date": "2026-01-02", "new": 1}, None),
    "only what the spec requires": (A, None),
}


@pytest.mark.parametrize(("body", "told"), STRICT.values(), ids=STRICT)
def test_what_is_read_leniently_is_an_error_when_read_strictly(body: Any, told: str | None, shell: Shell) -> None:
    server = Server(answer({**body, "data": [body]}), answer(body), answer({"object": "list", "data": [body]}))
    assert shell.call(shell.client(server).models.list).data[0].to_dict() == body
    models = shell.client(server, _strict_response_validation=True).models
    if told is None:
        assert shell.call(models.retrieve, "a").to_dict() == shell.call(models.list).data[0].to_dict() == body
    else:
        assert told in str(shell.failure(models.retrieve, "a"))
        assert told in str(shell.failure(models.list))


def test_a_list_without_its_object_is_an_error_when_read_strictly(shell: Shell) -> None:
    models = shell.client(Server(answer([A])), _strict_response_validation=True).models
    assert "`object` is nothing, where it should be 'list'" in str(shell.failure(models.list))


@pytest.mark.parametrize("name", ["x-request-id", "request-id"])
def test_a_result_tells_the_id_of_its_request(name: str, shell: Shell) -> None:
    models = shell.client(Server(answer({**A, "data": []}, headers={name: "req-1"}))).models
    assert shell.call(models.retrieve, "a")._request_id == shell.call(models.list)._request_id == "req-1"


DEEP: Any = json.loads("[" * 150 + "]" * 150)


@pytest.mark.parametrize(
    "body",
    [{"data": [A], "meta": DEEP}, {"data": [{**A, "owned_by": DEEP}]}, [{**A, "meta": DEEP}]],
    ids=["beside the models", "for a documented field", "in an array"],
)
def test_a_list_that_nests_too_deep_somewhere_is_refused(body: Any, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(answer(body))).models.list)
    assert isinstance(failure, APIResponseValidationError)
    assert "nests too deep" in str(failure)
