"""Find the line of openapi.yaml that an error message is about."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_PLACE = re.compile(r"^(\S+)\n  \S", re.MULTILINE)
_SCHEMA = re.compile(r"^Unable to process schema (?P<pointer>/\S+):$", re.MULTILINE)
_OPERATION = re.compile(r"^WARNING parsing (?P<method>[A-Z]+) (?P<path>/\S*) within", re.MULTILINE)
_COMPLAINT = re.compile(r"^(?:Unable to process|WARNING parsing) ", re.MULTILINE)
_QUOTE = re.compile(r"^\{", re.MULTILINE)


def first_fault(spec: Path) -> str | None:
    """Return a message about invalid YAML, a document that is no mapping, or a reference without a target, if any."""
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
        if not _has_target(document, reference):
            return f"{spec.name}:{line}: {reference!r} has no target"
    return None


def line_of_complaint(spec: Path, complaint: str) -> str:
    """Return " (near openapi.yaml:LINE)" for the place that a message of the generator names; empty if there is none.

    The generator does not report lines. It names a place (`paths./models.get.operationId`), a schema
    (`/components/schemas/Model`) or an operation (`GET /models`), and quotes the invalid part. A
    schema takes precedence over an operation, since its errors are repeated for the operations that use it.
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
    """Return the line of the part that the message quotes; failing that, the line of the place."""
    quoted = _quoted(complaint)
    # An operation inherits from its path item: search that next.
    for region in (place, place[:-1]):
        for line, node in _nodes(_at(document, region)):
            if quoted is not None and node == quoted:
                return line
    return _follow(document, place)[1]


def _quoted(text: str) -> Any:
    """Return the JSON that the generator quotes before its next message, if any."""
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
    """Yield every mapping within a node, with the line of its key or dash."""
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
    """Follow a path as far as possible. Return the number of steps and the line reached.

    Steps that the document does not have are skipped: pydantic inserts names of its own.
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


def _has_target(document: Any, reference: str) -> bool:
    for step in reference.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
