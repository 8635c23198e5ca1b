"""Models as rows: for people on a terminal, and for pipes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from ._columns import DEFAULT_COLUMNS, age, cell, json_object
from ._escape import escape_controls, json_text
from ._output import console, csv_text, emit, is_decorated, plain_table, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..types import Model

__all__ = ["FORMATS", "fields", "write_models"]

FORMATS: Final = ("table", "json", "jsonl", "csv", "ids")
# On a terminal narrower than this, the default columns are reduced to these: ids stay readable.
NARROW: Final = ((32, ("id",)), (60, ("id", "created", "shutdown")))
SOON, LATER = 30, 90


def write_models(models: Sequence[Model], columns: tuple[str, ...] | None, format: str) -> None:
    """Write models to stdout.

    Args:
        models: The models.
        columns: The columns in their order; None for the default ones, in JSON all that the server sent.
        format: One of `FORMATS`.
    """
    if format == "json":
        emit(json_text([json_object(model, columns) for model in models], indent=2))
    elif format == "jsonl":
        emit("".join(json_text(json_object(model, columns)) + "\n" for model in models))
    elif format == "ids":
        emit("".join(escape_controls(model.id) + "\n" for model in models))
    elif format == "table" and is_decorated():
        _draw(models, columns or DEFAULT_COLUMNS)
    else:
        now, names = datetime.now(UTC), columns or DEFAULT_COLUMNS
        rows = [[cell(each, name, now) for name in names] for each in models]
        if format == "csv":
            emit(csv_text([names, *rows]))
        else:
            emit(plain_table([[name.replace(" ", "_") for name in names], *rows]))


def _draw(models: Sequence[Model], columns: tuple[str, ...]) -> None:
    """Draw the table for the width of the terminal; nothing is cut, long ids fold."""
    from rich.table import Table  # noqa: PLC0415 - not for pipes
    from rich.text import Text  # noqa: PLC0415 - not for pipes

    now, width = datetime.now(UTC), console().width
    few = next((names for limit, names in NARROW if width < limit), None)
    if few and columns[: len(DEFAULT_COLUMNS)] == DEFAULT_COLUMNS:
        columns = (*few, *columns[len(DEFAULT_COLUMNS) :])
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(Text(escape_controls(name)), overflow="fold")
    for model in models:
        style = _shutdown_style(model.shutdown_date, now)
        table.add_row(*(
            Text(escape_controls(cell(model, name, now)), style=style if name == "shutdown" else "") for name in columns
        ))  # fmt: skip
    render(table)


def _shutdown_style(day: date | None, now: datetime) -> str:
    if day is None:
        return ""
    days = (day - now.date()).days
    return "bold red" if days <= SOON else "yellow" if days <= LATER else ""


def fields(model: Model) -> list[tuple[str, str]]:
    """Return the fields that the server sent, and what follows from them."""
    now = datetime.now(UTC)
    rows = [("id", model.id)]
    for name, value in model.to_dict().items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if name == "created" and (created := model.created_at):
            text += f" ({created:%Y-%m-%d %H:%M} UTC, {age(created, now)})"
        if name != "id":
            rows.append((name, text))
    return rows
