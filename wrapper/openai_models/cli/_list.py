"""`openai-models list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ._columns import check_columns, parse_columns, sort_models
from ._exit_codes import Exit
from ._help import Command
from ._options import checked_format, format_options, make_filters, match_options, number
from ._output import echo_err
from ._table import FORMATS, write_models

if TYPE_CHECKING:
    from ._global_options import GlobalOptions

EXAMPLES = """
Examples:
  openai-models list --match 'gpt-4*'
  openai-models list --fine-tuned --created-before "1 year ago"
  openai-models list --columns id,created --sort shutdown
  openai-models list --columns +object --format csv
  openai-models list --format ids | head -3
  openai-models list --json > before.json
"""


@click.command("list", cls=Command, epilog=EXAMPLES)
@match_options
@click.option(
    "--sort", metavar="COLUMN", default="created", help="Sort by this column [default: created, newest first]"
)
@click.option("--reverse", is_flag=True, help="Reverse the order")
@click.option("--limit", metavar="N", type=number(int, 1), help="Only the first N models")
@click.option("--columns", metavar="A,B", help="Columns, in this order; +A,B adds to the default ones")
@format_options(*FORMATS)
@click.pass_obj
def list_(
    options: GlobalOptions,
    /,
    *,
    sort: str,
    reverse: bool,
    limit: int | None,
    columns: str | None,
    format: str | None,
    json: bool,
    **filters: Any,
) -> Exit:
    """List the models, newest first.

    Columns are id, owner, created, age, shutdown, and the fields that the server sends.
    """
    format = checked_format(format, "table", json=json)
    if columns is not None and format == "ids":
        raise click.UsageError("--columns and --format ids exclude each other", click.get_current_context())
    chosen = make_filters(**filters)
    names = parse_columns(columns)
    if not names:
        raise click.UsageError("--columns names no column", click.get_current_context())
    with options.client() as client:
        models = list(client.models.list())
    check_columns([*names, sort], models)
    found = sort_models(filter(chosen.match, models), sort, reverse=reverse)[:limit]
    # JSON has all fields anyway: `+` adds nothing to it.
    is_whole = columns is None or (format.startswith("json") and columns.lstrip().startswith("+"))
    write_models(found, None if is_whole else names, format)
    if not found:
        echo_err("no model matches" if chosen else "the server lists no models")
    return Exit.FINE
