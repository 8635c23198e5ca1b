"""Answers drawn from openapi.yaml: such as it describes, and such with something wrong in them."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from ruamel.yaml import YAML
from schemathesis import GenerationMode

SPEC: Final[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parents[3] / "openapi.yaml")
SCHEMAS: Final = {"list": "ListModelsResponse", "retrieve": "Model", "delete": "DeleteModelResponse"}
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ODD: Final = JSON | st.sampled_from([1.0, 1.5, True, "1", "2026-10-23", "2026-13-45"])


def schema(call: str) -> dict[str, Any]:
    """Return the schema of a response with everything that it refers to."""
    return {"$ref": f"#/components/schemas/{SCHEMAS[call]}", "components": SPEC["components"]}


def _drawn(call: str, mode: GenerationMode) -> st.SearchStrategy[Any]:
    # schemathesis draws requests, so here the response is the body of one.
    reference = {"$ref": f"#/components/schemas/{SCHEMAS[call]}"}
    body = {"required": True, "content": {"application/json": {"schema": reference}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "OK"}}}
    document = {**SPEC, "security": [], "paths": {"/": {"post": operation}}}
    drawn = schemathesis.openapi.from_dict(document)["/"]["POST"].as_strategy(generation_mode=mode)
    # What it takes from the spec's examples is the same object each time.
    return drawn.map(lambda case: copy.deepcopy(case.body))


@cache
def valid(call: str) -> st.SearchStrategy[Any]:
    """Return a strategy for responses that match the spec."""
    return _drawn(call, GenerationMode.POSITIVE)


@cache
def invalid(call: str) -> st.SearchStrategy[Any]:
    """Return a strategy for responses that schemathesis generates to violate the schema."""
    # Some of what it makes is no JSON; bytes that are none come from `broken`.
    return _drawn(call, GenerationMode.NEGATIVE).filter(lambda body: isinstance(body, dict | list | str | int | None))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in inner for place in _places(item, (*path, name)))]


@st.composite
def mutated(draw: st.DrawFn, call: str) -> Any:
    """Draw a response in which some values are replaced or removed."""
    value: Any = draw(valid(call))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(_places(value)))
        if not path:
            if draw(st.integers(0, 4)) == 0:
                value = draw(JSON)
            continue
        parent: Any = value
        for step in path[:-1]:
            parent = parent[step]
        if draw(st.booleans()):
            parent[path[-1]] = draw(ODD)
        else:
            del parent[path[-1]]
    return value


@st.composite
def with_odd_fields(draw: st.DrawFn, call: str, names: list[str]) -> Any:
    """Draw a response whose models have fields of other types, and ids."""
    body: Any = draw(valid(call))
    for item in body["data"] if call == "list" else [body]:
        item["id"] = draw(st.text(min_size=1)) if call == "list" else "some-model"
        for name in draw(st.sets(st.sampled_from(names), min_size=1)):
            item[name] = draw(ODD)
    return body


@st.composite
def broken(draw: st.DrawFn, call: str) -> bytes:
    """Draw the bytes of a response, truncated or changed."""
    raw = bytearray(json.dumps(draw(valid(call)), ensure_ascii=draw(st.booleans())).encode())
    at = draw(st.integers(0, len(raw)))
    if draw(st.booleans()):
        return bytes(raw[:at])
    raw[at:at] = draw(st.binary(min_size=1, max_size=4))
    return bytes(raw)
