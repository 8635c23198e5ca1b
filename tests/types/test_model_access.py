"""The ways out of a model: brackets, `in`, `keys()`, `dict()`, `vars()`, and what is set on it."""

from __future__ import annotations

import base64
import datetime as dt
import pickle
from typing import Any

import pytest
from tests.parts import Server, Shell, answer

from openai_models.pagination import SyncPage
from openai_models.types import Model, ModelDeleted

SENT: dict[str, Any] = {
    "id": "gpt-4o-mini",
    "object": "model",
    "created": 1721172741,
    "shutdown_date": "2026-10-23",
    "max_model_len": 8192,
}


@pytest.fixture
def model() -> Model:
    model: Model = Shell("sync").client(Server(answer(SENT))).models.retrieve("gpt-4o-mini")
    return model


def test_dict_of_a_model_is_what_the_server_sent(model: Model) -> None:
    assert dict(model) == {**model} == SENT
    assert list(model.keys()) == list(SENT)


@pytest.mark.parametrize("key", SENT)
def test_brackets_read_each_field_as_the_server_sent_it(model: Model, key: str) -> None:
    assert model[key] == SENT[key]
    assert key in model


def test_attributes_are_typed_where_brackets_are_as_sent(model: Model) -> None:
    assert model.shutdown_date == dt.date(2026, 10, 23)
    assert model["shutdown_date"] == "2026-10-23"


def test_an_absent_field_is_none_as_an_attribute_and_a_key_error_in_brackets(model: Model) -> None:
    assert model.owned_by is None
    assert "owned_by" not in model
    with pytest.raises(KeyError, match="owned_by"):
        model["owned_by"]


def test_vars_has_what_the_server_sent_and_is_a_copy(model: Model) -> None:
    assert vars(model) == SENT
    vars(model)["id"] = "other"
    assert model.id == "gpt-4o-mini"
    with pytest.raises(AttributeError):
        model.__dict__ = {}


def test_a_model_has_no_length_and_is_not_iterated_over(model: Model) -> None:
    with pytest.raises(TypeError):
        len(model)  # type: ignore[arg-type]  # what a type checker would find
    with pytest.raises(TypeError, match="not iterable"):
        iter(model)  # type: ignore[call-overload]  # the same


@pytest.mark.parametrize("key", ["keys", "to_dict", "created_at", "_private", "__len__"])
def test_a_field_with_a_name_of_the_class_or_an_underscore_is_read_by_brackets(key: str) -> None:
    model = Model.from_dict({"id": "a", key: "sent"})
    assert model[key] == "sent"
    assert getattr(model, key, None) != "sent"
    assert dict(model) == vars(model) == {"id": "a", key: "sent"}


def test_an_attribute_that_is_set_is_a_field(model: Any) -> None:
    model.tag = "x"
    model.shutdown_date = dt.date(2027, 1, 2)
    assert (model.tag, model["tag"], "tag" in model) == ("x", "x", True)
    assert model["shutdown_date"] == "2027-01-02"
    assert model.to_dict() == dict(model) == {**SENT, "tag": "x", "shutdown_date": "2027-01-02"}


def test_what_is_set_in_brackets_is_read_as_an_attribute(model: Any) -> None:
    model["created"] = 5
    model["tag"] = "x"
    assert (model.created, model.tag) == (5, "x")
    del model["created"]
    assert model.created is None


def test_dict_of_a_page_has_the_models_as_the_server_sent_them() -> None:
    sent = {"object": "list", "data": [SENT], "has_more": False}
    page = Shell("sync").client(Server(answer(sent))).models.list()
    assert dict(page) == sent
    page.data[0].created = 5
    assert page["data"][0]["created"] == 5


# Written by version 0.1.0, before a model had brackets for all of its fields.
PICKLED = {
    "model": "gAJjb3BlbmFpX21vZGVscy50eXBlcy5tb2RlbApNb2RlbApxACmBcQF9cQIoWAQAAABqc29ucQN9cQQoWAIAAABpZHEFWAEAAABhcQZYBwAAAGNyZWF0ZWRxB1gEAAAAc29vbnEIWA0AAABzaHV0ZG93bl9kYXRlcQlYCgAAADIwMjYtMDEtMDJxClgNAAAAbWF4X21vZGVsX2xlbnELTQAgdVgKAAAAcmVxdWVzdF9pZHEMWAUAAAByZXEtMXENdWIu",
    "deletion": "gASVfAAAAAAAAACMIW9wZW5haV9tb2RlbHMudHlwZXMubW9kZWxfZGVsZXRlZJSMDE1vZGVsRGVsZXRlZJSTlCmBlH2UKIwEanNvbpR9lCiMAmlklIwBYZSMBm9iamVjdJSMBW1vZGVslIwHZGVsZXRlZJSIdYwKcmVxdWVzdF9pZJROdWIu",
    "page": "gASVIwEAAAAAAACMGG9wZW5haV9tb2RlbHMucGFnaW5hdGlvbpSMCFN5bmNQYWdllJOUKYGUfZQojARqc29ulH2UKIwGb2JqZWN0lIwEbGlzdJSMCGhhc19tb3JllImMBGRhdGGUXZR9lCiMAmlklIwBYZSMB2NyZWF0ZWSUjARzb29ulIwNc2h1dGRvd25fZGF0ZZSMCjIwMjYtMDEtMDKUjA1tYXhfbW9kZWxfbGVulE0AIHVhdYwKcmVxdWVzdF9pZJROjAVpdGVtc5RdlIwZb3BlbmFpX21vZGVscy50eXBlcy5tb2RlbJSMBU1vZGVslJOUKYGUfZQoaAV9lChoDWgOaA9oEGgRaBJoE00AIHVoFIwFcmVxLTGUdWJhjAV0cmFpbJQokZR1Yi4=",
}  # fmt: skip


def test_pickles_of_earlier_versions_are_read() -> None:
    model, deletion, page = (pickle.loads(base64.b64decode(PICKLED[name])) for name in ("model", "deletion", "page"))
    expected = Model(id="a", created="soon", shutdown_date="2026-01-02", max_model_len=8192)
    assert model == expected
    assert (model._request_id, model.created, model.max_model_len) == ("req-1", None, 8192)
    assert deletion == ModelDeleted(id="a", object="model", deleted=True)
    assert page == SyncPage(object="list", has_more=False, data=[expected])


def test_ipython_completes_what_brackets_read(model: Model) -> None:
    assert model._ipython_key_completions_() == list(SENT)
