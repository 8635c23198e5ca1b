"""What must hold of openapi.yaml beyond what `make spec-lint` looks for, which checks the examples as well."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.tokens import AliasToken, AnchorToken

FILE = Path(__file__).parents[2] / "openapi.yaml"
SPEC: dict[str, Any] = YAML(typ="safe").load(FILE.read_text("utf-8"))
COMPONENTS = SPEC["components"]
OPERATIONS: dict[str, dict[str, Any]] = {
    item[method]["operationId"]: item[method]
    for item in SPEC["paths"].values()
    for method in ("get", "delete")
    if method in item
}
RESPONSES: dict[str, dict[str, Any]] = {
    f"{name} {status}": COMPONENTS["responses"][response["$ref"].rpartition("/")[2]] if "$ref" in response else response
    for name, operation in OPERATIONS.items()
    for status, response in operation["responses"].items()
}


def test_every_property_header_and_parameter_is_described_and_the_last_two_have_an_example() -> None:
    nodes = COMPONENTS["headers"] | {each["name"]: each for each in SPEC["paths"]["/models/{model}"]["parameters"]}
    assert [name for name, node in nodes.items() if not node.keys() & {"example", "examples"}] == []
    nodes |= COMPONENTS["schemas"] | COMPONENTS["securitySchemes"]
    for name, schema in COMPONENTS["schemas"].items():
        nodes |= {f"{name}.{key}": node for key, node in schema["properties"].items()}
    assert [name for name, node in nodes.items() if not node.get("description")] == []


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_has_an_example_the_headers_upstream_sends_and_an_errors_envelope(name: str) -> None:
    content, status = RESPONSES[name]["content"]["application/json"], name.split()[1]
    assert content["examples"]
    assert (content["schema"]["$ref"] == "#/components/schemas/ErrorResponse") == (status != "200")
    headers = {"x-request-id", "openai-organization", "openai-processing-ms", "openai-version"}
    if status == "405":
        headers |= {"allow"}
    if status == "429":
        headers |= {"retry-after", *(f"x-ratelimit-{what}-requests" for what in ("limit", "remaining", "reset"))}
    assert set(RESPONSES[name]["headers"]) == headers


def test_the_statuses_of_each_operation_are_those_the_api_gives() -> None:
    shared = {"200", "400", "401", "403", "405", "429", "5XX"}
    assert {name: set(operation["responses"]) for name, operation in OPERATIONS.items()} == {
        "listModels": shared,
        "retrieveModel": shared | {"404"},
        "deleteModel": shared | {"404", "409"},
    }


def test_links_lead_from_list_to_retrieve_to_delete_and_back() -> None:
    leads = {name: operation["responses"]["200"]["links"].values() for name, operation in OPERATIONS.items()}
    assert {name: [link["operationId"] for link in links] for name, links in leads.items()} == {
        "listModels": ["retrieveModel"],
        "retrieveModel": ["deleteModel"],
        "deleteModel": ["retrieveModel"],
    }


def test_every_object_is_open_and_a_deletion_always_says_that_a_model_is_deleted() -> None:
    assert all(schema["additionalProperties"] is True for schema in COMPONENTS["schemas"].values())
    properties = COMPONENTS["schemas"]["DeleteModelResponse"]["properties"]
    assert (properties["deleted"]["const"], properties["object"]["const"]) == (True, "model")


def test_parts_are_shared_by_reference_and_not_by_yaml_anchors() -> None:
    tokens = YAML(pure=True).scan(FILE.read_text("utf-8"))
    assert not [token.start_mark.line + 1 for token in tokens if isinstance(token, AnchorToken | AliasToken)]


def test_the_key_is_the_only_credential_and_its_optional_headers_are_documented_with_it() -> None:
    assert SPEC["security"] == [{"bearerAuth": []}]
    description = COMPONENTS["securitySchemes"]["bearerAuth"]["description"]
    assert "`OpenAI-Organization`" in description
    assert "`OpenAI-Project`" in description
