"""`openai-models diff`."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._errors import CliError
from ._escape import escape_controls, json_text
from ._exit_codes import Exit
from ._github import annotation
from ._help import Command
from ._options import checked_format, format_options
from ._output import emit

if TYPE_CHECKING:
    from ._global_options import GlobalOptions

EXAMPLES = """
Examples:
  openai-models list --json > before.json
  openai-models diff before.json
  openai-models diff before.json after.json --json
"""

Models = dict[str, dict[str, Any]]


@click.command("diff", cls=Command, epilog=EXAMPLES)
@click.argument("before", metavar="BEFORE.json", type=click.Path(path_type=Path))
@click.argument("after", metavar="[AFTER.json]", required=False, type=click.Path(path_type=Path))
@format_options("text", "json", "github")
@click.pass_obj
def diff(options: GlobalOptions, /, *, before: Path, after: Path | None, format: str | None, json: bool) -> Exit:
    """Show which models were added, removed and changed (exit 1 if any was).

    The files are what `openai-models list --json` wrote. Without AFTER.json, the server is asked.
    """
    format = checked_format(format, "text", json=json)
    old = _read(before)
    if after is not None:
        new = _read(after)
    else:
        with options.client() as client:
            new = {model.id: model.to_dict() for model in client.models.list()}
    changes = compare(old, new)
    if format == "json":
        emit(json_text(changes, indent=2))
    elif format == "github":
        emit("".join(_annotations(changes, before)))
    else:
        emit("".join(f"{line}\n" for line in _lines(changes)))
    return Exit.DIFFERS if any(changes.values()) else Exit.FINE


def compare(old: Models, new: Models) -> dict[str, Any]:
    """Return what was added, removed, and changed field by field. A field that is null counts as absent."""
    changed = {
        model: {
            name: {"before": old[model].get(name), "after": new[model].get(name)}
            for name in sorted({*old[model], *new[model]})
            if _canonical(old[model].get(name)) != _canonical(new[model].get(name))
        }
        for model in sorted(old.keys() & new.keys())
    }
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": {model: fields for model, fields in changed.items() if fields},
    }


def _canonical(value: object) -> str:
    """Return JSON that differs where values do: to Python, `true` is 1, and NaN is not NaN."""
    return jsonlib.dumps(value, sort_keys=True)


def _lines(changes: dict[str, Any]) -> list[str]:
    lines = [f"+ {escape_controls(model)}" for model in changes["added"]]
    lines += [f"- {escape_controls(model)}" for model in changes["removed"]]
    lines += [f"~ {escape_controls(model)}  {text}" for model, text in _changed_fields(changes)]
    return lines


def _annotations(changes: dict[str, Any], before: Path) -> list[str]:
    lines = [annotation("warning", f"{model} was added", before) for model in changes["added"]]
    lines += [annotation("error", f"{model} was removed", before) for model in changes["removed"]]
    lines += [annotation("warning", f"{model} was changed: {text}", before) for model, text in _changed_fields(changes)]
    return lines


def _changed_fields(changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (model, f"{escape_controls(name)}: {json_text(values['before'])} -> {json_text(values['after'])}")
        for model, fields in changes["changed"].items()
        for name, values in fields.items()
    ]


def _read(path: Path) -> Models:
    hint = "make it with: openai-models list --json > FILE"
    try:
        # From bytes, it reads what PowerShell's `>` writes too: UTF-16, or UTF-8 with a mark.
        value = jsonlib.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CliError(Exit.USAGE, f"{path} is not JSON", hint) from error
    models = value.get("data") if isinstance(value, dict) else value
    if not isinstance(models, list) or not all(isinstance(m, dict) and isinstance(m.get("id"), str) for m in models):
        raise CliError(Exit.USAGE, f"{path} is not a list of models", hint)
    return {model["id"]: model for model in models}
