"""Find the line of openapi.yaml that a complaint is about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_PLACE = re.compile(r"^(\S+)\n  \S", re.MULTILINE)
_SCHEMA = re.compile(r"^Unable to process schema (?P<pointer>/\S+):$", re.MULTILINE)
_OPERATION = re.compile(r"^WARNING parsing (?P<method>[A-Z]+) (?P<path>/\S*) within", re.MULTILINE)
_COMPLAINT = re.compile(r"^(?:Unable to process|WARNING parsing) ", re.MULTILINE)
_QUOTE = re.compile(r"^\{", re.MULTILINE)


def first_fault(spec: Path) -> str | None:
    """Say where the file is no YAML, no mapping, or refers to nothing; None if all is well."""
    try:
        document = YAML().load(spec.read_text("utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{spec.name}:{mark.line + 1}:{mark.column + 1}" if mark else spec.name
        return f"{where}: {error.problem or error.context}"
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        return f"{spec.name}: {error}"
    if not isinstance(document, dict):
        return f"{spec.name}:1: this is not an OpenAPI document"
    for line, reference in _references(document):
        if not _leads_somewhere(document, reference):
            return f"{spec.name}:{line}: {reference!r} leads nowhere"
    return None


def line_of_complaint(spec: Path, complaint: str) -> str:
    """Give " (near openapi.yaml:LINE)" for what a complaint names; empty if nothing is found.

    The generator names no lines. It names a place (`paths./models.get.operationId`), else a
    schema (`/components/schemas/Model`), else an operation (`GET /models`), and quotes the
    part it stumbled over. A schema counts before an operation: what is wrong with a schema
    makes the operations that use it wrong too.
    """
    document = YAML().load(spec.read_text("utf-8"))
    places = [_follow(document, place.split(".")) for place in _PLACE.findall(complaint)]
    _, line = max(places, default=(0, None))
    if line is None and (schema := _SCHEMA.search(complaint)):
        line = _line_within(document, schema["pointer"].split("/")[1:], complaint[schema.end() :])
    elif line is None and (operation := _OPERATION.search(complaint)):
        place = ["paths", operation["path"], operation["method"].lower()]
        line = _line_within(document, place, complaint[operation.end() :])
    return f" (near {spec.name}:{line})" if line else ""


def _line_within(document: Any, place: list[str], complaint: str) -> int | None:
    """Give the line of the part that the complaint about a place quotes; failing that, the place's own."""
    quoted = _quoted(complaint)
    # What an operation takes from its path stands beside it, so that is looked through next.
    for region in (place, place[:-1]):
        for line, node in _nodes(_at(document, region)):
            if quoted is not None and node == quoted:
                return line
    return _follow(document, place)[1]


def _quoted(text: str) -> Any:
    """Give the JSON that the generator quotes, if it does so before its next complaint."""
    start = _QUOTE.search(text)
    following = _COMPLAINT.search(text)
    if start is None or (following is not None and following.start() < start.start()):
        return None
    return json.JSONDecoder().raw_decode(text, start.start())[0]


def _at(node: Any, steps: list[str]) -> Any:
    for step in steps:
        node = node.get(step) if isinstance(node, CommentedMap) else None
    return node


def _nodes(node: Any) -> Iterator[tuple[int, Any]]:
    """Give every mapping inside of a node, with the line of the key or the dash it stands under."""
    if isinstance(node, CommentedMap):
        children = [(node.lc.key(key)[0] + 1, value) for key, value in node.items()]
    elif isinstance(node, CommentedSeq):
        children = [(node.lc.item(index)[0] + 1, value) for index, value in enumerate(node)]
    else:
        return
    for line, child in children:
        if isinstance(child, CommentedMap):
            yield line, child
        yield from _nodes(child)


def _follow(node: Any, steps: list[str]) -> tuple[int, int | None]:
    """Go along a path as far as it leads: how far, and which line that is.

    pydantic puts names of its own between the document's; those are passed over.
    """
    depth, line = 0, None
    for step in steps:
        if isinstance(node, CommentedSeq) and step.isdecimal() and int(step) < len(node):
            line = node.lc.item(int(step))[0] + 1
            node = node[int(step)]
        elif isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0] + 1
            node = node[step]
        else:
            continue
        depth += 1
    return depth, line


def _references(node: Any) -> Iterator[tuple[int, str]]:
    children: Iterable[Any] = ()
    if isinstance(node, CommentedMap):
        children = node.values()
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            yield node.lc.value("$ref")[0] + 1, reference
    elif isinstance(node, CommentedSeq):
        children = node
    for child in children:
        yield from _references(child)


def _leads_somewhere(document: Any, reference: str) -> bool:
    for step in reference.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
