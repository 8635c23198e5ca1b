"""Data to stdout, all else to stderr; plain in a pipe, decorated on a terminal."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ._safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, RenderableType

__all__ = ["console", "csv_text", "emit", "is_decorated", "plain_table", "render", "say", "set_up"]


def set_up() -> None:
    """Let no character stop the output, whatever the terminal's encoding, nor a stream that is closed (`>&-`)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as it runs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_decorated() -> bool:
    """Tell whether a person reads stdout: it's a terminal, or `FORCE_COLOR` says so."""
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def emit(text: str) -> None:
    """Write data; when nobody reads any more (`| head`), the rest goes nowhere."""
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Tell a person something."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def console(*, stderr: bool = False) -> Console:
    """Make a console that takes text as it is."""
    from rich.console import Console  # noqa: PLC0415 - not for pipes

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def render(*parts: RenderableType) -> None:
    """Draw to stdout."""
    out = console()
    with out.capture() as captured:
        for part in parts:
            out.print(part)
    emit("\n".join(line.rstrip() for line in captured.get().splitlines()))


def plain_table(rows: Sequence[Sequence[str]]) -> str:
    """Align rows for a pipe: no line is cut."""
    cells = [[safe(cell) or "-" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV (RFC 4180, but for the line ends)."""
    import csv  # noqa: PLC0415 - rarely needed

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()
