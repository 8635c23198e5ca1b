"""Write data to stdout and messages to stderr: plain in a pipe, decorated on a terminal."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ._escape import escape_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, RenderableType

__all__ = ["console", "csv_text", "echo_err", "emit", "is_decorated", "plain_table", "render", "set_up"]


def set_up() -> None:
    """Let no character stop the output, whatever the terminal's encoding, nor a closed stream (`>&-`) nor `COLUMNS=0`."""
    if os.environ.get("COLUMNS") == "0":  # rich would draw nothing
        del os.environ["COLUMNS"]
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as it runs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_decorated() -> bool:
    """Return whether a person reads stdout: it is a terminal, or `FORCE_COLOR` says so."""
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def emit(text: str) -> None:
    """Write data to stdout. When nobody reads any more (`| head`), the rest is dropped."""
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()
    except OSError as error:
        if not is_broken_pipe(error):
            error.filename = "stdout"
            raise
        drop_stdout()


def is_broken_pipe(error: OSError) -> bool:
    """Return whether an error says that nobody reads any more. On Windows, a closed pipe is an invalid argument."""
    return error.errno in {errno.EPIPE, errno.EINVAL}


def drop_stdout() -> None:
    """Send stdout to nowhere: what is still in its buffer would fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def echo_err(text: str) -> None:
    """Write a message to stderr, if it can be written."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except OSError:  # the exit status says enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as it is."""
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
    """Return aligned rows for a pipe; no line is cut."""
    cells = [[escape_controls(cell) or "-" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV (RFC 4180, but for the line ends)."""
    import csv  # noqa: PLC0415 - rarely needed

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([escape_controls(cell) for cell in row] for row in rows)
    return text.getvalue()
