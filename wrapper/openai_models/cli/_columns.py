"""Columns of models: which there are, their values, and how models are sorted by them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ._errors import CliError
from ._escape import json_text
from ._exit_codes import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..types import Model

__all__ = ["DEFAULT_COLUMNS", "age", "cell", "check_columns", "json_object", "parse_columns", "sort_models"]

DEFAULT_COLUMNS: Final = ("id", "owner", "created", "age", "shutdown")
UNITS: Final = (("year", 365), ("month", 30), ("day", 1))


def parse_columns(text: str | None) -> tuple[str, ...]:
    """Return the columns that `--columns` names: these alone, or after `+` these too."""
    names = [name.strip().removeprefix("+") for name in (text or "").split(",")]
    base = DEFAULT_COLUMNS if text is None or text.lstrip().startswith("+") else ()
    return tuple(dict.fromkeys([*base, *(name for name in names if name)]))


def check_columns(names: Iterable[str], models: Sequence[Model]) -> None:
    """Check that at least one model has each column.

    Raises:
        CliError: None has, and there are models.
    """
    known = dict.fromkeys(DEFAULT_COLUMNS)
    for model in models:
        known |= dict.fromkeys(model.to_dict())
    unknown = [name for name in names if name not in known]
    if unknown and models:
        raise CliError(Exit.USAGE, f"no model has the column {unknown[0]!r}", f"there are: {', '.join(known)}")


def sort_models(models: Iterable[Model], column: str, *, reverse: bool = False) -> list[Model]:
    """Sort models: `created` and `age` newest first, others ascending, models without a value last."""

    def key(model: Model) -> tuple[Any, ...]:
        value = _value(model, column)
        if column in {"created", "age"}:
            created = model.created_at
            value = None if created is None else -created.timestamp()
        is_number = isinstance(value, int | float)
        return value is None, not is_number, value if is_number else "" if value is None else str(value), model.id

    return sorted(models, key=key, reverse=reverse)


def _value(model: Model, column: str) -> Any:
    """Return what the server sent for a column; of `owner` and `shutdown`, in the field of another name."""
    field = {"owner": "owned_by", "shutdown": "shutdown_date"}.get(column, column)
    return model.to_dict().get(field)


def age(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, in its largest unit."""
    days = (now - moment).days
    for unit, length in UNITS:
        if days >= length:
            count = days // length
            return f"{count} {unit}{'s' * (count > 1)}"
    return "today" if days == 0 else "in the future"


def cell(model: Model, column: str, now: datetime) -> str:
    """Return the text of a column."""
    created = model.created_at
    match column:
        case "created":
            return created.date().isoformat() if created else ""
        case "age":
            return age(created, now) if created else ""
        case "shutdown":
            return model.shutdown_date.isoformat() if model.shutdown_date else ""
    value = _value(model, column)
    return "" if value is None else value if isinstance(value, str) else json_text(value)


def json_object(model: Model, columns: Sequence[str] | None) -> dict[str, Any]:
    """Return a model as JSON: all that the server sent, or these columns, with the server's values."""
    if columns is None:
        return model.to_dict()
    now = datetime.now(UTC)
    return {name: (cell(model, name, now) or None) if name == "age" else _value(model, name) for name in columns}
