"""`openai-models check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._errors import CliError
from ._escape import escape_controls, json_text
from ._exit_codes import Exit
from ._github import annotation
from ._help import Command
from ._options import checked_format, complete_date, format_options, model_ids, parse_span_option
from ._output import echo_err, emit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._client import OpenAI
    from ..types import Model
    from ._global_options import GlobalOptions

EXAMPLES = """
Examples:
  openai-models check gpt-4o-mini gpt-4o
  openai-models check --file models.txt --within 6mo
  openai-models check --scan src/ --format github
"""
# A larger file is data rather than a program.
MAX_SOURCE_BYTES: Final = 2_000_000
# Folders of other people's code, which names models that nobody here depends on.
SKIPPED: Final = {"node_modules", "site-packages", "__pycache__"}


@dataclass
class Finding:
    """A model that somebody depends on, and where it is named."""

    id: str
    status: str = "ok"
    shutdown_date: date | None = None
    places: list[tuple[Path, int]] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Whether nothing needs to be done."""
        return self.status == "ok"

    @property
    def message(self) -> str:
        """What was found, for people."""
        what = {
            "ok": "exists",
            "missing": "there is no such model",
            "shut_down": f"was to shut down on {self.shutdown_date}",
            "shutting_down": f"shuts down on {self.shutdown_date}",
        }[self.status]
        return f"{self.id}: {what}"

    def to_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        day = self.shutdown_date.isoformat() if self.shutdown_date else None
        places = [f"{path}:{line}" for path, line in self.places]
        return {"id": self.id, "status": self.status, "shutdown_date": day, "places": places}

    def to_text(self) -> str:
        """Return the finding as a line of text."""
        places = ", ".join(f"{path}:{line}" for path, line in self.places)
        return escape_controls(f"{self.message} ({places})" if places else self.message) + "\n"

    def to_annotations(self) -> str:
        """Return the finding as workflow commands of GitHub, one for each place."""
        level = "warning" if self.status == "shutting_down" else "error"
        lines = [annotation(level, self.message, path, line) for path, line in self.places]
        return "".join(lines or [annotation(level, self.message)])


@click.command("check", cls=Command, epilog=EXAMPLES)
@model_ids(required=False)
@click.option(
    "--file", "files", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
    help="Ids, one per line, with # comments; may be repeated",
)  # fmt: skip
@click.option(
    "--scan", "scans", metavar="PATH", multiple=True, type=click.Path(path_type=Path),
    help="Source files or folders with ids in quotes; may be repeated",
)  # fmt: skip
@click.option(
    "--within",
    metavar="SPAN",
    type=parse_span_option,
    shell_complete=complete_date,
    default="90d",
    help="How far ahead to look for a shutdown [default: 90d]",
)
@format_options("text", "json", "github")
@click.pass_obj
def check(
    options: GlobalOptions,
    /,
    *,
    models: tuple[str, ...],
    files: tuple[Path, ...],
    scans: tuple[Path, ...],
    within: tuple[str, date],
    format: str | None,
    json: bool,
) -> Exit:
    """Check that models exist and are not about to be shut down (exit 5 if any is)."""
    format = checked_format(format, "text", json=json)
    if not (models or files or scans):
        raise click.UsageError("name ids, a --file of them, or a place to --scan", click.get_current_context())
    today = datetime.now(UTC).date()
    span, until = within
    with options.client() as client:
        listed = {model.id: model for model in client.models.list()}
        findings = [
            judge(client, listed, each, today, until) for each in _wanted(models, files, scans, listed).values()
        ]
    bad = [each for each in findings if not each.is_ok]
    if format == "json":
        emit(json_text({"ok": not bad, "within": span, "models": [each.to_dict() for each in findings]}, indent=2))
    else:
        emit("".join(each.to_text() if format == "text" else each.to_annotations() for each in bad))
        echo_err(f"{len(findings)} checked, {len(bad)} missing or shut down within {escape_controls(span)}")
    return Exit.CHECK_FAILED if bad else Exit.FINE


def _wanted(
    models: Sequence[str], files: Sequence[Path], scans: Sequence[Path], listed: dict[str, Model]
) -> dict[str, Finding]:
    from ._scan import find_ids, read_ids  # noqa: PLC0415 - help comes without

    found = {model: Finding(model) for model in models}

    def add(model: str, path: Path, line: int) -> None:
        places = found.setdefault(model, Finding(model)).places
        if (path, line) not in places:
            places.append((path, line))

    for path in files:
        for each in read_ids(_read_text(path)):
            add(each.id, path, each.line)
    for root in scans:
        for path, text in _sources(root):
            for each in find_ids(text, listed):
                add(each.id, path, each.line)
    return found


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # Windows' editors begin a file with a mark
    except UnicodeDecodeError as error:
        raise CliError(Exit.USAGE, f"{path} is not UTF-8 text") from error


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


def judge(client: OpenAI, listed: dict[str, Model], finding: Finding, today: date, until: date) -> Finding:
    """Fill in the status of a finding, and return it."""
    model = listed.get(finding.id) or _retrieve(client, finding.id)
    if model is None:
        finding.status = "missing"
        return finding
    finding.shutdown_date = model.shutdown_date
    if model.shutdown_date is not None and model.shutdown_date <= until:
        finding.status = "shut_down" if model.shutdown_date < today else "shutting_down"
    return finding


def _retrieve(client: OpenAI, model: str) -> Model | None:
    """Ask for a model that is not listed: some servers know aliases that they do not list."""
    from .. import NotFoundError  # noqa: PLC0415 - help comes without

    try:
        return client.models.retrieve(model)
    except (NotFoundError, ValueError):  # a ValueError: no model can have such an id
        return None
