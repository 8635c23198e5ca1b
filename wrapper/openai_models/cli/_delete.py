"""`openai-models delete`: remove fine-tuned models."""

# ruff: noqa: PLR0917 - typer's commands take their options so

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from ._errors import Refusal
from ._exit import Exit
from ._journal import Journal, read_journal
from ._options import After, Before, FineTuned, Match, ModelIds, Owner, filters, settings
from ._output import emit, is_decorated, plain_table, render, say
from ._safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._client import OpenAI
    from ._deletions import Outcome
    from ._filters import Filters

EXAMPLES = """\b
Examples:
  openai-models delete ft:gpt-4o-mini:acme:bot:abc123
  openai-models delete --fine-tuned --match '*:acme:*' --created-before "1 year ago" --dry-run
  openai-models delete --fine-tuned --yes --journal deleted.jsonl

An interrupted run goes on when it's run again with the same journal.
"""
SHOWN = 20


def delete(
    ctx: typer.Context,
    models: ModelIds = None,
    owner: Owner = None,
    match: Match = None,
    fine_tuned: FineTuned = False,  # noqa: FBT002 - an option
    created_after: After = None,
    created_before: Before = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,  # noqa: FBT002 - an option
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,  # noqa: FBT002 - an option
    jobs: Annotated[int, typer.Option(min=1, max=32, help="How many at a time.")] = 4,
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Note each step here; skip what it says is done.")
    ] = None,
) -> Exit:
    """Delete models, by id or by filters; asks first."""
    chosen = filters(owner, match, created_after, created_before, fine_tuned=fine_tuned)
    if bool(models) == bool(chosen):
        msg = "name either ids or filters"
        raise typer.BadParameter(msg, param_hint="ID...")
    with settings(ctx).client() as client:
        wanted = list(dict.fromkeys(models or _matching(client, chosen)))
        past = read_journal(journal) if journal is not None else {}
        to_go = [model for model in wanted if past.get(model) != "done"]
        if dry_run:
            emit("".join(f"{safe(model)}\n" for model in to_go))
            say(f"{len(to_go)} would be deleted")
            return Exit.FINE
        if not to_go:
            say("nothing to delete")
            return Exit.FINE
        if not yes and not _agreed(to_go):
            say("nothing was deleted")
            return Exit.DIFFERS
        from ._deletions import delete_all  # noqa: PLC0415 - only now

        doubtful = {model for model, event in past.items() if event == "started"} | (set() if models else set(to_go))
        with Journal(journal) if journal is not None else nullcontext() as log:
            outcomes, is_interrupted = delete_all(client, to_go, jobs, log, doubtful)
    _tell([*(("skipped", model, "done before") for model in wanted if past.get(model) == "done"), *outcomes])
    if is_interrupted:
        return Exit.INTERRUPTED
    return max((each.status for each in outcomes), default=Exit.FINE)


def _matching(client: OpenAI, chosen: Filters) -> list[str]:
    return [model.id for model in client.models.list() if chosen.keeps(model)]


def _agreed(models: Sequence[str]) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        hint = "add --yes to delete, or --dry-run to see what would go"
        raise Refusal(Exit.USAGE, "there is nobody to ask whether to delete", hint)
    for model in models[:SHOWN]:
        say(f"  {safe(model)}")
    if len(models) > SHOWN:
        say(f"  … and {len(models) - SHOWN} more (--dry-run shows all)")
    what = "this model" if len(models) == 1 else f"these {len(models)} models"
    return typer.confirm(f"Delete {what} for good?", err=True)


def _tell(outcomes: Sequence[Outcome | tuple[str, str, str]]) -> None:
    rows = [(each[0], each[1], each[2]) for each in outcomes]
    if is_decorated():
        from rich.table import Table  # noqa: PLC0415 - not for pipes
        from rich.text import Text  # noqa: PLC0415 - not for pipes

        colours = {"done": "green", "failed": "bold red", "skipped": "yellow"}
        table = Table("result", "id", "detail", box=None, pad_edge=False, header_style="bold")
        for column in table.columns:
            column.overflow = "fold"
        for what, model, detail in rows:
            table.add_row(Text(what, style=colours[what]), Text(safe(model)), Text(safe(detail)))
        render(table)
    else:
        emit(plain_table([("result", "id", "detail"), *rows]))
    counts = [sum(what == each for what, _, _ in rows) for each in ("done", "failed", "skipped")]
    say("{} done, {} failed, {} skipped".format(*counts))
