"""`openai-models diff`: what changed?"""

from __future__ import annotations

import json as jsonlib
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Any

import typer

from ._errors import Refusal
from ._exit import Exit
from ._options import Json, settings
from ._output import emit
from ._safe import json_text, safe

EXAMPLES = """\b
Examples:
  openai-models list --json > before.json
  openai-models diff before.json
  openai-models diff before.json after.json --json
"""

Models = dict[str, dict[str, Any]]


def diff(
    ctx: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="BEFORE.json", help="What `list --json` wrote.")],
    after: Annotated[
        Path | None, typer.Argument(metavar="[AFTER.json]", help="The same, later; else the server is asked.")
    ] = None,
    json: Json = False,  # noqa: FBT002 - an option
) -> Exit:
    """Show which models came, went and changed; exit 1 when some did, as diff does."""
    old = _read(before)
    if after is not None:
        new = _read(after)
    else:
        with settings(ctx).client() as client:
            new = {model.id: model.to_dict() for model in client.models.list()}
    changes = compare(old, new)
    if json:
        emit(json_text(changes, indent=2))
    else:
        emit("".join(f"{line}\n" for line in _lines(changes)))
    return Exit.DIFFERS if any(changes.values()) else Exit.FINE


def compare(old: Models, new: Models) -> dict[str, Any]:
    """Give what was added, removed, and changed field by field; null is no value."""
    changed = {
        model: {
            name: {"before": old[model].get(name), "after": new[model].get(name)}
            for name in sorted({*old[model], *new[model]})
            if old[model].get(name) != new[model].get(name)
        }
        for model in sorted(old.keys() & new.keys())
    }
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": {model: fields for model, fields in changed.items() if fields},
    }


def _lines(changes: dict[str, Any]) -> list[str]:
    lines = [f"+ {safe(model)}" for model in changes["added"]]
    lines += [f"- {safe(model)}" for model in changes["removed"]]
    for model, fields in changes["changed"].items():
        for name, field in fields.items():
            lines.append(f"~ {safe(model)}  {safe(name)}: {json_text(field['before'])} -> {json_text(field['after'])}")
    return lines


def _read(path: Path) -> Models:
    try:
        # From bytes, it reads what PowerShell's `>` writes too: UTF-16, or UTF-8 with a mark.
        value = jsonlib.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Refusal(Exit.USAGE, f"{path} is no JSON", "make it with: openai-models list --json > FILE") from error
    models = value.get("data") if isinstance(value, dict) else value
    if not isinstance(models, list) or not all(isinstance(m, dict) and isinstance(m.get("id"), str) for m in models):
        raise Refusal(Exit.USAGE, f"{path} holds no models", "make it with: openai-models list --json > FILE")
    return {model["id"]: model for model in models}
