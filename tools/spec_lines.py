"""Find the line of openapi.yaml that a complaint is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


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

    The generator names no lines, but paths: `paths./models.get.operationId`,
    `/components/schemas/Model`, `GET /models`. The one that leads deepest counts.
    """
    document = YAML().load(spec.read_text("utf-8"))
    dotted = re.findall(r"^(?:paths|components|info|servers)\..+$", complaint, re.MULTILINE)
    paths = [path.split(".") for path in dotted]
    paths += [path.split("/")[1:] for path in re.findall(r"/components/[\w/]+", complaint)]
    paths += [
        ["paths", path, method.lower()]
        for method, path in re.findall(r"\b(GET|PUT|POST|DELETE|PATCH) (/[^\s]*)", complaint)
    ]
    _, line = max((_follow(document, path) for path in paths), default=(0, None))
    return f" (near {spec.name}:{line})" if line else ""


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
