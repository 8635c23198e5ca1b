"""`openai-models delete`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._errors import CliError, classify
from ._escape import escape_controls
from ._exit_codes import Exit
from ._help import Command
from ._journal import Journal, read_journal
from ._options import make_filters, match_options, model_ids, number
from ._output import echo_err, emit, is_decorated, plain_table, render

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .._client import OpenAI
    from ._deletions import Outcome
    from ._global_options import GlobalOptions

EXAMPLES = """
Examples:
  openai-models delete ft:gpt-4o-mini:acemeco:suffix:abc123 --dry-run
  openai-models delete --fine-tuned --match '*:acemeco:*' --created-before "1 year ago" --dry-run
  openai-models delete --fine-tuned --yes --journal deleted.jsonl
"""
MAX_SHOWN: Final = 20


@click.command("delete", cls=Command, epilog=EXAMPLES)
@model_ids(required=False)
@match_options
@click.option("--dry-run", is_flag=True, help="Look each model up, and only show what would be deleted")
@click.option("--yes", "-y", is_flag=True, help="Delete without asking")
@click.option("--jobs", metavar="N", type=number(int, 1, 32), default=4, help="Models to delete at a time [default: 4]")
@click.option(
    "--journal", metavar="FILE.jsonl", type=click.Path(path_type=Path),
    help="Write each step to this file, and skip what it lists as done",
)  # fmt: skip
@click.pass_obj
def delete(
    options: GlobalOptions,
    /,
    *,
    models: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    jobs: int,
    journal: Path | None,
    **filters: Any,
) -> Exit:
    """Delete fine-tuned models, by id or by filters. It asks first.

    To continue an interrupted run, repeat it with the same journal.
    """
    chosen = make_filters(**filters)
    if bool(models) == bool(chosen):
        raise click.UsageError("name either ids or filters", click.get_current_context())
    with options.client() as client:
        wanted = list(dict.fromkeys(models or (model.id for model in client.models.list() if chosen.match(model))))
        past = read_journal(journal) if journal is not None else {}
        remaining = [model for model in wanted if past.get(model) != "done"]
        started = {model for model, event in past.items() if event == "started"}
        may_be_gone = started | (set() if models else set(remaining))
        if dry_run:
            return _dry_run(client, remaining, may_be_gone)
        if not remaining:
            echo_err("nothing to delete")
            return Exit.FINE
        if not yes and not confirm(remaining):
            echo_err("nothing was deleted")
            return Exit.DIFFERS
        from ._deletions import delete_all  # noqa: PLC0415 - only now

        with Journal(journal) if journal is not None else nullcontext() as log:
            outcomes, stopped_by = delete_all(client, remaining, jobs, log, may_be_gone)
    print_summary([*(("skipped", model, "done before") for model in wanted if past.get(model) == "done"), *outcomes])
    if stopped_by is not None:
        raise stopped_by
    return max((each.status for each in outcomes), default=Exit.FINE)


def _dry_run(client: OpenAI, models: Sequence[str], may_be_gone: Collection[str]) -> Exit:
    """Look models up. Return the status that deleting them would give."""
    from .. import NotFoundError, OpenAIError  # noqa: PLC0415 - help comes without

    deletable, statuses = [], [Exit.FINE]
    for model in models:
        status, detail = Exit.FINE, ""
        try:
            if not client.models.retrieve(model).is_fine_tuned:
                status, detail = Exit.KEY, "cannot be deleted: it is a base model, not a fine-tuned one"
        except NotFoundError as error:
            status, detail, _ = classify(error)
            if status == Exit.NO_MODEL:
                detail = "there is no such model"
            if model in may_be_gone:
                status, detail = Exit.FINE, "is gone already"
        except (OpenAIError, ValueError) as error:
            status, detail, _ = classify(error)
        statuses.append(status)
        if detail:
            echo_err(f"openai-models: {escape_controls(model)}: {detail}")
        else:
            deletable.append(model)
    emit("".join(f"{escape_controls(model)}\n" for model in deletable))
    failing = sum(status != Exit.FINE for status in statuses)
    echo_err(f"{len(deletable)} would be deleted" + (f", {failing} would fail" if failing else ""))
    return max(statuses)


def confirm(models: Sequence[str]) -> bool:
    """Ask whether to delete these models.

    Raises:
        CliError: There is no terminal to ask on.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        hint = "add --yes to delete, or --dry-run to see what would be deleted"
        raise CliError(Exit.USAGE, "can't ask whether to delete: there is no terminal", hint)
    for model in models[:MAX_SHOWN]:
        echo_err(f"  {escape_controls(model)}")
    if len(models) > MAX_SHOWN:
        echo_err(f"  … and {len(models) - MAX_SHOWN} more (--dry-run shows all)")
    what = "this model" if len(models) == 1 else f"these {len(models)} models"
    return click.confirm(f"Delete {what} for good?", err=True)


def print_summary(outcomes: Sequence[Outcome | tuple[str, str, str]]) -> None:
    """Print a row for each model, and the totals."""
    rows = [(each[0], each[1], each[2]) for each in outcomes]
    if is_decorated():
        from rich.table import Table  # noqa: PLC0415 - not for pipes
        from rich.text import Text  # noqa: PLC0415 - not for pipes

        colours = {"done": "green", "failed": "bold red", "skipped": "yellow"}
        table = Table("result", "id", "detail", box=None, pad_edge=False, header_style="bold")
        for column in table.columns:
            column.overflow = "fold"
        for what, model, detail in rows:
            table.add_row(Text(what, style=colours[what]), Text(escape_controls(model)), Text(escape_controls(detail)))
        render(table)
    else:
        emit(plain_table([("result", "id", "detail"), *rows]))
    counts = [sum(what == each for what, _, _ in rows) for each in ("done", "failed", "skipped")]
    echo_err("{} done, {} failed, {} skipped".format(*counts))
