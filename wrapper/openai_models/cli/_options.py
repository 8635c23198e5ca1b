"""Options that several commands take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ._context import Settings
from ._filters import Filters

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "After",
    "Before",
    "FineTuned",
    "Json",
    "Match",
    "ModelId",
    "ModelIds",
    "Owner",
    "checked",
    "filters",
    "settings",
]


T = TypeVar("T")


def complete_model(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a model id."""
    from ._completion import broken_at_colons, model_ids  # noqa: PLC0415 - only on TAB

    front = broken_at_colons(incomplete)
    ids = model_ids(ctx.find_root().params)
    return [model.removeprefix(front) for model in ids if model.startswith(front + incomplete)]


Owner = Annotated[str | None, typer.Option(metavar="PATTERN", help="Only models of this owner.")]
Match = Annotated[
    list[str] | None, typer.Option(metavar="PATTERN", help="Only ids like this, such as 'gpt-4*'; may be repeated.")
]
FineTuned = Annotated[bool, typer.Option("--fine-tuned", help="Only fine-tuned models.")]
After = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only models created then or later, such as '3 months ago'.")
]
Before = Annotated[str | None, typer.Option(metavar="DATE", help="Only models created before, such as 2025-01-01.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
ModelId = Annotated[str, typer.Argument(metavar="ID", help="The model's id.", autocompletion=complete_model)]
ModelIds = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Ids of models.", autocompletion=complete_model)
]


def settings(ctx: typer.Context) -> Settings:
    """Give the global options."""
    found = ctx.find_root().obj
    return found if isinstance(found, Settings) else Settings()


def moment(text: str | None, option: str) -> datetime | None:
    """Read an option that is a date.

    Raises:
        BadParameter: It is none.
    """
    if text is None:
        return None
    from ._dates import parse_date  # noqa: PLC0415 - not every command reads dates

    return checked(lambda: parse_date(text, datetime.now(UTC)), option)


def checked(read: Callable[[], T], option: str) -> T:
    """Turn what can't be read into a usage error.

    Raises:
        BadParameter: It can't be read.
    """
    try:
        return read()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def filters(
    owner: str | None, match: list[str] | None, after: str | None, before: str | None, *, fine_tuned: bool
) -> Filters:
    """Gather the filters."""
    return Filters(
        owner, tuple(match or ()), fine_tuned, moment(after, "--created-after"), moment(before, "--created-before")
    )
