"""What is set on a model, what is deleted of it, and what a subclass has."""

import base64
import copy
import datetime as dt
import functools
import itertools
import pickle
import threading
from typing import Any

import pytest

from openai_models.pagination import SyncPage
from openai_models.types import Model, ModelDeleted

SENT: dict[str, Any] = {"id": "gpt-4o-mini", "owned_by": "system", "created": 1721172741, "max_model_len": 8192}


def test_what_is_set_as_an_attribute_or_in_brackets_is_seen_everywhere() -> None:
    model: Any = Model(id="a")
    model.created = 5
    model.shutdown_date = dt.date(2026, 1, 2)
    model["tag"] = "x"
    assert (model.tag, model["created"], model["shutdown_date"], "tag" in model) == ("x", 5, "2026-01-02", True)
    assert model.to_dict() == dict(model) == {"id": "a", "created": 5, "shutdown_date": "2026-01-02", "tag": "x"}
    assert model.created_at == dt.datetime(1970, 1, 1, 0, 0, 5, tzinfo=dt.UTC)
    model.shutdown_date = None
    assert model.shutdown_date is None


@pytest.mark.parametrize("first", ["soon", 1.0, 5], ids=["of another type", "converted", "as it is"])
def test_what_is_set_over_what_was_sent_is_all_that_counts(first: object) -> None:
    model: Any = Model.from_dict({"x": 1, "created": first, "y": 2, "id": "a"})
    model.created = 7
    model.x = 3
    assert (model.created, model.x) == (7, 3)
    assert model.to_dict() == {"id": "a", "created": 7, "x": 3, "y": 2}
    assert list(model.additional_properties) == ["x", "y"]


def test_what_is_no_mapping_takes_nothing_away() -> None:
    model: Any = Model.from_dict({"id": "a", "created": "soon", "x": 1})
    with pytest.raises(TypeError):
        model.additional_properties = 5
    assert model.x == model["x"] == 1
    with pytest.raises(KeyError):
        del model["y"]


def test_what_is_deleted_was_not_sent() -> None:
    model: Any = Model.from_dict({"id": "a", "created": "soon", "x": 1})
    del model.x
    del model.created
    assert model.to_dict() == {"id": "a"}
    assert model.created is None
    for name in ("x", "created", "to_dict"):
        with pytest.raises(AttributeError, match=name):
            delattr(model, name)
    assert model.to_dict() == {"id": "a"}


METHODS = {"created_at", "from_dict", "is_fine_tuned", "keys", "model_dump", "model_dump_json", "to_dict", "to_json"}
FIELDS = {"id", "object", "created", "owned_by", "shutdown_date"}


def test_dir_shows_the_fields_and_the_methods_and_nothing_of_the_generators() -> None:
    sent = {"id": "a", "created": 5, "max_model_len": 8192, "to_dict": 1, "a b": 1, "_x": 1, "__len__": 1, "": 1}
    shown = [name for name in dir(Model.from_dict(sent)) if not name.startswith("_")]
    assert sorted(shown) == sorted({*METHODS, *FIELDS, "max_model_len"})
    assert {"id", "deleted", "object"} <= set(dir(ModelDeleted())) - {"object_", "additional_properties"}
    page: SyncPage[Model] = SyncPage(data=[], object="list", total=1)
    assert {"data", "object", "total", "has_next_page", "iter_pages", "to_dict"} <= set(dir(page))
    assert not {"object_", "additional_keys", "additional_properties", "__len__"} & {*dir(page), *shown}


def test_a_model_can_be_copied_out_while_another_thread_adds_fields() -> None:
    model: Any = Model.from_dict({"id": "a", "meta": {"b": [1]}})
    stop = threading.Event()

    def add() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            setattr(model, f"x{number % 500}", number)
            delattr(model, f"x{number % 500}")

    other = threading.Thread(target=add)
    other.start()
    try:
        for _ in range(500):
            assert model.to_dict()["id"] == "a"
            assert repr(model)
            assert vars(model)["id"] == "a"
            assert "id" in dir(model)
            assert copy.copy(model).id == "a"
    finally:
        stop.set()
        other.join()


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


class Mine(Model):
    """What somebody may make of a model."""

    note: str = "none"

    @property
    def owned_by(self) -> str:  # type: ignore[override]  # a variable of the generated class
        return super().owned_by or "nobody"

    @property
    def created(self) -> int:
        return super().created

    @created.setter
    def created(self, value: int) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self.note = f"created {value}"

    @functools.cached_property
    def label(self) -> str:
        return f"<{self.id}>"


def test_a_subclass_has_attributes_and_setters_that_are_nothing_that_was_sent() -> None:
    mine = Mine.from_dict(SENT)
    mine.created = 7
    assert (mine.owned_by, mine.label, mine.note) == ("system", "<gpt-4o-mini>", "created 7")
    assert mine.to_dict() == SENT
    assert set(mine.additional_properties) == {"max_model_len"}
    assert Mine(id="a").owned_by == "nobody"
    with pytest.raises(AttributeError):
        mine.owned_by = "me"  # type: ignore[misc]  # what a type checker would find
    del mine.note
    assert mine.note == "none"


def test_a_field_takes_the_place_of_nothing_that_a_subclass_inherits() -> None:
    class Dated:
        def created(self) -> str:
            return "long ago"

    class Old(Dated, Model):  # type: ignore[misc]  # which no type checker allows
        pass

    class Older(Old):
        pass

    for kind in (Old, Older):
        old: Any = kind.from_dict({"id": "a", "created": 5})
        assert old.created() == "long ago"
        assert old.to_dict() == {"id": "a", "created": 5}
