"""A `Model` holds what a server sent, reads it leniently, and gives it back in many ways."""

import copy
import datetime as dt
import json
import pickle
from collections.abc import Callable
from typing import Any, Self

import pytest

from openai_models.types import Model, ModelDeleted
from openai_models_api.models import DeleteModelResponse as GeneratedDeletion
from openai_models_api.models import Model as Generated

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


@pytest.fixture
def model() -> Model:
    return Model.from_dict(copy.deepcopy(SENT))


def test_documented_fields_read_as_the_generated_class_reads_them_and_absent_ones_as_none(model: Model) -> None:
    generated = Generated.from_dict(SENT)
    assert [getattr(model, name) for name in DOCUMENTED] == [getattr(generated, name) for name in DOCUMENTED]
    assert [getattr(Model.from_dict({"id": "a"}), name) for name in DOCUMENTED] == ["a", None, None, None, None]
    assert isinstance(model, Generated)
    assert isinstance(ModelDeleted(id="a", deleted=True), GeneratedDeletion)


KINDS = {"created": int, "object": str, "owned_by": str, "shutdown_date": dt.date}


@pytest.mark.parametrize("value", [None, "", [], {"a": 1}, True, 1.5, float("nan"), float("inf"), 10**30], ids=repr)
@pytest.mark.parametrize("name", KINDS)
def test_a_documented_field_of_another_type_is_none_and_never_an_error(name: str, value: Any) -> None:
    model = Model.from_dict({"id": "a", name: value})
    read = getattr(model, name)
    assert read is None or (type(read) is KINDS[name] and isinstance(value, str | int))
    assert repr(model)
    assert list(model.to_dict()) == ["id", name]


def test_a_whole_number_as_a_float_is_a_whole_number() -> None:
    """JSON has one type of numbers."""
    created = Model.from_dict({"id": "a", "created": 1.0}).created
    assert (created, type(created)) == (1, int)


def test_an_unknown_key_reads_as_an_attribute(model: Any) -> None:
    assert (model.max_model_len, model.meta) == (8192, {"tags": ["a", None]})
    with pytest.raises(AttributeError, match="'Model' object has no attribute 'max_tokens'"):
        _ = model.max_tokens


def test_additional_properties_are_what_is_not_documented(model: Model) -> None:
    assert model.additional_properties == {key: SENT[key] for key in ("max_model_len", "meta")}
    assert model.additional_keys == ["max_model_len", "meta"]
    model["max_model_len"] = 1
    del model["meta"]
    assert model.additional_properties == {"max_model_len": 1}
    model.additional_properties = {"x": 1}
    assert model.to_dict() == {**{key: SENT[key] for key in SENT if key not in {"max_model_len", "meta"}}, "x": 1}


def test_brackets_in_and_keys_have_each_field_as_the_server_sent_it(model: Model) -> None:
    assert list(model.keys()) == model._ipython_key_completions_() == list(SENT)
    assert {key: model[key] for key in SENT if key in model} == SENT
    assert (model.shutdown_date, model["shutdown_date"]) == (dt.date(2026, 10, 23), "2026-10-23")
    del model["owned_by"]
    assert model.owned_by is None
    assert "owned_by" not in model
    with pytest.raises(KeyError, match="owned_by"):
        model["owned_by"]


@pytest.mark.parametrize("way", [Model.to_dict, vars, lambda model: json.loads(model.to_json())])
def test_what_leaves_is_what_was_sent_and_no_view_of_it(way: Callable[[Model], dict[str, Any]], model: Model) -> None:
    given = way(model)
    assert given == SENT
    given["meta"]["tags"].append("b")
    given["id"] = "other"
    assert model.to_dict() == SENT
    assert Model.from_dict(model.to_dict()) == model
    assert Generated.from_dict(model.to_dict()).to_dict() == SENT
    with pytest.raises(AttributeError):
        model.__dict__ = {}


def test_a_model_has_no_length_no_hash_and_is_not_iterated_over(model: Any) -> None:
    for function, told in ((len, "has no len"), (iter, "not iterable"), (hash, "unhashable")):
        with pytest.raises(TypeError, match=told):
            function(model)


def test_to_dict_can_fill_in_and_leave_out_and_puts_the_documented_fields_first() -> None:
    model = Model.from_dict({"x": None, "created": None, "id": "a"})
    assert list(model.to_dict()) == ["id", "created", "x"]
    assert model.to_dict(exclude_none=True) == json.loads(model.to_json(exclude_none=True)) == {"id": "a"}
    full = {"id": "a", "object": None, "created": None, "owned_by": None, "shutdown_date": None, "x": None}
    assert model.to_dict(exclude_unset=False) == model.model_dump() == json.loads(model.model_dump_json()) == full
    with pytest.raises(ValueError, match="mode"):
        model.to_dict(mode="xml")  # type: ignore[arg-type]  # what a type checker would find


def test_models_are_equal_when_they_say_the_same(model: Model) -> None:
    assert model == Model.from_dict(SENT)
    assert model != Model.from_dict({**SENT, "meta": 1})
    assert Model(id="a", shutdown_date=dt.date(2026, 1, 2)) == Model(id="a", shutdown_date="2026-01-02")
    assert Model(id="a") != ModelDeleted(id="a")
    assert Model(id="a") != {"id": "a"}
    assert Model(id="a") != Generated.from_dict({"id": "a", "object": "model", "created": 1, "owned_by": "x"})


def test_repr_shows_every_field_and_what_else_was_sent() -> None:
    sent = {"id": "a", "shutdown_date": "2026-01-02", "x": 1}
    shown = repr(Model.from_dict(sent))
    assert shown.startswith("Model(id='a', ")
    assert "object=None" in shown
    assert shown.endswith("shutdown_date=datetime.date(2026, 1, 2), x=1)")
    assert eval(shown, {"Model": Model, "datetime": dt}) == Model.from_dict(sent)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_is_equal_and_independent(make: Callable[[Model], Model], model: Model) -> None:
    model._request_id = "req-1"
    made = make(model)
    assert (type(made), made, made._request_id) == (Model, model, "req-1")
    made.id = "other"
    assert model.id == SENT["id"]


def test_a_model_can_be_made_by_keyword_in_the_names_of_users_and_of_the_generator() -> None:
    by_users = Model(id="a", object="model", created=1, shutdown_date=dt.date(2026, 1, 2), x=1)
    assert by_users.to_dict() == {"id": "a", "object": "model", "created": 1, "shutdown_date": "2026-01-02", "x": 1}
    assert Model(id="a", object_="model").to_dict() == {"id": "a", "object": "model"}


@pytest.mark.parametrize("fields", [{}, {"id": None}, {"id": 5}], ids=repr)
@pytest.mark.parametrize("make", [lambda fields: Model(**fields), Model.from_dict], ids=["keywords", "from_dict"])
def test_a_model_without_an_id_is_a_type_error(make: Callable[[Any], Model], fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="id"):
        make(fields)


def test_the_generators_unset_is_never_met() -> None:
    generated = Generated.from_dict({"id": "a", "object": "model", "created": 1, "owned_by": "x"})
    model = Model(id="a", shutdown_date=generated.shutdown_date)
    assert model.shutdown_date is None
    assert json.loads(model.to_json(exclude_none=True)) == {"id": "a"}


UTC = dt.UTC
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
DAY = dt.datetime(2025, 2, 19, tzinfo=UTC)
MOMENTS: dict[str, tuple[dict[str, Any], dt.datetime | None]] = {
    "created": ({"created": 1721172741}, dt.datetime(2024, 7, 16, 23, 32, 21, tzinfo=UTC)),
    "a fraction": ({"created": 0.5}, EPOCH + dt.timedelta(seconds=0.5)),
    "before 1970": ({"created": -1}, EPOCH - dt.timedelta(seconds=1)),
    "created before created_at": ({"created": 5, "created_at": 6}, EPOCH + dt.timedelta(seconds=5)),
    "where created is nonsense": ({"created": "soon", "created_at": 6}, EPOCH + dt.timedelta(seconds=6)),
    "RFC 3339": ({"created_at": "2025-02-19T00:00:00Z"}, DAY),
    "another zone": ({"created_at": "2025-02-19T01:00:00+01:00"}, DAY),
    "nanoseconds": ({"created_at": "2025-02-19T00:00:00.123456789Z"}, DAY + dt.timedelta(microseconds=123456)),
    "no zone": ({"created_at": "2025-02-19T01:00:00"}, DAY + dt.timedelta(hours=1)),
    "a date": ({"created_at": "2025-02-19"}, DAY),
    "neither": ({}, None),
    "nonsense": ({"created_at": "soon"}, None),
    "true": ({"created": True}, None),
    "not a number": ({"created": float("nan")}, None),
    "before the first year": ({"created_at": "0001-01-01T00:00:00+23:00"}, None),
}


@pytest.mark.parametrize(("sent", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_created_at_is_an_aware_datetime_in_utc(sent: dict[str, Any], moment: dt.datetime | None) -> None:
    read = Model.from_dict({"id": "a", **sent}).created_at
    assert read == moment
    assert read is None or read.tzinfo is UTC


def test_a_moment_before_1970_can_be_read_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    class WindowsDatetime(dt.datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: dt.tzinfo | None = None) -> Self:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr("openai_models.types.model.datetime", WindowsDatetime)
    assert Model(id="a", created=-1).created_at == EPOCH - dt.timedelta(seconds=1)


FINE_TUNED = {"ft:gpt-4o-mini:acemeco:suffix:abc123", "davinci:ft-personal-2023-01-24-03-13-55"}


@pytest.mark.parametrize("name", [*sorted(FINE_TUNED), "gpt-4o", "", "gpt-ft-4", "soft:top", "swift:gpt"])
def test_fine_tuned_models_are_known_by_their_ids(name: str) -> None:
    assert Model(id=name).is_fine_tuned is (name in FINE_TUNED)
