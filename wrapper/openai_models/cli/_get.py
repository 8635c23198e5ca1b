"""`openai-models get`: what is this model?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from ._errors import Refusal
from ._exit import Exit
from ._options import Json, ModelId, settings
from ._output import emit, is_decorated, render
from ._safe import json_text, safe

if TYPE_CHECKING:
    from .._client import OpenAI
    from ..types import Model

EXAMPLES = """\b
Examples:
  openai-models get gpt-4o-mini
  openai-models get gpt-4o-mini --json | jq .shutdown_date
"""


def get(ctx: typer.Context, model: ModelId, json: Json = False) -> Exit:  # noqa: FBT002 - an option
    """Show what the server says of a model."""
    from .. import NotFoundError  # noqa: PLC0415 - help comes without

    with settings(ctx).client() as client:
        try:
            found = client.models.retrieve(model)
        except NotFoundError as error:
            identity = f" (request id {error.request_id})" if error.request_id else ""
            hint = _similar(client, model) or "openai-models list shows the models there are"
            raise Refusal(Exit.NO_MODEL, f"there is no model {model!r}{identity}", hint) from error
    if json:
        emit(json_text(found.to_dict(), indent=2))
    else:
        _show(found)
    return Exit.FINE


def _similar(client: OpenAI, model: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    from .. import NotFoundError, OpenAIError  # noqa: PLC0415 - help comes without

    try:
        close = get_close_matches(model, [each.id for each in client.models.list()], n=3)
    except NotFoundError:  # no list either: what isn't there is the API
        raise
    except OpenAIError:  # a suggestion is a courtesy: the answer is the same without
        return ""
    return f"did you mean {' or '.join(close)}?" if close else ""


def _show(model: Model) -> None:
    from ._table import fields  # noqa: PLC0415 - not for JSON

    rows = fields(model)
    if not is_decorated():
        width = max(len(safe(name)) for name, _ in rows)
        emit("\n".join(f"{safe(name).ljust(width)}  {safe(text)}" for name, text in rows))
        return
    from rich.panel import Panel  # noqa: PLC0415 - not for pipes
    from rich.table import Table  # noqa: PLC0415 - not for pipes
    from rich.text import Text  # noqa: PLC0415 - not for pipes

    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", style="bold")
    table.add_column(overflow="fold")
    for name, text in rows[1:]:
        table.add_row(Text(safe(name)), Text(safe(text)))
    render(Panel(table, title=Text(safe(model.id)), expand=False))
