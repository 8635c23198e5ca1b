"""`openai-models get`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ._errors import CliError, report
from ._escape import escape_controls, json_text
from ._exit_codes import Exit
from ._help import Command
from ._options import checked_format, format_options, model_ids
from ._output import emit, is_decorated, render
from ._table import FORMATS, fields, write_models

if TYPE_CHECKING:
    from .._client import OpenAI
    from ..types import Model
    from ._global_options import GlobalOptions

EXAMPLES = """
Examples:
  openai-models get gpt-4o-mini
  openai-models get gpt-4o gpt-4o-mini --format csv
  openai-models get gpt-4o-mini --json
"""


@click.command("get", cls=Command, epilog=EXAMPLES)
@model_ids(required=True)
@format_options(*FORMATS)
@click.pass_obj
def get(options: GlobalOptions, /, *, models: tuple[str, ...], format: str | None, json: bool) -> Exit:
    """Show one model, or several.

    The JSON of one model is an object, that of several an array. Models that do not exist are reported, and the others
    are shown.
    """
    format = checked_format(format, "table", json=json)
    errors: list[Exception] = []
    found: list[Model] = []
    with options.client() as client:
        for model in dict.fromkeys(models):
            try:
                found.append(_retrieve(client, model))
            except (CliError, ValueError) as error:  # a ValueError: no model can have such an id
                errors.append(error)
    if format == "json" and len(models) == 1 and found:
        emit(json_text(found[0].to_dict(), indent=2))
    elif format == "table":
        for number, each in enumerate(found):
            _show(each, is_first=not number)
    elif found:
        write_models(found, None, format)
    for failure in errors[:-1]:
        report(failure, options, debug=False)
    if errors:
        raise errors[-1]
    return Exit.FINE


def _retrieve(client: OpenAI, model: str) -> Model:
    from .. import NotFoundError  # noqa: PLC0415 - help comes without

    try:
        return client.models.retrieve(model)
    except NotFoundError as error:
        identity = f" (request id {error.request_id})" if error.request_id else ""
        hint = _similar(client, model) or "openai-models list shows the models there are"
        raise CliError(Exit.NO_MODEL, f"there is no model {model!r}{identity}", hint) from error


def _similar(client: OpenAI, model: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    from .. import NotFoundError, OpenAIError  # noqa: PLC0415 - help comes without

    try:
        close = get_close_matches(model, [each.id for each in client.models.list()], n=3)
    except NotFoundError:  # no list either: the API is not there
        raise
    except OpenAIError:  # a suggestion is a courtesy: the answer is the same without
        return ""
    return f"did you mean {' or '.join(close)}?" if close else ""


def _show(model: Model, *, is_first: bool) -> None:
    rows = fields(model)
    if not is_decorated():
        width = max(len(escape_controls(name)) for name, _ in rows)
        lines = [f"{escape_controls(name).ljust(width)}  {escape_controls(text)}" for name, text in rows]
        emit("\n".join(lines if is_first else ["", *lines]))
        return
    from rich.panel import Panel  # noqa: PLC0415 - not for pipes
    from rich.table import Table  # noqa: PLC0415 - not for pipes
    from rich.text import Text  # noqa: PLC0415 - not for pipes

    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", style="bold")
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(escape_controls(name)), Text(escape_controls(text)))
    render(Panel(table, expand=False))
