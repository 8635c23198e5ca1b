"""Models as rows: for people on a terminal, and for pipes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from ._output import console, plain_table, render
from ._safe import json_text, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..types import Model

__all__ = ["age", "cell", "draw", "near", "plain"]

COLUMNS: Final = ("id", "owner", "created", "age", "shutdown")
# On a terminal narrower than this, so many columns at most: ids stay readable.
NARROW: Final = ((32, ("id",)), (60, ("id", "created", "shutdown")))
UNITS: Final = (("year", 365), ("month", 30), ("day", 1))
SOON, LATER = 30, 90


def age(moment: datetime, now: datetime) -> str:
    """Say how long ago something was, in its largest unit."""
    days = (now - moment).days
    for unit, length in UNITS:
        if days >= length:
            count = days // length
            return f"{count} {unit}{'s' * (count > 1)}"
    return "today" if days == 0 else "in the future"


def cell(model: Model, column: str, now: datetime) -> str:
    """Give the text of a column; of one that only the server knows, what it sent."""
    created = model.created_at
    match column:
        case "id":
            return model.id
        case "owner":
            return str(model.owned_by or "")
        case "created":
            return created.date().isoformat() if created else ""
        case "age":
            return age(created, now) if created else ""
        case "shutdown":
            return model.shutdown_date.isoformat() if model.shutdown_date else ""
    value = model.to_dict().get(column)
    return "" if value is None else value if isinstance(value, str) else json_text(value)


def near(day: date | None, now: datetime) -> str:
    """Give the style of a date of shutdown."""
    if day is None:
        return ""
    days = (day - now.astimezone(UTC).date()).days
    return "bold red" if days <= SOON else "yellow" if days <= LATER else ""


def plain(models: Sequence[Model], extra: Sequence[str], now: datetime) -> list[list[str]]:
    """Give the rows as text, the headings first."""
    columns = [*COLUMNS, *extra]
    return [
        [name.replace(" ", "_") for name in columns],
        *([cell(each, name, now) for name in columns] for each in models),
    ]


def draw(models: Sequence[Model], extra: Sequence[str], now: datetime) -> None:
    """Draw the table for the width of the terminal; nothing is cut, long ids fold."""
    from rich.table import Table  # noqa: PLC0415 - not for pipes
    from rich.text import Text  # noqa: PLC0415 - not for pipes

    width = console().width
    columns = [*next((few for limit, few in NARROW if width < limit), COLUMNS), *extra]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(Text(safe(name)), overflow="fold", no_wrap=name in {"created", "shutdown", "age"})
    for model in models:
        style = near(model.shutdown_date, now)
        cells = [Text(safe(cell(model, name, now)), style=style if name == "shutdown" else "") for name in columns]
        table.add_row(*cells)
    render(table)


def as_text(models: Sequence[Model], extra: Sequence[str], now: datetime) -> str:
    """Give the table for a pipe."""
    return plain_table(plain(models, extra, now))


def fields(model: Model) -> list[tuple[str, str]]:
    """Give all that the server said of a model, and what follows from it."""
    now = datetime.now(UTC)
    rows = [("id", model.id)]
    for name, value in model.to_dict().items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if name == "created" and (created := model.created_at):
            text += f" ({created:%Y-%m-%d %H:%M} UTC, {age(created, now)})"
        if name != "id":
            rows.append((name, text))
    return rows
