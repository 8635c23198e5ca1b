"""The commands and the global options; what they need is imported when they run."""

# ruff: noqa: PLR0917 - typer's commands take their options so

from __future__ import annotations

from importlib import import_module
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ._context import Settings
from ._errors import report
from ._exit import MEANINGS, Exit
from ._hoist import hoisted
from ._output import emit, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["made", "run"]

NAME = "openai-models"
STATUSES = "\b\nExit statuses:\n" + "\n".join(f"  {status.value:>3}  {text}" for status, text in MEANINGS.items())
EXAMPLES = """\b
Examples:
  openai-models list --match 'gpt-4*'
  openai-models get gpt-4o-mini
  openai-models check gpt-4o-mini --within 90d
  openai-models delete --fine-tuned --created-before "1 year ago" --dry-run
  openai-models --base-url http://127.0.0.1:8000/v1 list

"""

# Each command's module, and its function there.
COMMANDS: Final = {
    "list": ("._list", "list_"),
    "get": ("._get", "get"),
    "check": ("._check", "check"),
    "diff": ("._diff", "diff"),
    "delete": ("._delete", "delete"),
    "mock": ("._mock", "mock"),
    "profiles": ("._profiles_command", "profiles"),
    "contract": ("..contract._command", "contract"),
}


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        from ._version import versions  # noqa: PLC0415 - rarely needed

        emit(versions())
        raise typer.Exit


def options(
    ctx: typer.Context,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the API is, with its version; else OPENAI_BASE_URL.")
    ] = None,
    api_key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file with the key; else OPENAI_API_KEY. There is no option for the key itself: other users and the shell's history would see it.",
        ),
    ] = None,
    organization: Annotated[str | None, typer.Option(metavar="ID", help="Act for it; else OPENAI_ORG_ID.")] = None,
    project: Annotated[str | None, typer.Option(metavar="ID", help="Act for it; else OPENAI_PROJECT_ID.")] = None,
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For each attempt; else 60.")] = None,
    max_retries: Annotated[int | None, typer.Option(metavar="N", help="Attempts after the first; else 2.")] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="'NAME: VALUE'", help="Send it too; may be repeated.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Use the settings of this name; see the command profiles.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the requests, without keys.")] = False,  # noqa: FBT002 - an option
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,  # noqa: ARG001, FBT002 - read by run
    version: Annotated[  # noqa: ARG001, FBT002 - an option, handled by its callback
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the versions that a bug report needs."),
    ] = False,
) -> None:
    """List, look up, watch and delete the models of the OpenAI API, or of a server that speaks it.

    The options here may stand before or after the command.
    """
    ctx.obj = Settings(
        base_url, api_key_file, organization, project, timeout, max_retries, header or [], profile, verbose
    )


def made(names: Iterable[str]) -> typer.Typer:
    """Make the app with these commands: importing them all, and reading their options, takes longer than most do."""
    # Without rich, whose import takes longer than all else that help needs.
    app = typer.Typer(name=NAME, rich_markup_mode=None, pretty_exceptions_enable=False, epilog=EXAMPLES + STATUSES)
    app.callback()(options)
    for name in names:
        module, function = COMMANDS[name]
        command = import_module(module, __package__)
        app.command(name, epilog=getattr(command, "EXAMPLES", None))(getattr(command, function))
    return app


def run(arguments: list[str]) -> int:
    """Run a command; give its exit status."""
    set_up()
    try:
        given, command = hoisted(arguments or ["--help"])
        app = made([command] if command in COMMANDS else COMMANDS)
        result = app(given, prog_name=NAME, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except SystemExit as leaving:
        # typer's way out where nobody reads its help any more
        if not isinstance(leaving.__context__, BrokenPipeError):
            raise
        return Exit.FINE
    except Exception as error:  # noqa: BLE001 - the one place where a failure becomes a status
        return report(error, debug="--debug" in arguments)
    return result if isinstance(result, int) else Exit.FINE
