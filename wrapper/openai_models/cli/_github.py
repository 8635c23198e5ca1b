"""Workflow commands of GitHub Actions, which annotate the files of a commit.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._escape import escape_controls

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["annotation"]


def annotation(level: str, message: str, path: Path | None = None, line: int | None = None) -> str:
    """Return a line of the level `error` or `warning` that annotates a place, or the whole run."""
    properties = [] if path is None else [f"file={_escape(str(path)).replace(':', '%3A').replace(',', '%2C')}"]
    properties += [] if line is None else [f"line={line}"]
    return f"::{level}{' ' if properties else ''}{','.join(properties)}::{_escape(message)}\n"


def _escape(text: str) -> str:
    # Line breaks are controls, which are escaped already.
    return escape_controls(text).replace("%", "%25")
