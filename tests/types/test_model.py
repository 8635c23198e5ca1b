"""A `Model` holds what a server sent, and reads it leniently."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from typing import TYPE_CHECKING, Any, Self

import pytest

from openai_models.types import Model, ModelDeleted
from openai_models_api.models import DeleteModelResponse as GeneratedDeletion
from openai_models_api.models import Model as Generated

if TYPE_CHECKING:
    from collections.abc import Callable

SENT: dict[str, Any] = {
    "id": "gpt-4o-mini",
    "object": "model",
    "created": 1721172741,
    "owned_by": "system",
    "shutdown_date": "2026-10-23",
    "max_model_len": 8192,
    "meta": {"tags": ["a", None]},
}
DOCUMENTED = ["id", "object_", "created", "owned_by", "shutdown_date"]
OPTIONAL = DOCUMENTED[1:]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_field_reads_as_the_generated_class_reads_it(name: str) -> None:
    assert getattr(Model.from_dict(SENT), name) == getattr(Generated.from_dict(SENT), name)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_absent_documented_field_is_none(name: str) -> None:
    assert getattr(Model.from_dict({"id": "a"}), name) is None


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("value", [None, "", "nonsense", [], {}, [1], {"a": 1}, True, 1.5, -1.5, float("nan"), float("inf"), 10**30], ids=repr)  # fmt: skip
def test_a_documented_field_of_another_type_is_none_and_never_an_error(name: str, value: Any) -> None:
    key = name.rstrip("_")
    model = Model.from_dict({"id": "a", key: value})
    kinds = {"created": int, "object_": str, "owned_by": str, "shutdown_date": dt.date}
    read = getattr(model, name)
    assert read is None or type(read) is kinds.get(name, type(read))
    assert read is None or isinstance(value, str | int)
    assert repr(model)
    assert list(model.to_dict()) == ["id", key]


def test_a_whole_number_as_a_float_is_a_whole_number() -> None:
    """JSON has one type of numbers."""
    created = Model.from_dict({"id": "a", "created": 1.0}).created
    assert created == 1
    assert type(created) is int


def test_an_unknown_key_reads_as_an_attribute() -> None:
    model = Model.from_dict(SENT)
    dynamic: Any = model
    assert dynamic.max_model_len == 8192
    assert dynamic.meta == {"tags": ["a", None]}
    with pytest.raises(AttributeError, match="'Model' object has no attribute 'max_tokens'"):
        _ = dynamic.max_tokens


def test_additional_properties_are_what_is_not_documented() -> None:
    model = Model.from_dict(SENT)
    assert model.additional_properties == {key: SENT[key] for key in ("max_model_len", "meta")}
    assert model.additional_keys == ["max_model_len", "meta"]
    assert model["max_model_len"] == 8192
    assert "max_model_len" in model
    model["max_model_len"] = 1
    del model["meta"]
    assert model.additional_properties == {"max_model_len": 1}
    model.additional_properties = {"x": 1}
    assert model.to_dict() == {**{key: SENT[key] for key in SENT if key not in {"max_model_len", "meta"}}, "x": 1}


def test_to_dict_is_what_was_sent_and_no_view_of_it() -> None:
    sent = copy.deepcopy(SENT)
    model = Model.from_dict(sent)
    given = model.to_dict()
    assert given == SENT
    given["meta"]["tags"].append("b")
    given["id"] = "other"
    assert model.to_dict() == SENT
    assert json.loads(model.to_json()) == SENT


def test_from_dict_of_to_dict_is_the_same_model() -> None:
    model = Model.from_dict(SENT)
    assert Model.from_dict(model.to_dict()) == model
    assert Generated.from_dict(model.to_dict()).to_dict() == SENT


def test_to_dict_can_fill_in_and_leave_out() -> None:
    model = Model.from_dict({"id": "a", "x": None, "created": None})
    assert model.to_dict() == {"id": "a", "created": None, "x": None}
    assert model.to_dict(exclude_none=True) == {"id": "a"}
    assert set(model.to_dict(exclude_unset=False)) == {*(name.rstrip("_") for name in DOCUMENTED), "x"}
    assert set(model.model_dump()) == set(model.to_dict(exclude_unset=False))
    assert json.loads(model.model_dump_json()) == model.model_dump()
    with pytest.raises(ValueError, match="mode"):
        model.to_dict(mode="xml")  # type: ignore[arg-type]  # what a type checker would find


@pytest.mark.parametrize("exclude_none", [False, True])
def test_to_dict_puts_the_documented_fields_first_and_agrees_with_to_json(exclude_none: bool) -> None:  # noqa: FBT001 - a table's column
    model = Model.from_dict({"x": 1, "created": None, "id": "a"})
    assert next(iter(model.to_dict(exclude_none=exclude_none))) == "id"
    assert json.loads(model.to_json(exclude_none=exclude_none)) == model.to_dict(exclude_none=exclude_none)


def test_models_are_equal_when_they_say_the_same() -> None:
    assert Model.from_dict(SENT) == Model.from_dict(copy.deepcopy(SENT))
    assert Model.from_dict(SENT) != Model.from_dict({**SENT, "meta": 1})
    assert Model(id="a", shutdown_date=dt.date(2026, 1, 2)) == Model(id="a", shutdown_date="2026-01-02")
    assert Model(id="a") != ModelDeleted(id="a")
    assert Model(id="a") != {"id": "a"}
    assert Model(id="a") != Generated.from_dict({"id": "a", "object": "model", "created": 1, "owned_by": "x"})


def test_a_model_is_mutable_and_so_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Model(id="a"))


def test_repr_shows_every_field_and_what_else_was_sent() -> None:
    shown = repr(Model.from_dict({"id": "a", "shutdown_date": "2026-01-02", "x": 1}))
    assert shown.startswith("Model(id='a', ")
    assert "shutdown_date=datetime.date(2026, 1, 2)" in shown
    assert "object=None" in shown
    assert shown.endswith(", x=1)")
    namespace = {"Model": Model, "datetime": dt}
    assert eval(shown, namespace) == Model.from_dict({"id": "a", "shutdown_date": "2026-01-02", "x": 1})


COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]


@pytest.mark.parametrize("make", COPIES, ids=["copy", "deepcopy", "pickle"])
def test_a_copy_is_equal_and_independent(make: Callable[[Model], Model]) -> None:
    model = Model.from_dict(copy.deepcopy(SENT))
    model._request_id = "req-1"
    made = make(model)
    assert type(made) is Model
    assert made == model
    assert made._request_id == "req-1"
    made.id = "other"
    assert model.id == SENT["id"]


def test_a_model_is_an_instance_of_the_generated_class() -> None:
    assert isinstance(Model(id="a"), Generated)
    assert isinstance(ModelDeleted(id="a", deleted=True), GeneratedDeletion)


def test_a_model_can_be_made_by_keyword_in_the_names_of_users_and_of_the_generator() -> None:
    by_users = Model(id="a", object="model", created=1, shutdown_date=dt.date(2026, 1, 2), x=1)
    assert by_users.to_dict() == {"id": "a", "object": "model", "created": 1, "shutdown_date": "2026-01-02", "x": 1}
    assert Model(id="a", object_="model").to_dict() == {"id": "a", "object": "model"}


@pytest.mark.parametrize("fields", [{}, {"id": None}, {"id": 5}, {"object": "model"}], ids=repr)
def test_a_model_without_an_id_is_a_type_error(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="id"):
        Model(**fields)
    with pytest.raises(TypeError, match="id"):
        Model.from_dict(fields)


@pytest.mark.parametrize("unset", ["shutdown_date"])
def test_the_generators_unset_is_never_met(unset: str) -> None:
    generated = Generated.from_dict({"id": "a", "object": "model", "created": 1, "owned_by": "x"})
    model = Model(id="a", **{unset: getattr(generated, unset)})
    assert getattr(model, unset) is None
    assert json.loads(model.to_json(exclude_none=True)) == {"id": "a"}


UTC = dt.UTC
MOMENTS: dict[str, tuple[dict[str, Any], dt.datetime | None]] = {
    "created": ({"created": 1721172741}, dt.datetime(2024, 7, 16, 23, 32, 21, tzinfo=UTC)),
    "zero": ({"created": 0}, dt.datetime(1970, 1, 1, tzinfo=UTC)),
    "a fraction": ({"created": 0.5}, dt.datetime(1970, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
    "before 1970": ({"created": -1}, dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    "created_at of a number": ({"created_at": 5}, dt.datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)),
    "RFC 3339": ({"created_at": "2025-02-19T00:00:00Z"}, dt.datetime(2025, 2, 19, tzinfo=UTC)),
    "RFC 3339 in lower case": ({"created_at": "2025-02-19t00:00:00z"}, dt.datetime(2025, 2, 19, tzinfo=UTC)),
    "another zone": ({"created_at": "2025-02-19T00:30:00+01:00"}, dt.datetime(2025, 2, 18, 23, 30, tzinfo=UTC)),
    "nanoseconds": ({"created_at": "2025-02-19T00:00:00.123456789Z"}, dt.datetime(2025, 2, 19, 0, 0, 0, 123456, tzinfo=UTC)),
    "no zone": ({"created_at": "2025-02-19T01:02:03"}, dt.datetime(2025, 2, 19, 1, 2, 3, tzinfo=UTC)),
    "a date": ({"created_at": "2025-02-19"}, dt.datetime(2025, 2, 19, tzinfo=UTC)),
    "created before created_at": ({"created": 5, "created_at": 6}, dt.datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)),
    "created_at where created is null": ({"created": None, "created_at": 6}, dt.datetime(1970, 1, 1, 0, 0, 6, tzinfo=UTC)),
    "created_at where created is nonsense": ({"created": "soon", "created_at": 6}, dt.datetime(1970, 1, 1, 0, 0, 6, tzinfo=UTC)),
    "neither": ({}, None),
    "nonsense": ({"created_at": "soon"}, None),
    "empty": ({"created_at": ""}, None),
    "true": ({"created": True}, None),
    "a list": ({"created": [5]}, None),
    "not a number": ({"created": float("nan")}, None),
    "infinite": ({"created": float("inf")}, None),
    "huge": ({"created": 10**30}, None),
    "past the last year": ({"created": 10**12}, None),
    "before the first year": ({"created_at": "0001-01-01T00:00:00+23:00"}, None),
    "a day that is none": ({"created_at": "2025-02-30T00:00:00Z"}, None),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_created_at_is_an_aware_datetime_in_utc(sent: dict[str, Any], moment: dt.datetime | None) -> None:
    read = Model.from_dict({"id": "a", **sent}).created_at
    assert read == moment
    assert read is None or read.tzinfo is UTC


def test_a_moment_before_1970_can_be_read_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    class WindowsDatetime(dt.datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: dt.tzinfo | None = None) -> Self:
            if timestamp < 0:
                raise OSError(22, "Invalid argument")
            return super().fromtimestamp(timestamp, tz)

    monkeypatch.setattr("openai_models.types.model.datetime", WindowsDatetime)
    assert Model(id="a", created=-1).created_at == dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("ft:gpt-4o-mini:acemeco:suffix:abc123", True),
        ("ft:gpt-4o-mini:acemeco::abc123:ckpt-step-90", True),
        ("davinci:ft-personal-2023-01-24-03-13-55", True),
        ("gpt-4o", False),
        ("", False),
        ("gpt-ft-4", False),
        ("soft:top", False),
        ("swift:gpt", False),
    ],
)
def test_fine_tuned_models_are_known_by_their_ids(id: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert Model(id=id).is_fine_tuned is expected
