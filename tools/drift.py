"""Compare the three operations of openapi.yaml with those of the official OpenAPI document.

    python tools/drift.py UPSTREAM      (a file, or a URL)

Compared are the operations and every schema that they reach in either document; what only
explains (descriptions, examples, summaries, extensions) is not. Differences that are kept on
purpose are in drift_kept.yaml, each with its reason.

The exit status is 0 when nothing else differs, 1 when something does, 2 when a document can't
be read.
"""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote

import httpx
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parent.parent
SPEC: Final = ROOT / "openapi.yaml"
KEPT: Final = Path(__file__).parent / "drift_kept.yaml"
OPERATIONS: Final = (("/models", "get"), ("/models/{model}", "get"), ("/models/{model}", "delete"))
EXPLAINING: Final = frozenset(
    {"description", "summary", "title", "example", "examples", "tags", "externalDocs", "links"}
)
# What holds things by their names, which are compared whatever they are.
NAMING: Final = frozenset(
    {"properties", "patternProperties", "dependentRequired", "dependentSchemas", "$defs"}
    | {"headers", "responses", "parameters", "content"}
)
# What is data, and not a schema: whatever it holds is compared.
DATA: Final = frozenset({"default", "enum", "const"})
# Lists whose order means nothing.
SETS: Final = frozenset({"required", "enum", "type"})
SCHEMAS: Final = "#/components/schemas/"
SECONDS: Final = 60
SHOWN: Final = 160


class UnreadableError(Exception):
    """A document that can't be read; the message says which and why."""


class Kept(NamedTuple):
    """A difference that is kept on purpose.

    Attributes:
        pointer: The pattern of its pointers.
        upstream: What the official document has there; anything else is a new difference.
        reason: Why it is kept.
    """

    pointer: str
    upstream: Any
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Tell whether this is the difference that is kept."""
        return fnmatchcase(difference.pointer, self.pointer) and bool(difference.upstream == self.upstream)


class Difference(NamedTuple):
    """One place where the documents differ.

    Attributes:
        pointer: The JSON pointer (RFC 6901) of the place, the same in both documents.
        upstream: What the official document has there.
        ours: What ours has there.
    """

    pointer: str
    upstream: Any
    ours: Any

    def __str__(self) -> str:
        lines = [f"  {self.pointer}"]
        if self.upstream is not ABSENT:
            lines.append(f"    upstream: {_short(self.upstream)}")
        if self.ours is not ABSENT:
            lines.append(f"    ours:     {_short(self.ours)}")
        return "\n".join(lines)


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = _Absent()


def read(source: str | Path) -> dict[str, Any]:
    """Read an OpenAPI document from a file or a URL.

    Raises:
        UnreadableError: It isn't there, or isn't one.
    """
    try:
        if str(source).startswith(("http://", "https://")):
            text = httpx.get(str(source), follow_redirects=True, timeout=SECONDS).raise_for_status().text
        else:
            text = Path(source).read_text("utf-8-sig")
        document = _parsed(text)
    # ValueError: bytes that are no UTF-8, or a date that no calendar has.
    except (OSError, ValueError, RecursionError, httpx.HTTPError, httpx.InvalidURL, yaml.YAMLError) as error:
        msg = f"can't read {source}: {error}"
        raise UnreadableError(msg) from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        msg = f"{source} is not an OpenAPI document: it has no `paths`"
        raise UnreadableError(msg)
    return document


def _parsed(text: str) -> Any:
    """Read JSON, or else YAML, which lacks one thing that JSON has: an escape for each half of an emoji."""
    try:
        return json.loads(text)
    except ValueError:
        # libyaml's: 80,000 lines in a second instead of ten.
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one


def compared(document: dict[str, Any], beside: Iterable[str] = ()) -> dict[str, Any]:
    """Take from a document what is compared: the operations, and the schemas that they reach.

    Args:
        document: The document.
        beside: The names of other schemas, which it may have.
    """
    paths: dict[str, Any] = {}
    for path, method in OPERATIONS:
        item = _object(_resolved(document, document["paths"].get(path)), path)
        operation = dict(_object(item.get(method), f"{method} {path}"))
        if operation:
            # An operation without its own asks for what the whole document asks for.
            operation.setdefault("security", document.get("security") or [])
            given = [each.get("parameters") or [] for each in (item, operation)]
            if not all(isinstance(each, list) for each in given):
                msg = f"the parameters of {method} {path} are no list in the document"
                raise UnreadableError(msg)
            operation["parameters"] = _parameters(document, [parameter for each in given for parameter in each])
            paths.setdefault(path, {})[method] = _plain(document, operation)
    schemas: dict[str, Any] = {}
    components = document.get("components")
    known = components.get("schemas") if isinstance(components, dict) else None
    waiting = sorted({*_references(paths), *(name for name in beside if isinstance(known, dict) and name in known)})
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _plain(document, _at(document, f"{SCHEMAS}{quote(_escaped(name))}"))
            waiting.extend(_references(schemas[name]))
    return {"paths": paths, "components": {"schemas": schemas}}


def _object(value: Any, where: str) -> dict[str, Any]:
    """Take an object, or none, from where the document should have one."""
    if not isinstance(value, dict | None):
        msg = f"{where} is not an object in the document"
        raise UnreadableError(msg)
    return value or {}


def _parameters(document: dict[str, Any], parameters: list[Any]) -> dict[str, Any]:
    """Give parameters by where they stand and how they are called, as their order means nothing."""
    resolved = [_resolved(document, parameter) for parameter in parameters]
    named = [_object(parameter, f"parameter {parameter!r}") for parameter in resolved]
    return {f"{parameter.get('in')}:{parameter.get('name')}": parameter for parameter in named}


def _resolved(document: dict[str, Any], node: Any) -> Any:
    """Follow references, but not those to schemas, which are compared by name.

    Raises:
        UnreadableError: One leads nowhere, or round in a circle.
    """
    followed: set[str] = set()
    beside: dict[str, Any] = {}
    # A property may be called `$ref`; then what it holds is a schema.
    while isinstance(node, dict) and isinstance(node.get("$ref"), str) and not _schema_name(node["$ref"]):
        if node["$ref"] in followed:
            msg = f"the reference {node['$ref']} leads back to itself"
            raise UnreadableError(msg)
        followed.add(node["$ref"])
        beside = {name: value for name, value in node.items() if name != "$ref"} | beside
        node = _at(document, node["$ref"])
    # What stands beside a reference holds as well (OpenAPI 3.1; JSON Schema 2020-12, core, §8.2.3.1).
    return {**node, **beside} if beside and isinstance(node, dict) else node


def _schema_name(reference: object) -> str | None:
    """Give the name of the schema that a reference is to, if to a whole one."""
    name = str(reference).removeprefix(SCHEMAS)
    return _unescaped(name) if str(reference).startswith(SCHEMAS) and "/" not in name else None


def _unescaped(part: str) -> str:
    """Read a part of a JSON pointer in a URL (RFC 6901 §6)."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _at(document: dict[str, Any], reference: str) -> Any:
    target: Any = document
    for part in reference.removeprefix("#/").split("/"):
        name = _unescaped(part)
        if not reference.startswith("#/") or not isinstance(target, dict) or name not in target:
            msg = f"the reference {reference} leads nowhere in the document"
            raise UnreadableError(msg)
        target = target[name]
    return target


def _plain(
    document: dict[str, Any], node: Any, key: str = "", *, named: bool = False, within: frozenset[str] = frozenset()
) -> Any:
    """Leave out what only explains; names of properties and the like are never taken for that."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str):
        if reference in within:  # a part of a schema that holds itself
            return {"$ref": reference}
        within |= {reference}
    node = _resolved(document, node)
    if isinstance(node, dict):
        node = node if named else _one_spelling(node)
        return {
            str(name): _plain(document, inner, str(name), named=not named and name in NAMING, within=within)
            if named or name not in DATA
            else _data(inner, str(name))
            for name, inner in node.items()
            if named or not (name in EXPLAINING or str(name).startswith("x-"))
        }
    if isinstance(node, list):
        items = [_plain(document, inner, within=within) for inner in node]
        return sorted(items, key=str) if key in SETS else items
    return [node] if key == "type" else node


def _data(value: Any, key: str) -> Any:
    return sorted(value, key=str) if key in SETS and isinstance(value, list) else value


def _one_spelling(schema: dict[str, Any]) -> dict[str, Any]:
    """Spell what JSON Schema lets one say in several ways in one."""
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


def differences(upstream: Any, ours: Any, pointer: str = "") -> Iterator[Difference]:
    """Give the places where two documents differ, outermost first."""
    if isinstance(upstream, dict) and isinstance(ours, dict):
        for name in sorted(upstream.keys() | ours.keys(), key=str):
            place = f"{pointer}/{_escaped(str(name))}"
            yield from differences(upstream.get(name, ABSENT), ours.get(name, ABSENT), place)
    elif upstream != ours:
        yield Difference(pointer, upstream, ours)


def kept_differences(path: Path = KEPT) -> list[Kept]:
    """Give the differences that are kept."""
    entries = yaml.safe_load(path.read_text("utf-8")) or []
    return [Kept(entry["pointer"], entry.get("upstream", ABSENT), entry["reason"]) for entry in entries]


def report(upstream: dict[str, Any], ours: dict[str, Any], kept: list[Kept]) -> tuple[str, bool]:
    """Say how the documents differ, and whether in anything but what is kept."""
    here = compared(ours)
    found = list(differences(compared(upstream, here["components"]["schemas"]), here))
    new = [difference for difference in found if not any(each.covers(difference) for each in kept)]
    gone = [each.pointer for each in kept if not any(each.covers(difference) for difference in found)]
    sections = {
        "Upstream has, and we lack": [each for each in new if each.ours is ABSENT],
        "We have, and upstream lacks": [each for each in new if each.upstream is ABSENT],
        "Different": [each for each in new if ABSENT not in {_hashable(each.ours), _hashable(each.upstream)}],
    }
    lines = [f"{title}:\n" + "\n".join(map(str, each)) + "\n" for title, each in sections.items() if each]
    if gone:
        listed = "\n".join(f"  {pattern}" for pattern in gone)
        lines.append(f"Kept, but no longer different (take them from drift_kept.yaml):\n{listed}\n")
    if not new and not gone:
        lines.append(
            f"Nothing differs but the {len(found)} places that are kept on purpose, for {len(kept)} reasons.\n"
        )
    return "\n".join(lines), bool(new or gone)


def _hashable(value: Any) -> Any:
    return value if value is ABSENT else repr(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def main(arguments: list[str]) -> int:
    """Print the differences."""
    if len(arguments) != 1 or not arguments[0]:
        print("usage: make drift UPSTREAM=<file or URL of the official OpenAPI document>", file=sys.stderr)
        return 2
    try:
        text, differs = report(read(arguments[0]), read(SPEC), kept_differences())
    except UnreadableError as error:
        print(f"drift: {error}", file=sys.stderr)
        return 2
    except RecursionError:
        print("drift: a part of the document holds itself, without a schema's name between", file=sys.stderr)
        return 2
    print(text, end="")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
