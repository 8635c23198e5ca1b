"""Every kind of change in the official document shows, with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import drift
from openapi_document import read

OURS = read(drift.SPEC)
OFFICIAL = read(Path(__file__).parent / "upstream.yaml")
KEPT = drift.kept_differences()

MODEL = "/components/schemas/Model"
FIELDS = f"{MODEL}/properties"
ALL = "/paths/~1models"
RETRIEVE = "/paths/~1models~1{model}/get"
ID = {"$ref": f"#{FIELDS}/id"}
PARAMETER: dict[str, Any] = OFFICIAL["paths"]["/models/{model}"]["get"]["parameters"][0]
TEXT, NULL = {"type": "string"}, {"type": "null"}
GONE = object()


def report_on(changes: dict[str, Any]) -> str:
    """Report on the official document with other values at some pointers, or with nothing there."""
    document = copy.deepcopy(OFFICIAL)
    for pointer, value in changes.items():
        *way, name = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
        node: Any = document
        for step in way:
            node = node.setdefault(step, {}) if isinstance(node, dict) else node[int(step)]
        node[name] = value
        if value is GONE:
            del node[name]
    return drift.report(document, OURS, KEPT)[0]


def test_nothing_differs_but_what_is_kept_with_a_reason() -> None:
    text, differs = drift.report(OFFICIAL, OURS, KEPT)
    assert not differs, text
    assert "kept on purpose" in text
    assert KEPT
    assert all(each.reason.endswith(".") for each in KEPT)


MORE, LESS, DIFFERENT = "Upstream has, and we lack", "We have, and upstream lacks", "Different"
# The section, the changes, and the pointer that is shown: the first one of the changes, if it is left out.
CHANGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a property": (MORE, {f"{FIELDS}/context": TEXT}, ""),
    "a property called as an annotation": (MORE, {f"{FIELDS}/description": TEXT}, ""),
    "a property called as a reference": (MORE, {f"{FIELDS}/$ref": TEXT}, ""),
    "a property that holds itself": (
        MORE,
        {f"{FIELDS}/tree": {"properties": {"leaf": {"$ref": f"#{FIELDS}/tree"}}}},
        "",
    ),
    "a choice of no schemas": (MORE, {f"{FIELDS}/odd": {"anyOf": ["a", NULL]}}, ""),
    "a default that holds an annotation": (MORE, {f"{FIELDS}/owned_by/default": {"title": "a"}}, ""),
    "a bound beside a reference": (MORE, {f"{FIELDS}/owned_by": ID | {"maxLength": 5}}, f"{FIELDS}/owned_by/maxLength"),
    "a schema": (
        MORE,
        {
            "/components/schemas/Card": {"type": "object"},
            f"{RETRIEVE}/responses/200/content/application~1json/schema": {"$ref": "#/components/schemas/Card"},
        },
        "",
    ),
    "a schema with an escaped name": (
        MORE,
        {
            "/components/schemas/a~1b~0c d": {"type": "object"},
            f"{FIELDS}/card": {"$ref": "#/components/schemas/a~1b~0c%20d"},
        },
        "",
    ),
    "a status of which others are kept": (MORE, {f"{RETRIEVE}/responses/418": {"description": "a teapot"}}, ""),
    "a media type": (MORE, {f"{RETRIEVE}/responses/200/content/application~1x~0y": {"schema": {}}}, ""),
    "a parameter": (
        MORE,
        {f"{RETRIEVE}/parameters": [PARAMETER, {"in": "query", "name": "deep", "schema": {}}]},
        f"{RETRIEVE}/parameters/query:deep",
    ),
    "a parameter of the whole path": (
        MORE,
        {f"{ALL}/parameters": [{"in": "header", "name": "X-Scope", "schema": {}}]},
        f"{ALL}/get/parameters/header:X-Scope",
    ),
    "no property": (LESS, {f"{FIELDS}/owned_by": GONE}, ""),
    "no schema of the errors": (LESS, {f"/components/schemas/{name}": GONE for name in ("Error", "ErrorResponse")}, ""),
    "no operation": (LESS, {"/paths/~1models~1{model}/delete": GONE}, ""),
    "another type": (DIFFERENT, {f"{FIELDS}/created/type": "number"}, ""),
    "another type where the lack of one is kept": (DIFFERENT, {f"{MODEL}/type": "array"}, ""),
    "another bound where the lack of one is kept": (
        DIFFERENT,
        {f"{RETRIEVE}/parameters/0/schema/minLength": 5},
        f"{RETRIEVE}/parameters/path:model/schema/minLength",
    ),
    "null allowed": (
        DIFFERENT,
        {f"{FIELDS}/created": {"anyOf": [{"type": "integer", "format": "unixtime"}, NULL]}},
        f"{FIELDS}/created/type",
    ),
    "no longer required": (DIFFERENT, {f"{MODEL}/required": ["id", "object", "owned_by"]}, ""),
    "another value": (DIFFERENT, {f"{FIELDS}/object/enum": ["model", "engine"]}, ""),
    "another key for the whole document": (DIFFERENT, {"/security": [{"OAuth": []}]}, f"{ALL}/get/security"),
    "a kept difference that is none": ("no longer different", {f"{MODEL}/type": "object"}, ""),
}


@pytest.mark.parametrize(("section", "changes", "shown"), CHANGES.values(), ids=CHANGES)
def test_a_change_shows_with_its_pointer(section: str, changes: dict[str, Any], shown: str) -> None:
    part = next(part for part in report_on(changes).split("\n\n") if section in part.splitlines()[0])
    assert f"  {shown or next(iter(changes))}\n" in part + "\n"


SAME: dict[str, dict[str, Any]] = {
    "other words": {f"{MODEL}/description": "Something else.", f"{FIELDS}/id/example": "gpt-9"},
    "extensions": {f"{RETRIEVE}/x-oaiMeta": {"name": "Retrieve"}},
    "another order": {f"{MODEL}/required": ["owned_by", "object", "created", "id"]},
    "a parameter by reference": {
        "/components/parameters/model": PARAMETER,
        f"{RETRIEVE}/parameters": [{"$ref": "#/components/parameters/model"}],
    },
    "a path by reference": {
        "/components/pathItems/all": OFFICIAL["paths"]["/models"],
        ALL: {"$ref": "#/components/pathItems/all"},
    },
    "a reference into a schema": {f"{FIELDS}/owned_by": ID},
    "words beside a reference": {f"{FIELDS}/owned_by": ID | {"description": "the owner"}},
    "the document's key as the operation's": {f"{RETRIEVE}/security": OFFICIAL["security"]},
    "another spelling of null": {f"{FIELDS}/shutdown_date": {"type": ["string", "null"], "format": "date"}},
    "words beside a null": {f"{FIELDS}/shutdown_date/anyOf/1/description": "none announced"},
    "other schemas and operations": {"/components/schemas/Chat": {"type": "object"}, "/paths/~1chat/post": {}},
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_what_only_explains_is_no_difference(changes: dict[str, Any]) -> None:
    assert "Nothing differs" in report_on(changes)


def test_data_is_compared_whatever_its_keys_are() -> None:
    upstream, ours = ({"default": {404: text, "other": 1}} for text in ("no", "none"))
    (found,) = drift.differences(upstream, ours)
    assert (found.pointer, found.upstream, found.ours) == ("/default/404", "no", "none")
