"""No key that a server sends breaks what a model can do."""

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

DOCUMENTED = {"id", "object", "object_", "created", "owned_by", "shutdown_date"}
# Names of the class, and names that Python and tools which show objects look for on any object, and call if they are found.
PROTOCOLS = [
    "__rich_repr__",
    "__array_interface__",
    "__fspath__",
    "__html__",
    "__wrapped__",
    "__deepcopy__",
    "__copy__",
]
HOSTILE = sorted(
    {*dir(Model), *PROTOCOLS}.difference(DOCUMENTED)
    | {"self", "cls", "src_dict", "fields", "data", "object_", "_json", "_fetch_page", "_seen_cursors", "", " ", "a b"}
    | {"__len__", "__iter__", "__await__", "__enter__", "__call__", "__name__", "_repr_html_", "\ud800", "\x00"}
)


def check(model: Model, sent: dict[str, Any]) -> None:
    """Check all that a model with the id `a` can do."""
    assert model.to_dict() == json.loads(model.to_json()) == sent
    for made in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model)), Model.from_dict(sent)):
        assert type(made) is Model
        assert made == model
        assert made.to_dict() == sent
    assert (model.id, model.is_fine_tuned, model.__class__) == ("a", False, Model)
    assert model.created_at is None or model.created_at
    assert set(model.additional_properties) <= set(sent)
    assert "id='a'" in repr(model)
    assert pprint.pformat(model)
    assert not inspect.isawaitable(model)


@pytest.mark.parametrize("key", HOSTILE, ids=ascii)
def test_no_key_that_is_sent_or_set_breaks_a_model(key: str) -> None:
    sent: dict[str, object] = {"id": "a", key: {"x": 1}}
    check(Shell("sync").client(Server(answer(sent))).models.retrieve("a"), sent)
    by_item, among_others = Model(id="a"), Model(id="a")
    by_item[key] = sent[key]
    among_others.additional_properties = {key: sent[key], "y": 1}
    del among_others["y"]
    for model in (by_item, among_others):
        check(model, sent)
        del model[key]
        assert model.to_dict() == {"id": "a"}


@pytest.mark.parametrize("key", HOSTILE, ids=ascii)
def test_a_key_with_a_name_of_the_class_or_of_a_protocol_is_read_by_item_alone(key: str) -> None:
    model = Model.from_dict({"id": "a", key: "sent"})
    assert dict(model) == vars(model) == {"id": "a", key: "sent"}
    assert (model[key], key in model) == ("sent", True)
    if key.startswith("_") or hasattr(Model, key):
        assert getattr(model, key, None) != "sent"
    if key in PROTOCOLS:
        assert not hasattr(model, key)


@pytest.mark.parametrize("key", sorted({*HOSTILE, "id"} - {"data", "deleted"}), ids=ascii)
def test_no_key_breaks_a_page_or_a_deletion(key: str) -> None:
    sent: dict[str, object] = {key: "x", "data": [{"id": "a"}]}
    page = Shell("sync").client(Server(answer(sent))).models.list()
    assert page.to_dict() == sent
    assert not page.has_next_page()
    for made in (page, copy.copy(page), copy.deepcopy(page), pickle.loads(pickle.dumps(page))):
        assert isinstance(made, SyncPage)
        assert [model.id for model in made] == ["a"]
    sent = {key: "x", "id": "a", "deleted": True}
    deleted = Shell("sync").client(Server(answer(sent))).models.delete("a")
    assert pickle.loads(pickle.dumps(deleted)) == deleted == ModelDeleted.from_dict(sent)
    assert deleted.to_dict() == sent


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.lists(st.integers())
FIELDS = st.dictionaries(st.text() | st.sampled_from([*HOSTILE, *sorted(DOCUMENTED)]), VALUES, max_size=4)


@given(st.lists(FIELDS, max_size=4))
def test_no_set_of_keys_breaks_a_model_alone_or_on_a_page(sent: list[dict[str, Any]]) -> None:
    sent = [{**each, "id": f"m-{number}"} for number, each in enumerate(sent)]
    page = Shell("sync").client(Server(answer({"object": "list", "data": sent}))).models.list()
    models = [Model.from_dict(each) for each in sent]
    assert [model.to_dict() for model in models] == page.to_dict()["data"] == sent
    assert [repr(model) for model in page] == [repr(model) for model in models]
    assert page.data == models == copy.deepcopy(models) == pickle.loads(pickle.dumps(models))


@pytest.mark.parametrize("name", ["to_dict", "from_dict", "__init__", "_from_json"])
def test_what_the_class_has_cannot_be_hidden_by_setting_it(name: str) -> None:
    model = Model(id="a")
    with pytest.raises(AttributeError, match="read-only"):
        setattr(model, name, 1)
    assert model.to_dict() == {"id": "a"}


def test_a_key_of_the_generators_name_for_a_field_is_no_such_field() -> None:
    sent = {"id": "a", "object": "model", "object_": "sent"}
    model: Any = Model.from_dict(sent)
    assert model.to_dict() == sent
    assert (model["object_"], model.object) == ("sent", "model")
