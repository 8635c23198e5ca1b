"""A property that the spec gets or loses, of whatever type and name, is got or lost by the facade's `Model`.

The package is generated anew from a spec with all of these properties on its model and one less. The facade as it is runs
on that in a process of its own, and mypy looks at it.
"""

from __future__ import annotations

import json
import os
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
READ = """
import json, sys
from openai_models.types import Model
from openai_models_api.models import Model as Generated

kinds = json.load(sys.stdin)
sent = {"id": "a", "keys": "k", "shutdown_date": "2026-01-02", **{key: row[2] for key, row in kinds.items()}}
all_wrong = {"id": "a", **{key: row[4] for key, row in kinds.items()}}
model = Model.from_dict(sent)
found = {
    "kept": model.to_dict() == dict(model) == sent,
    "is generated": isinstance(model, Generated),
    "additional": sorted(model.additional_properties),
    "keys": [model["keys"], callable(model.keys), "keys='k'" in repr(model)],
    "removed": [model.shutdown_date, "shutdown_date" in repr(Model.from_dict({"id": "a"}))],
}
for key, (_, attribute, value, _, wrong) in kinds.items():
    def read(fields):
        return repr(getattr(Model.from_dict(fields), attribute))
    model = Model.from_dict({"id": "a", key: value})
    setattr(model, attribute, getattr(model, attribute))
    found[key] = {
        "alone": read({"id": "a", key: value}),
        "among all": read(sent),
        "among wrong ones": read({**all_wrong, key: value}),
        "absent": read({"id": "a"}),
        "wrong": read({"id": "a", key: wrong}),
        "shown": any(f"{name}={read(sent)}" in repr(Model.from_dict(sent)) for name in (key, attribute)),
        "set": json.loads(model.to_json())[key],
    }
print(json.dumps(found))
"""

CHECKED = """
from datetime import date
from typing import assert_type

from openai_models.types import Model


def read(model: Model) -> None:
    assert_type(model.id, str)
    assert_type(model.owner_name, str | None)
    assert_type(model.class_, str | None)
    assert_type(model.last_day, date | None)
    assert_type(model.days, list[date] | None)
    assert_type(model.with_default, int | None)
    print(model.shutdown_date)
"""


@pytest.fixture(scope="module", params=[False, True], ids=["optional", "required"])
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with the package as it is generated from such a spec, and with the facade as it is."""
    spec = YAML(typ="safe").load((ROOT / "openapi.yaml").read_text("utf-8"))
    model = spec["components"]["schemas"]["Model"]
    del model["properties"]["shutdown_date"]
    model["properties"] |= {key: row[0] for key, row in KINDS.items()} | {"keys": {"type": "string"}}
    if request.param:
        model["required"] = [*model["required"], *(key for key in KINDS if key != "withDefault")]
    folder = tmp_path_factory.mktemp("generated")
    source = folder / "openapi.json"
    source.write_text(json.dumps(spec, default=str), "utf-8")
    path = f"{regen.generate(folder, source)}:{ROOT / 'wrapper'}"
    return {"PYTHONPATH": path, "MYPYPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def found(environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-c", READ]
    given = json.dumps(KINDS)
    done = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("key", KINDS)
def test_a_property_reads_as_the_generator_types_it_or_as_none_and_is_sent_as_it_came(
    key: str, found: dict[str, Any]
) -> None:
    _, _, sent, shown, _ = KINDS[key]
    company = dict.fromkeys(["alone", "among all", "among wrong ones"], shown)
    assert found[key] == company | {"absent": "None", "wrong": "None", "shown": True, "set": sent}


def test_all_are_kept_as_they_were_sent_and_none_is_additional(found: dict[str, Any]) -> None:
    assert found["kept"]
    assert found["is generated"]
    assert found["additional"] == ["keys", "shutdown_date"]


def test_a_property_with_the_name_of_a_method_is_read_by_brackets_and_hides_no_method(found: dict[str, Any]) -> None:
    assert found["keys"] == ["k", True, True]


def test_a_property_that_the_spec_loses_is_read_as_an_unknown_one(found: dict[str, Any]) -> None:
    assert found["removed"] == ["2026-01-02", False]


@pytest.mark.parametrize("environment", [False], ids=["optional"], indirect=True)
def test_mypy_knows_the_properties_that_the_spec_has_and_no_others(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(CHECKED, "utf-8")
    # Other packages are left out: they take four times as long, and no property has a type of theirs.
    options = ["--config-file=", f"--cache-dir={os.devnull}", "--no-site-packages", "--follow-imports=silent"]
    command = [sys.executable, "-m", "mypy", "--strict", *options, "user.py"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert [line.partition(": ")[2] for line in done.stdout.splitlines()[:-1]] == [
        'error: "Model" has no attribute "shutdown_date"  [attr-defined]'
    ]
