"""Read an OpenAPI document, and reduce it to what `drift.py` compares."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import httpx
import yaml

OPERATIONS: Final = (("/models", "get"), ("/models/{model}", "get"), ("/models/{model}", "delete"))
ANNOTATIONS: Final = frozenset(
    {"description", "summary", "title", "example", "examples", "tags", "externalDocs", "links"}
)
# Objects whose keys are names chosen by the author; all of these are compared.
NAME_MAPS: Final = frozenset(
    {"properties", "patternProperties", "dependentRequired", "dependentSchemas", "$defs"}
    | {"headers", "responses", "parameters", "content"}
)
# Keywords whose values are data, not schemas: compared completely.
DATA: Final = frozenset({"default", "enum", "const"})
# Lists whose order has no meaning.
SETS: Final = frozenset({"required", "enum", "type"})
SCHEMAS: Final = "#/components/schemas/"
TIMEOUT: Final = 60  # seconds


class UnreadableError(Exception):
    """A document can't be read; the message names it and the reason."""


def read(source: str | Path) -> dict[str, Any]:
    """Read an OpenAPI document from a file or a URL.

    Raises:
        UnreadableError: It does not exist, or is not an OpenAPI document.
    """
    try:
        if str(source).startswith(("http://", "https://")):
            text = httpx.get(str(source), follow_redirects=True, timeout=TIMEOUT).raise_for_status().text
        else:
            text = Path(source).read_text("utf-8-sig")
        document = _parse(text)
    # ValueError: invalid UTF-8, or an impossible date.
    except (OSError, ValueError, RecursionError, httpx.HTTPError, httpx.InvalidURL, yaml.YAMLError) as error:
        msg = f"can't read {source}: {error}"
        raise UnreadableError(msg) from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        msg = f"{source} is not an OpenAPI document: it has no `paths`"
        raise UnreadableError(msg)
    return document


def _parse(text: str) -> Any:
    """Parse JSON, else YAML: YAML is no superset, it rejects JSON's escaped surrogate pairs."""
    try:
        return json.loads(text)
    except ValueError:
        # libyaml is ten times as fast, if PyYAML was built with it.
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def comparable(document: dict[str, Any], more_schemas: Iterable[str] = ()) -> dict[str, Any]:
    """Return the parts of a document that are compared: the operations, and the schemas that they refer to.

    Args:
        document: The document.
        more_schemas: Names of schemas to include if the document has them.
    """
    paths: dict[str, Any] = {}
    for path, method in OPERATIONS:
        item = _object(_resolve(document, document["paths"].get(path)), path)
        operation = dict(_object(item.get(method), f"{method} {path}"))
        if operation:
            # Without its own security, the document's applies.
            operation.setdefault("security", document.get("security") or [])
            lists = [each.get("parameters") or [] for each in (item, operation)]
            if not all(isinstance(each, list) for each in lists):
                msg = f"the parameters of {method} {path} are not a list in the document"
                raise UnreadableError(msg)
            operation["parameters"] = _parameters(document, [parameter for each in lists for parameter in each])
            paths.setdefault(path, {})[method] = _normalize(document, operation)
    schemas: dict[str, Any] = {}
    components = document.get("components")
    known = components.get("schemas") if isinstance(components, dict) else None
    waiting = sorted(
        {*_references(paths), *(name for name in more_schemas if isinstance(known, dict) and name in known)}
    )
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _normalize(document, _target(document, f"{SCHEMAS}{quote(escape(name))}"))
            waiting.extend(_references(schemas[name]))
    return {"paths": paths, "components": {"schemas": schemas}}


def _object(value: Any, where: str) -> dict[str, Any]:
    """Return a value that must be an object; None counts as an empty one."""
    if not isinstance(value, dict | None):
        msg = f"{where} is not an object in the document"
        raise UnreadableError(msg)
    return value or {}


def _parameters(document: dict[str, Any], parameters: list[Any]) -> dict[str, Any]:
    """Return parameters by location and name, since their order has no meaning."""
    resolved = [_resolve(document, parameter) for parameter in parameters]
    named = [_object(parameter, f"parameter {parameter!r}") for parameter in resolved]
    return {f"{parameter.get('in')}:{parameter.get('name')}": parameter for parameter in named}


def _resolve(document: dict[str, Any], node: Any) -> Any:
    """Follow references, except those to schemas, which are compared by name.

    Raises:
        UnreadableError: A reference has no target, or leads back to itself.
    """
    followed: set[str] = set()
    siblings: dict[str, Any] = {}
    # If a property is called `$ref`, its value is a schema and not a string.
    while isinstance(node, dict) and isinstance(node.get("$ref"), str) and not _schema_name(node["$ref"]):
        if node["$ref"] in followed:
            msg = f"the reference {node['$ref']} leads back to itself"
            raise UnreadableError(msg)
        followed.add(node["$ref"])
        siblings = {name: value for name, value in node.items() if name != "$ref"} | siblings
        node = _target(document, node["$ref"])
    # Keywords beside a reference apply as well (OpenAPI 3.1; JSON Schema 2020-12, core, §8.2.3.1).
    return {**node, **siblings} if siblings and isinstance(node, dict) else node


def _schema_name(reference: object) -> str | None:
    """Return the name of the schema that a reference points to; None for any other target."""
    name = str(reference).removeprefix(SCHEMAS)
    return _unescape(name) if str(reference).startswith(SCHEMAS) and "/" not in name else None


def _unescape(part: str) -> str:
    """Decode a part of a JSON pointer in a URL fragment (RFC 6901 §6)."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def escape(part: str) -> str:
    """Encode a key as a part of a JSON pointer (RFC 6901 §3)."""
    return part.replace("~", "~0").replace("/", "~1")


def _target(document: dict[str, Any], reference: str) -> Any:
    target: Any = document
    for part in reference.removeprefix("#/").split("/"):
        name = _unescape(part)
        if not reference.startswith("#/") or not isinstance(target, dict) or name not in target:
            msg = f"the reference {reference} has no target in the document"
            raise UnreadableError(msg)
        target = target[name]
    return target


def _normalize(
    document: dict[str, Any], node: Any, key: str = "", *, named: bool = False, within: frozenset[str] = frozenset()
) -> Any:
    """Return a node without annotations and with references resolved. Keys that are names are never annotations."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str):
        if reference in within:  # part of a recursive schema
            return {"$ref": reference}
        within |= {reference}
    node = _resolve(document, node)
    if isinstance(node, dict):
        node = node if named else _canonical(node)
        return {
            str(name): _normalize(document, inner, str(name), named=not named and name in NAME_MAPS, within=within)
            if named or name not in DATA
            else _data(inner, str(name))
            for name, inner in node.items()
            if named or not (name in ANNOTATIONS or str(name).startswith("x-"))
        }
    if isinstance(node, list):
        items = [_normalize(document, inner, within=within) for inner in node]
        return sorted(items, key=str) if key in SETS else items
    return [node] if key == "type" else node


def _data(value: Any, key: str) -> Any:
    return sorted(value, key=str) if key in SETS and isinstance(value, list) else value


def _canonical(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in one of several equivalent forms."""
    schema = dict(schema)
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if schema.get("additionalProperties") is True:
        del schema["additionalProperties"]
    either = schema.get("anyOf") or schema.get("oneOf")
    schemas = either if isinstance(either, list) and all(isinstance(each, dict) for each in either) else []
    others = [each for each in schemas if each.get("type") != "null"]
    if len(others) == 1 < len(schemas) and isinstance(others[0].get("type"), str):
        rest = {name: value for name, value in schema.items() if name not in {"anyOf", "oneOf"}}
        schema = {**others[0], **rest, "type": [others[0]["type"], "null"]}
    return schema


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        name = _schema_name(node.get("$ref"))
        if name:
            yield name
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)
