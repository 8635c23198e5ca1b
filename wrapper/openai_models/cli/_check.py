"""`openai-models check`: is anything I depend on going away?"""

# ruff: noqa: PLR0917 - typer's commands take their options so

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._errors import Refusal
from ._exit import Exit
from ._options import Json, ModelIds, checked, settings
from ._output import emit, say
from ._safe import json_text, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._client import OpenAI
    from ..types import Model

EXAMPLES = """\b
Examples:
  openai-models check gpt-4o-mini gpt-4-0613
  openai-models check --file models.txt --within 6mo
  openai-models check --scan src/ --json
"""
# Beyond it, a file is data rather than a program.
MAX_SOURCE_BYTES = 2_000_000
# What others wrote names models that nobody here depends on.
SKIPPED = {"node_modules", "site-packages", "__pycache__"}


@dataclass
class Finding:
    """A model that somebody depends on."""

    id: str
    status: str = "ok"
    shutdown_date: date | None = None
    places: list[str] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Whether nothing needs to be done."""
        return self.status == "ok"

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        day = self.shutdown_date.isoformat() if self.shutdown_date else None
        return {"id": self.id, "status": self.status, "shutdown_date": day, "places": self.places}

    def __str__(self) -> str:
        what = {
            "ok": "exists",
            "missing": "there is no such model",
            "shut_down": f"was to shut down on {self.shutdown_date}",
            "shutting_down": f"shuts down on {self.shutdown_date}",
        }[self.status]
        return safe(f"{self.id}: {what}" + (f" ({', '.join(self.places)})" if self.places else ""))


def check(
    ctx: typer.Context,
    models: ModelIds = None,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="Ids, one per line, with # comments; may be repeated."),
    ] = None,
    scan: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Source files or folders with ids in quotes; may be repeated."),
    ] = None,
    within: Annotated[str, typer.Option(metavar="SPAN", help="How far ahead to look for a shutdown.")] = "90d",
    json: Json = False,  # noqa: FBT002 - an option
) -> Exit:
    """Check that models exist and go on; exit 5 when one doesn't."""
    from ._dates import parse_span  # noqa: PLC0415 - help comes without

    if not (models or file or scan):
        msg = "name ids, a --file of them, or a place to --scan"
        raise typer.BadParameter(msg, param_hint="ID...")
    today = datetime.now(UTC).date()
    until = checked(lambda: today + parse_span(within), "--within")
    with settings(ctx).client() as client:
        listed = {model.id: model for model in client.models.list()}
        findings = [
            _judged(client, listed, each, today, until) for each in _wanted(models, file, scan, listed).values()
        ]
    _tell(findings, within, json=json)
    return Exit.FINE if all(each.is_ok for each in findings) else Exit.CHECK_FAILED


def _wanted(
    models: list[str] | None, files: list[Path] | None, scans: list[Path] | None, listed: dict[str, Model]
) -> dict[str, Finding]:
    from ._scan import find_ids, read_ids  # noqa: PLC0415 - help comes without

    found = {model: Finding(model) for model in models or ()}
    for path in files or ():
        for each in read_ids(_text(path)):
            found.setdefault(each.id, Finding(each.id)).places.append(f"{path}:{each.line}")
    for root in scans or ():
        for path, text in _sources(root):
            for each in find_ids(text, listed):
                found.setdefault(each.id, Finding(each.id)).places.append(f"{path}:{each.line}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # Windows' editors begin a file with a mark
    except UnicodeDecodeError as error:
        raise Refusal(Exit.USAGE, f"{path} is no text in UTF-8") from error


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    if not root.is_dir():
        yield root, root.read_text("utf-8", errors="replace")
        return
    for path in sorted(root.rglob("*")):
        within = path.relative_to(root).parts
        if any(part.startswith(".") or part in SKIPPED for part in within):
            continue
        if path.is_file() and path.stat().st_size <= MAX_SOURCE_BYTES:
            content = path.read_bytes()
            if b"\0" not in content:
                yield path, content.decode("utf-8", errors="replace")


def _judged(client: OpenAI, listed: dict[str, Model], finding: Finding, today: date, until: date) -> Finding:
    model = listed.get(finding.id) or _unlisted(client, finding.id)
    if model is None:
        finding.status = "missing"
        return finding
    finding.shutdown_date = model.shutdown_date
    if model.shutdown_date is not None and model.shutdown_date <= until:
        finding.status = "shut_down" if model.shutdown_date < today else "shutting_down"
    return finding


def _unlisted(client: OpenAI, model: str) -> Model | None:
    """Ask for a model by its id: some servers know aliases that they don't list."""
    from .. import NotFoundError  # noqa: PLC0415 - help comes without

    try:
        return client.models.retrieve(model)
    except (NotFoundError, ValueError):  # a ValueError: no model can have such an id
        return None


def _tell(findings: list[Finding], within: str, *, json: bool) -> None:
    bad = [each for each in findings if not each.is_ok]
    if json:
        emit(json_text({"ok": not bad, "within": within, "models": [each.to_dict() for each in findings]}, indent=2))
        return
    emit("".join(f"{each}\n" for each in bad))
    say(f"{len(findings)} checked, {len(bad)} missing or shut down within {safe(within)}")
