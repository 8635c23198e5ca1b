"""Compare the three operations of openapi.yaml with those of the official OpenAPI document.

    python tools/drift.py UPSTREAM      (a file, or a URL)

The operations are compared, and every schema that they refer to in either document, without
annotations (descriptions, examples, summaries, extensions). Intentional differences are listed
in drift_kept.yaml, each with its reason.

The exit status is 0 if nothing else differs, 1 if something does, 2 if a document can't be read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from openapi_document import UnreadableError, comparable, escape, read

ROOT: Final = Path(__file__).parent.parent
SPEC: Final = ROOT / "openapi.yaml"
KEPT: Final = Path(__file__).parent / "drift_kept.yaml"
MAX_VALUE_LENGTH: Final = 160


class Kept(NamedTuple):
    """An intentional difference.

    Attributes:
        pointer: Pattern of its pointers, with `*` as a wildcard.
        upstream: The value in the official document; any other value is a new difference.
        reason: Why it is kept.
    """

    pointer: str
    upstream: Any
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Return whether a difference is this one."""
        return fnmatchcase(difference.pointer, self.pointer) and bool(difference.upstream == self.upstream)


class Difference(NamedTuple):
    """One place where the documents differ.

    Attributes:
        pointer: The JSON pointer (RFC 6901) of the place, the same in both documents.
        upstream: The value in the official document.
        ours: The value in ours.
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


def differences(upstream: Any, ours: Any, pointer: str = "") -> Iterator[Difference]:
    """Yield the places where two documents differ, outermost first."""
    if isinstance(upstream, dict) and isinstance(ours, dict):
        for name in sorted(upstream.keys() | ours.keys(), key=str):
            place = f"{pointer}/{escape(str(name))}"
            yield from differences(upstream.get(name, ABSENT), ours.get(name, ABSENT), place)
    elif upstream != ours:
        yield Difference(pointer, upstream, ours)


def kept_differences(path: Path = KEPT) -> list[Kept]:
    """Return the intentional differences."""
    entries = yaml.safe_load(path.read_text("utf-8")) or []
    return [Kept(entry["pointer"], entry.get("upstream", ABSENT), entry["reason"]) for entry in entries]


def report(upstream: dict[str, Any], ours: dict[str, Any], kept: list[Kept]) -> tuple[str, bool]:
    """Return a text about the differences, and whether there are any besides the intentional ones."""
    our_part = comparable(ours)
    found = list(differences(comparable(upstream, our_part["components"]["schemas"]), our_part))
    new = [difference for difference in found if not any(each.covers(difference) for each in kept)]
    obsolete = [each.pointer for each in kept if not any(each.covers(difference) for difference in found)]
    sections = {
        "Upstream has, and we lack": [each for each in new if each.ours is ABSENT],
        "We have, and upstream lacks": [each for each in new if each.upstream is ABSENT],
        "Different": [each for each in new if ABSENT not in {_hashable(each.ours), _hashable(each.upstream)}],
    }
    lines = [f"{title}:\n" + "\n".join(map(str, each)) + "\n" for title, each in sections.items() if each]
    if obsolete:
        listed = "\n".join(f"  {pattern}" for pattern in obsolete)
        lines.append(f"Kept, but no longer different (take them from drift_kept.yaml):\n{listed}\n")
    if not new and not obsolete:
        lines.append(
            f"Nothing differs but the {len(found)} places that are kept on purpose, for {len(kept)} reasons.\n"
        )
    return "\n".join(lines), bool(new or obsolete)


def _hashable(value: Any) -> Any:
    return value if value is ABSENT else repr(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}… ({len(text)} characters)"


def main(arguments: list[str]) -> int:
    """Print the differences. Return the exit status."""
    if len(arguments) != 1 or not arguments[0]:
        print("usage: make drift UPSTREAM=<file or URL of the official OpenAPI document>", file=sys.stderr)
        return 2
    try:
        text, differs = report(read(arguments[0]), read(SPEC), kept_differences())
    except UnreadableError as error:
        print(f"drift: {error}", file=sys.stderr)
        return 2
    except RecursionError:
        print("drift: the document contains itself, without a named schema in between", file=sys.stderr)
        return 2
    print(text, end="")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
