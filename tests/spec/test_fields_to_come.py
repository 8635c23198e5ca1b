"""Whatever property a spec may get one day, of whatever type and name, reads as it should.

The package is generated anew from the spec with all of these properties on its model, and
the facade runs on that in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import regen

ROOT = Path(__file__).parents[2]
PART = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
DATE = {"type": "string", "format": "date"}

# key: (schema, its attribute, what is sent, how that reads, what reads as None)
KINDS: dict[str, tuple[dict[str, Any], str, Any, str, Any]] = {
    "ownerName": ({"type": "string"}, "owner_name", "x", "'x'", 5),
    "max-tokens": ({"type": "integer"}, "max_tokens", 5, "5", "5"),
    "class": ({"type": "string"}, "class_", "x", "'x'", 5),
    "from": ({"type": "string"}, "from_", "x", "'x'", []),
    "1st": ({"type": "string"}, "field_1st", "x", "'x'", {}),
    "ratio": ({"type": "number"}, "ratio", 0.5, "0.5", "0.5"),
    "wholeRatio": ({"type": "number"}, "whole_ratio", 2, "2", True),
    "isOpen": ({"type": "boolean"}, "is_open", True, "True", 1),
    "nullableText": ({"type": ["string", "null"]}, "nullable_text", "x", "'x'", 5),
    "size": ({"type": "string", "enum": ["big", "small"]}, "size", "big", "'big'", 5),
    "birthDay": (DATE, "birth_day", "2026-01-02", "datetime.date(2026, 1, 2)", "soon"),
    "lastDay": ({"type": ["string", "null"], "format": "date"}, "last_day", "2026-01-02", "datetime.date(2026, 1, 2)", "soon"),
    "lastSeen": ({"type": "string", "format": "date-time"}, "last_seen", "2026-01-02T03:04:05+00:00", "datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)", 5),
    "serial": ({"type": "string", "format": "uuid"}, "serial", "00000000-0000-0000-0000-000000000005", "UUID('00000000-0000-0000-0000-000000000005')", "five"),
    "tags": ({"type": "array", "items": {"type": "string"}}, "tags", ["a"], "['a']", "a"),
    "days": ({"type": "array", "items": DATE}, "days", ["2026-01-02"], "[datetime.date(2026, 1, 2)]", ["soon"]),
    "matrix": ({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}, "matrix", [[1.5]], "[[1.5]]", 5),
    "part": (PART, "part", {"id": "p"}, "ModelPart(id='p')", "p"),
    "parts": ({"type": "array", "items": PART}, "parts", [{"id": "p"}], "[ModelPartsItem(id='p')]", [5]),
    "rowsOfParts": ({"type": "array", "items": {"type": "array", "items": PART}}, "rows_of_parts", [[{"id": "p"}]], "[[ModelRowsOfPartsItemItem(id='p')]]", [5]),
    "prices": ({"type": "object", "additionalProperties": {"type": "number"}}, "prices", {"in": 0.5}, "ModelPrices(in=0.5)", "p"),
    "anything": ({}, "anything", {"a": [1]}, "{'a': [1]}", None),
    "either": ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "either", 5, "5", 0.5),
    "withDefault": ({"type": "integer", "default": 7}, "with_default", 5, "5", "5"),
}  # fmt: skip
IDS = list(KINDS)

READ = """
import json, sys
from openai_models.types import Model
from openai_models_api.models import Model as Generated

kinds, required = json.load(sys.stdin)
sent = {"id": "a", **{key: row[2] for key, row in kinds.items()}}
found = {}
for key, (_, attribute, value, _, wrong) in kinds.items():
    def read(fields):
        try:
            return repr(getattr(Model.from_dict(fields), attribute))
        except Exception as error:
            return repr(error)
    model = Model.from_dict(sent)
    found[key] = {
        "alone": read({"id": "a", key: value}),
        "among all": read(sent),
        "among others that are wrong": read({"id": "a", **{k: r[4] for k, r in kinds.items()}, key: value}),
        "absent": read({"id": "a"}),
        "wrong": read({"id": "a", key: wrong}),
        "additional": key in model.additional_properties,
        "shown": key in repr(model) or attribute in repr(model),
        "kept": model.to_dict()[key] == value,
        "isinstance": isinstance(model, Generated),
    }
    try:
        setattr(model, attribute, getattr(Model.from_dict(sent), attribute))
        found[key]["set"] = json.loads(model.to_json()).get(key)
    except (AttributeError, TypeError) as error:
        found[key]["set"] = repr(error)
named_as_a_method = Model.from_dict({"id": "a", "keys": "sent"})
found["keys"] = [dict(named_as_a_method), named_as_a_method["keys"], callable(named_as_a_method.keys), repr(named_as_a_method)]
print(json.dumps(found))
"""


def readings(folder: Path, *, required: bool) -> dict[str, dict[str, Any]]:
    spec = YAML(typ="safe").load((ROOT / "openapi.yaml").read_text("utf-8"))
    model = spec["components"]["schemas"]["Model"]
    model["properties"] |= {key: row[0] for key, row in KINDS.items()} | {"keys": {"type": "string"}}
    model.pop("example", None)
    if required:
        model["required"] = [*model["required"], *(key for key in KINDS if key != "withDefault")]
    source = folder / "openapi.json"
    source.write_text(json.dumps(spec, default=str), "utf-8")
    generated = regen.generate(folder, source)
    environment = {"PYTHONPATH": f"{generated}:{ROOT / 'wrapper'}", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", READ]
    given = json.dumps([KINDS, required])
    done = subprocess.run(
        command, input=given, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["optional", "required"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return readings(tmp_path_factory.mktemp("generated"), required=request.param)


@pytest.mark.parametrize("company", ["alone", "among all", "among others that are wrong"])
@pytest.mark.parametrize("key", IDS)
def test_a_property_reads_as_the_generator_types_it(key: str, company: str, found: dict[str, dict[str, Any]]) -> None:
    assert found[key][company] == KINDS[key][3]


@pytest.mark.parametrize("key", IDS)
def test_a_property_that_is_absent_or_of_another_type_is_none(key: str, found: dict[str, dict[str, Any]]) -> None:
    assert (found[key]["absent"], found[key]["wrong"]) == ("None", "None")


@pytest.mark.parametrize("key", IDS)
def test_a_property_of_the_spec_is_documented_and_not_additional(key: str, found: dict[str, dict[str, Any]]) -> None:
    assert not found[key]["additional"]
    assert found[key]["shown"]
    assert found[key]["kept"]
    assert found[key]["isinstance"]


@pytest.mark.parametrize("key", IDS)
def test_a_property_that_is_set_to_what_it_reads_as_is_sent_as_it_came(
    key: str, found: dict[str, dict[str, Any]]
) -> None:
    assert found[key]["set"] == KINDS[key][2]


def test_a_property_with_the_name_of_a_method_is_read_by_brackets_and_hides_no_method(found: dict[str, Any]) -> None:
    as_dict, in_brackets, is_method, shown = found["keys"]
    assert as_dict == {"id": "a", "keys": "sent"}
    assert (in_brackets, is_method) == ("sent", True)
    assert "keys='sent'" in shown
