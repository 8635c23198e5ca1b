"""What must hold of openapi.yaml beyond what its linters look for."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from ruamel.yaml import YAML
from ruamel.yaml.tokens import AliasToken, AnchorToken

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SPEC: dict[str, Any] = YAML(typ="safe").load((ROOT / "openapi.yaml").read_text("utf-8"))


def resolved(spec: dict[str, Any], node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        found: Any = spec
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def examples(spec: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the place, the schema and the value of each example in the document."""
    for place, node in objects(spec, "#"):
        schema = node.get("schema")
        if schema is None and isinstance(node.get("examples"), list):
            for index, value in enumerate(node["examples"]):
                yield f"{place}/examples/{index}", node, value
        elif schema is not None:
            if "example" in node:
                yield f"{place}/example", schema, node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{place}/examples/{name}", schema, resolved(spec, example)["value"]


def objects(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of the document, except those inside of examples."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from objects(value, f"{place}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from objects(value, f"{place}/{index}")


def faults(spec: dict[str, Any]) -> list[str]:
    """Return the places of the examples that don't match their schemas."""
    checker = Draft202012Validator.FORMAT_CHECKER
    # With the components beside it, a schema's references lead where they lead in the document.
    beside = {"components": spec["components"]}
    return [
        place
        for place, schema, value in examples(spec)
        if not Draft202012Validator(beside | schema, format_checker=checker).is_valid(value)
    ]


def responses() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in SPEC["paths"].items():
        for method in ("get", "delete"):
            for status, response in item.get(method, {}).get("responses", {}).items():
                yield f"{method} {path} {status}", resolved(SPEC, response)


def test_the_spec_is_valid() -> None:
    validate(SPEC)


def test_every_example_fits_its_schema() -> None:
    assert len(list(examples(SPEC))) > 20
    assert faults(SPEC) == []


@pytest.mark.parametrize("field", ["created", "id", "shutdown_date"])
def test_an_example_that_does_not_fit_is_found(field: str) -> None:
    spec = copy.deepcopy(SPEC)
    content = spec["paths"]["/models"]["get"]["responses"]["200"]["content"]["application/json"]
    content["examples"]["models"]["value"]["data"][0][field] = ["of the wrong type"]
    assert len(faults(spec)) == 1


def parameters_and_headers() -> dict[str, Any]:
    headers: dict[str, Any] = SPEC["components"]["headers"]
    return headers | {parameter["name"]: parameter for parameter in SPEC["paths"]["/models/{model}"]["parameters"]}


def test_every_property_header_and_parameter_is_described() -> None:
    components = SPEC["components"]
    nodes = {
        f"{name}.{key}": node
        for name, schema in components["schemas"].items()
        for key, node in schema["properties"].items()
    }
    nodes |= components["schemas"] | components["securitySchemes"] | parameters_and_headers()
    assert [name for name, node in nodes.items() if not node.get("description")] == []


def test_every_header_and_parameter_has_an_example() -> None:
    nodes = parameters_and_headers()
    assert [name for name, node in nodes.items() if not ("example" in node or node.get("examples"))] == []


@pytest.mark.parametrize(("place", "response"), [pytest.param(*each, id=each[0]) for each in responses()])
def test_every_response_has_an_example_and_the_headers_upstream_sends(place: str, response: dict[str, Any]) -> None:
    content = response["content"]["application/json"]
    assert content["examples"], place
    expected = {"x-request-id", "openai-organization", "openai-processing-ms", "openai-version"}
    if place.endswith("405"):
        expected |= {"allow"}
    if place.endswith("429"):
        limits = {f"x-ratelimit-{what}-requests" for what in ("limit", "remaining", "reset")}
        expected |= limits | {"retry-after"}
    assert set(response["headers"]) == expected


@pytest.mark.parametrize(("place", "response"), [pytest.param(*each, id=each[0]) for each in responses()])
def test_every_failure_has_the_envelope(place: str, response: dict[str, Any]) -> None:
    schema = response["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert (schema == "ErrorResponse") is not place.endswith(" 200")


def test_every_object_is_open() -> None:
    assert all(schema["additionalProperties"] is True for schema in SPEC["components"]["schemas"].values())


def test_the_statuses_of_each_operation_are_those_the_api_gives() -> None:
    found = {
        operation["operationId"]: set(operation["responses"])
        for item in SPEC["paths"].values()
        for operation in (item.get("get"), item.get("delete"))
        if operation
    }
    shared = {"200", "400", "401", "403", "405", "429", "5XX"}
    assert found == {
        "listModels": shared,
        "retrieveModel": shared | {"404"},
        "deleteModel": shared | {"404", "409"},
    }


def test_links_lead_from_list_to_retrieve_and_from_retrieve_to_delete() -> None:
    leads = {
        (operation["operationId"], link["operationId"])
        for item in SPEC["paths"].values()
        for operation in (item.get("get"), item.get("delete"))
        if operation
        for link in operation["responses"]["200"].get("links", {}).values()
    }
    assert {("listModels", "retrieveModel"), ("retrieveModel", "deleteModel")} <= leads


def test_parts_are_shared_by_reference_and_not_by_yaml_anchors() -> None:
    tokens = YAML(pure=True).scan((ROOT / "openapi.yaml").read_text("utf-8"))
    assert not [token.start_mark.line + 1 for token in tokens if isinstance(token, AnchorToken | AliasToken)]


def test_the_key_is_the_only_credential_and_its_optional_headers_are_documented_with_it() -> None:
    assert SPEC["security"] == [{"bearerAuth": []}]
    description = SPEC["components"]["securitySchemes"]["bearerAuth"]["description"]
    assert "`OpenAI-Organization`" in description
    assert "`OpenAI-Project`" in description


def test_a_deletion_always_says_that_a_model_is_deleted() -> None:
    properties = SPEC["components"]["schemas"]["DeleteModelResponse"]["properties"]
    assert (properties["deleted"]["const"], properties["object"]["const"]) == (True, "model")
