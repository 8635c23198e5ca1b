"""`openai-models list`: what can I use?"""

# ruff: noqa: PLR0917 - typer's commands take their options so

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ._exit import Exit
from ._filters import ordered
from ._options import After, Before, FineTuned, Json, Match, Owner, filters, settings
from ._output import csv_text, emit, is_decorated
from ._safe import json_text, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..types import Model

EXAMPLES = """\b
Examples:
  openai-models list --match 'gpt-4*'
  openai-models list --fine-tuned --created-before "1 year ago"
  openai-models list --columns context_length,max_model_len
  openai-models list --format ids | head -3
  openai-models list --json > before.json
"""


class Sort(StrEnum):
    """What to sort by."""

    CREATED = "created"
    ID = "id"
    OWNER = "owner"
    SHUTDOWN = "shutdown"


class Format(StrEnum):
    """How to write the models."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    IDS = "ids"


def list_(
    ctx: typer.Context,
    owner: Owner = None,
    match: Match = None,
    fine_tuned: FineTuned = False,  # noqa: FBT002 - an option
    created_after: After = None,
    created_before: Before = None,
    sort: Annotated[Sort, typer.Option(help="What comes first: the newest, or the alphabet's.")] = Sort.CREATED,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,  # noqa: FBT002 - an option
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="No more than the first N.")] = None,
    columns: Annotated[str, typer.Option(metavar="A,B", help="More columns: fields that the server adds.")] = "",
    format: Annotated[
        Format, typer.Option(help="How to write them; json and jsonl are the server's own.")
    ] = Format.TABLE,
    json: Json = False,  # noqa: FBT002 - an option
) -> Exit:
    """List the models, the newest first."""
    chosen = filters(owner, match, created_after, created_before, fine_tuned=fine_tuned)
    with settings(ctx).client() as client:
        models = [model for model in client.models.list() if chosen.keeps(model)]
    extra = [name for name in (each.strip() for each in columns.split(",")) if name]
    _write(ordered(models, sort, reverse=reverse)[:limit], extra, Format.JSON if json else format)
    return Exit.FINE


def _write(models: Sequence[Model], extra: Sequence[str], form: Format) -> None:
    from . import _table  # noqa: PLC0415 - not for the other formats

    now = datetime.now(UTC)
    match form:
        case Format.JSON:
            emit(json_text([model.to_dict() for model in models], indent=2))
        case Format.JSONL:
            emit("".join(json_text(model.to_dict()) + "\n" for model in models))
        case Format.IDS:
            emit("".join(safe(model.id) + "\n" for model in models))
        case Format.CSV:
            emit(csv_text(_table.plain(models, extra, now)))
        case Format.TABLE if is_decorated():
            _table.draw(models, extra, now)
        case Format.TABLE:
            emit(_table.as_text(models, extra, now))
