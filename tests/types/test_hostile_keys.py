"""No key that a server sends breaks what a model can do."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pprint
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.parts import Server, Shell, answer

from openai_models.pagination import SyncPage
from openai_models.types import Model, ModelDeleted

DOCUMENTED = ["object", "created", "owned_by", "shutdown_date"]
PUBLIC = [name for name in dir(Model) if not name.startswith("_")]
HOSTILE = [
    *[name for name in dir(Model) if name.startswith("_")],
    *[name for name in PUBLIC if name not in {"id", "object", "object_", "created", "owned_by", "shutdown_date"}],
    *["self", "cls", "src_dict", "fields", "data", "object_", "__dict__", "__weakref__", "_json", "_fetch_page", "_seen_cursors", "", " ", "a b"],
    *["__deepcopy__", "__copy__", "__getstate__", "__reduce__", "__len__", "__iter__", "__await__", "__enter__", "__call__"],
    *["__rich_repr__", "_repr_html_", "__array_interface__", "__fspath__", "__html__", "__wrapped__", "__name__", "\ud800", "\x00"],
]  # fmt: skip


def everything_works(model: Model, sent: dict[str, Any]) -> None:
    assert model.to_dict() == sent
    assert json.loads(model.to_json()) == sent
    assert Model.from_dict(model.to_dict()) == model
    for made in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(made) is Model
        assert made == model
        assert made.to_dict() == sent
    assert model.id == "a"
    assert model.created_at is None or model.created_at
    assert model.is_fine_tuned is False
    assert set(model.additional_properties) <= set(sent)
    assert "id='a'" in repr(model)
    assert pprint.pformat(model)
    assert isinstance(model, Model)
    assert model.__class__ is Model
    assert not inspect.isawaitable(model)


@pytest.mark.parametrize("value", ["x", None, {"a": 1}], ids=repr)
@pytest.mark.parametrize("key", sorted(set(HOSTILE)), ids=ascii)
def test_no_key_breaks_a_model(key: str, value: object) -> None:
    sent = {"id": "a", key: value}
    server = Server(answer(sent))
    everything_works(Shell("sync").client(server).models.retrieve("a"), sent)


@pytest.mark.parametrize("key", sorted(set(HOSTILE)), ids=ascii)
def test_no_key_that_is_set_breaks_a_model(key: str) -> None:
    by_item, among_others = Model(id="a"), Model(id="a")
    by_item[key] = "x"
    among_others.additional_properties = {key: "x", "y": 1}
    del among_others["y"]
    for model in (by_item, among_others):
        everything_works(model, {"id": "a", key: "x"})
        del model[key]
        everything_works(model, {"id": "a"})


@pytest.mark.parametrize("key", ["to_dict", "to_json", "model_dump", "from_dict", "additional_properties", "additional_keys", "is_fine_tuned"])  # fmt: skip
def test_a_key_with_the_name_of_a_method_is_read_by_item(key: str) -> None:
    model = Model.from_dict({"id": "a", key: "sent"})
    assert model[key] == "sent"
    assert getattr(model, key) != "sent"


@pytest.mark.parametrize("key", ["__rich_repr__", "__array_interface__", "__fspath__", "__html__", "__wrapped__"])
def test_a_server_cannot_pose_as_a_protocol_of_python(key: str) -> None:
    """Tools that show objects look for these names on any object, and call what they find."""
    model = Model.from_dict({"id": "a", key: "sent"})
    assert not hasattr(model, key)
    assert model[key] == "sent"


@given(st.dictionaries(st.text() | st.sampled_from(HOSTILE), st.none() | st.integers() | st.text() | st.lists(st.integers()), max_size=5))  # fmt: skip
def test_no_set_of_keys_breaks_a_model(extra: dict[str, Any]) -> None:
    sent = {**extra, "id": "a"}
    model = Model.from_dict(sent)
    assert model.to_dict() == sent
    assert copy.deepcopy(model) == pickle.loads(pickle.dumps(model)) == model
    assert repr(model)


PLAIN = st.fixed_dictionaries({"object": st.text(), "created": st.integers(), "owned_by": st.text()})
ODD = st.dictionaries(st.sampled_from([*HOSTILE, *DOCUMENTED]), st.none() | st.booleans() | st.floats() | st.text(), max_size=2)  # fmt: skip


@given(st.lists(PLAIN, max_size=6), st.lists(st.tuples(st.integers(0, 6), ODD), max_size=2))
def test_a_page_reads_the_same_whether_one_of_its_models_is_odd_or_none(
    sent: list[dict[str, Any]], odd: list[tuple[int, dict[str, Any]]]
) -> None:
    sent = [{"id": f"m-{number}", **each} for number, each in enumerate(sent)]
    for place, changes in odd:
        for each in sent[place : place + 1]:
            each.update(changes)
    page = Shell("sync").client(Server(answer({"object": "list", "data": sent}))).models.list()
    alone = [repr(Model.from_dict(each)) for each in json.loads(json.dumps(sent))]
    assert [repr(model) for model in page] == [repr(model) for model in page.data] == alone
    assert repr(page.to_dict()["data"]) == repr([Model.from_dict(each).to_dict() for each in sent])


@pytest.mark.parametrize("name", ["to_dict", "from_dict", "__init__", "_from_json"])
def test_what_the_class_has_cannot_be_hidden_by_setting_it(name: str) -> None:
    model = Model(id="a")
    with pytest.raises(AttributeError, match="read-only"):
        setattr(model, name, 1)
    assert model.to_dict() == {"id": "a"}


@pytest.mark.parametrize("key", sorted({*HOSTILE, "id"} - {"data", "deleted"}), ids=ascii)
def test_no_key_breaks_a_page_or_a_deletion(key: str) -> None:
    sent: dict[str, object] = {key: "x", "data": [{"id": "a"}]}
    page = Shell("sync").client(Server(answer(sent))).models.list()
    assert [model.id for model in page] == ["a"]
    assert page.to_dict() == sent
    assert not page.has_next_page()
    for made in (copy.copy(page), copy.deepcopy(page), pickle.loads(pickle.dumps(page))):
        assert isinstance(made, SyncPage)
        assert [model.id for model in made] == ["a"]
    sent = {key: "x", "id": "a", "deleted": True}
    deleted = Shell("sync").client(Server(answer(sent))).models.delete("a")
    assert pickle.loads(pickle.dumps(deleted)) == deleted == ModelDeleted.from_dict(sent)
    assert deleted.to_dict() == sent


def test_a_key_of_the_generators_name_for_a_field_is_no_such_field() -> None:
    sent = {"id": "a", "object": "model", "object_": "sent"}
    model: Any = Model.from_dict(sent)
    assert model.to_dict() == sent
    assert model["object_"] == "sent"
    assert model.object == "model"
