"""Every kind of change in the official document shows, with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import drift
from openapi_document import read

if TYPE_CHECKING:
    from collections.abc import Callable

UPSTREAM = Path(__file__).parent / "upstream.yaml"
OURS = read(drift.SPEC)
OFFICIAL = read(UPSTREAM)
KEPT = drift.kept_differences()


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """Report on the official document with a change in it."""
    document = copy.deepcopy(OFFICIAL)
    change(document)
    text, _ = drift.report(document, OURS, KEPT)
    return text


def model(document: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = document["components"]["schemas"]["Model"]
    return schema


def retrieve(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/models/{model}"]["get"]
    return operation


def test_nothing_differs_but_what_is_kept() -> None:
    text, differs = drift.report(OFFICIAL, OURS, KEPT)
    assert not differs, text
    assert "kept on purpose" in text


def test_every_kept_difference_has_a_reason() -> None:
    assert KEPT
    assert all(each.reason.endswith(".") for each in KEPT)


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "a property more": (
        lambda document: model(document)["properties"].update(context={"type": "integer"}),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/context",
    ),
    "a property more of the errors, which only our operations describe": (
        lambda document: document["components"]["schemas"]["Error"]["properties"].update(hint={"type": "string"}),
        "Upstream has, and we lack",
        "/components/schemas/Error/properties/hint",
    ),
    "no schema of the errors": (
        lambda document: [document["components"]["schemas"].pop(name) for name in ("ErrorResponse", "Error")],
        "We have, and upstream lacks",
        "/components/schemas/Error",
    ),
    "a property called as an annotation": (
        lambda document: model(document)["properties"].update(description={"type": "string"}),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/description",
    ),
    "a property less": (
        lambda document: model(document)["properties"].pop("owned_by"),
        "We have, and upstream lacks",
        "/components/schemas/Model/properties/owned_by",
    ),
    "another type": (
        lambda document: model(document)["properties"]["created"].update(type="number"),
        "Different",
        "/components/schemas/Model/properties/created/type",
    ),
    "null allowed": (
        lambda document: model(document)["properties"].update(
            created={"anyOf": [{"type": "integer", "format": "unixtime"}, {"type": "null"}]}
        ),
        "Different",
        "/components/schemas/Model/properties/created/type",
    ),
    "no longer required": (
        lambda document: model(document)["required"].remove("created"),
        "Different",
        "/components/schemas/Model/required",
    ),
    "a value more": (
        lambda document: model(document)["properties"]["object"].update(enum=["model", "engine"]),
        "Different",
        "/components/schemas/Model/properties/object/enum",
    ),
    "deprecated": (
        lambda document: retrieve(document).update(deprecated=True),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/deprecated",
    ),
    "a status more": (
        lambda document: retrieve(document)["responses"].update({"202": {"description": "later"}}),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/responses/202",
    ),
    "an error described in another way": (
        lambda document: retrieve(document)["responses"].update({"404": {"content": {"text/plain": {}}}}),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/responses/404/content/text~1plain",
    ),
    "a status of which others are kept": (
        lambda document: retrieve(document)["responses"].update({"418": {"description": "a teapot"}}),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/responses/418",
    ),
    "another type where the lack of one is kept": (
        lambda document: model(document).update(type="array"),
        "Different",
        "/components/schemas/Model/type",
    ),
    "another bound where the lack of one is kept": (
        lambda document: retrieve(document)["parameters"][0]["schema"].update(minLength=5),
        "Different",
        "/paths/~1models~1{model}/get/parameters/path:model/schema/minLength",
    ),
    "another key for the whole document": (
        lambda document: document.update(security=[{"OAuth": []}]),
        "Different",
        "/paths/~1models/get/security",
    ),
    "a property called as a reference": (
        lambda document: model(document)["properties"].update({"$ref": {"type": "string"}}),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/$ref",
    ),
    "a parameter more": (
        lambda document: retrieve(document)["parameters"].append({"in": "query", "name": "deep", "schema": {}}),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/parameters/query:deep",
    ),
    "a parameter of the whole path": (
        lambda document: document["paths"]["/models"].update(
            parameters=[{"in": "header", "name": "X-Scope", "schema": {}}]
        ),
        "Upstream has, and we lack",
        "/paths/~1models/get/parameters/header:X-Scope",
    ),
    "an operation less": (
        lambda document: document["paths"]["/models/{model}"].pop("delete"),
        "We have, and upstream lacks",
        "/paths/~1models~1{model}/delete",
    ),
    "another schema behind an answer": (
        lambda document: (
            document["components"]["schemas"].update(Card={"type": "object"}),
            retrieve(document)["responses"]["200"]["content"]["application/json"].update(
                schema={"$ref": "#/components/schemas/Card"}
            ),
        ),
        "Upstream has, and we lack",
        "/components/schemas/Card",
    ),
    "a bound beside a reference": (
        lambda document: model(document)["properties"].update(
            owned_by={"$ref": "#/components/schemas/Model/properties/id", "maxLength": 5}
        ),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/owned_by/maxLength",
    ),
    "a property that holds itself": (
        lambda document: model(document)["properties"].update(
            tree={"type": "object", "properties": {"leaf": {"$ref": "#/components/schemas/Model/properties/tree"}}}
        ),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/tree",
    ),
    "a schema whose name is escaped": (
        lambda document: (
            document["components"]["schemas"].update({"a/b~c d": {"type": "object"}}),
            model(document)["properties"].update(card={"$ref": "#/components/schemas/a~1b~0c%20d"}),
        ),
        "Upstream has, and we lack",
        "/components/schemas/a~1b~0c d",
    ),
    "a media type": (
        lambda document: retrieve(document)["responses"]["200"]["content"].update({"application/x~y": {"schema": {}}}),
        "Upstream has, and we lack",
        "/paths/~1models~1{model}/get/responses/200/content/application~1x~0y",
    ),
    "a default that holds what would explain": (
        lambda document: model(document)["properties"]["owned_by"].update(default={"title": "a"}),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/owned_by/default",
    ),
    "a choice of something that is no schema": (
        lambda document: model(document)["properties"].update(odd={"anyOf": ["a", {"type": "null"}]}),
        "Upstream has, and we lack",
        "/components/schemas/Model/properties/odd",
    ),
    "a kept difference that is one no more": (
        lambda document: model(document).update(type="object"),
        "no longer different",
        "/components/schemas/Model/type",
    ),
}


@pytest.mark.parametrize(("change", "section", "pointer"), CHANGES.values(), ids=CHANGES)
def test_a_change_shows_with_its_pointer(
    change: Callable[[dict[str, Any]], object], section: str, pointer: str
) -> None:
    text = changed(change)
    part = next(part for part in text.split("\n\n") if section in part.splitlines()[0])
    assert f"  {pointer}\n" in part + "\n"


SAME: dict[str, Callable[[dict[str, Any]], object]] = {
    "other words": lambda document: model(document).update(description="Something else."),
    "other examples": lambda document: model(document)["properties"]["id"].update(example="gpt-9"),
    "extensions": lambda document: retrieve(document).update({"x-oaiMeta": {"name": "Retrieve"}}),
    "another order": lambda document: model(document)["required"].reverse(),
    "a parameter by reference": lambda document: (
        document["components"].update(parameters={"model": retrieve(document)["parameters"][0]}),
        retrieve(document).update(parameters=[{"$ref": "#/components/parameters/model"}]),
    ),
    "a path by reference": lambda document: (
        document["components"].update(pathItems={"all": document["paths"]["/models"]}),
        document["paths"].update({"/models": {"$ref": "#/components/pathItems/all"}}),
    ),
    "a reference into a schema": lambda document: model(document)["properties"].update(
        owned_by={"$ref": "#/components/schemas/Model/properties/id"}
    ),
    "a key for the operation that is the document's": lambda document: retrieve(document).update(
        security=document["security"]
    ),
    "another spelling of null": lambda document: model(document)["properties"].update(
        shutdown_date={"type": ["string", "null"], "format": "date"}
    ),
    "words beside a null": lambda document: model(document)["properties"]["shutdown_date"]["anyOf"][1].update(
        description="none announced"
    ),
    "words beside a reference": lambda document: model(document)["properties"].update(
        owned_by={"$ref": "#/components/schemas/Model/properties/id", "description": "the owner"}
    ),
    "schemas of other operations": lambda document: document["components"]["schemas"].update(Chat={"type": "object"}),
    "other operations": lambda document: document["paths"].update({"/chat": {"post": {}}}),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_only_explains_is_no_difference(change: Callable[[dict[str, Any]], object]) -> None:
    assert "Nothing differs" in changed(change)


def test_data_is_compared_whatever_its_keys_are() -> None:
    upstream, ours = ({"default": {404: text, "other": 1}} for text in ("no", "none"))
    (found,) = drift.differences(upstream, ours)
    assert (found.pointer, found.upstream, found.ours) == ("/default/404", "no", "none")
