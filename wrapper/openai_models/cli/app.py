"""The commands and the global options. A command is imported when it runs."""

from __future__ import annotations

import os
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._argv import hoist_global_options
from ._errors import CliError, report
from ._exit_codes import MEANINGS, Exit
from ._help import Command, HelpInSections, use_color, write_sections
from ._options import COMPLETE, TIMEOUT_RANGE, number
from ._output import drop_stdout, emit, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._global_options import GlobalOptions

__all__ = ["app", "run"]

NAME: Final = "openai-models"
STATUSES: Final = "Exit statuses:\n" + "\n".join(f"  {status.value:>3}  {text}" for status, text in MEANINGS.items())
EXAMPLES: Final = """
Examples:
  openai-models list --match 'gpt-4*'
  openai-models get gpt-4o-mini
  openai-models check gpt-4o-mini --within 90d
  openai-models delete --fine-tuned --created-before "1 year ago" --dry-run
  openai-models --base-url http://127.0.0.1:8000/v1 list

"""

# Each command's module, its function there, and its line in the help.
COMMANDS: Final = {
    "list": ("._list", "list_", "List the models, newest first"),
    "get": ("._get", "get", "Show one model, or several"),
    "check": ("._check", "check", "Check that models exist and are not about to be shut down"),
    "diff": ("._diff", "diff", "Show which models were added, removed and changed"),
    "delete": ("._delete", "delete", "Delete fine-tuned models"),
    "mock": ("._mock", "mock", "Run a mock of the API"),
    "profiles": ("._profiles_command", "profiles", "Show the servers of your configuration file"),
    "contract": ("..contract._command", "contract", "Check a server against the API's contract"),
    "help": ("", "", "Show the help of a command"),
}


class App(HelpInSections, click.Group):
    """The group of the commands; it imports the one that is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the global options, which may stand after the command too."""
        try:
            args, command = hoist_global_options(args)
        except CliError:
            if not ctx.resilient_parsing:  # which shells do while somebody types
                raise
        else:
            if command is not None and command not in COMMANDS and not ctx.resilient_parsing:
                raise CliError(Exit.USAGE, f"there is no command {command!r}", _similar(command))
        return super().parse_args(ctx, args or ["--help"])

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command."""
        module, function, summary = COMMANDS.get(cmd_name, ("", "", ""))
        if not module:
            return None
        found: click.Command = getattr(import_module(module, __package__), function)
        if isinstance(found, HelpInSections):
            return found
        return Command(
            cmd_name,
            callback=found.callback,
            params=found.params,
            help=found.help,
            epilog=found.epilog,
            short_help=summary,
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the sections of the options."""
        rows = [(name, summary) for name, (_, _, summary) in COMMANDS.items()]
        write_sections(formatter, {"Commands": rows})
        super().format_options(ctx, formatter)


def _similar(command: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    close = get_close_matches(command, COMMANDS, n=1)
    return f"did you mean {NAME} {close[0]}?" if close else f"see {NAME} --help"


def _show_versions(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's callback
    if wanted and not ctx.resilient_parsing:
        from ._version import versions  # noqa: PLC0415 - rarely needed

        emit(versions())
        ctx.exit()


def _completion(ctx: click.Context, param: click.Parameter, shell: str | None) -> None:
    if shell is not None and not ctx.resilient_parsing:
        from . import _install_completion as completion  # noqa: PLC0415 - rarely needed

        if param.name == "install_completion":
            completion.install_completion(ctx.command, shell)
        else:
            emit(completion.completion_script(ctx.command, shell))
        ctx.exit()


def _completion_option(name: str, text: str) -> Callable[[Any], Any]:
    return click.option(
        name, metavar="[SHELL]", is_flag=False, flag_value="", is_eager=True, expose_value=False,
        callback=_completion, help=text,
    )  # fmt: skip


@click.command(
    cls=App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="COMMAND ...",
    epilog=EXAMPLES + STATUSES,
)
@click.option("--base-url", metavar="URL", help="URL of the API, with its version [env: OPENAI_BASE_URL]")
@click.option(
    "--api-key-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File with the key [env: OPENAI_API_KEY, which has the key itself]",
)
@click.option("--organization", metavar="ID", help="Organization ID [env: OPENAI_ORG_ID]")
@click.option("--project", metavar="ID", help="Project ID [env: OPENAI_PROJECT_ID]")
@click.option(
    "--timeout", metavar="SECONDS", type=number(float, *TIMEOUT_RANGE), help="Limit of each attempt [default: 60]"
)
@click.option("--max-retries", metavar="N", type=number(int, 0), help="Attempts after the first [default: 2]")
@click.option("--header", metavar="'NAME: VALUE'", multiple=True, help="Send this header too; may be repeated")
@click.option(
    "--profile",
    metavar="NAME",
    help="Use this server of your configuration file; see openai-models profiles",
)
@click.option("--verbose", is_flag=True, help="Show the requests, without keys")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_versions,
    help="Show the versions that a bug report needs",
)
@_completion_option("--install-completion", "Install completion for bash, zsh or fish [default: $SHELL]")
@_completion_option("--show-completion", "Print the completion script instead")
@click.pass_context
def app(ctx: click.Context, /, *, debug: bool, **given: Any) -> None:  # noqa: ARG001 - `debug` is read by run
    """List, look up, check and delete the models of the OpenAI API, or of a server with the same API.

    The options below may stand before or after the command.
    """
    from ._global_options import GlobalOptions  # noqa: PLC0415 - help comes without

    ctx.obj = GlobalOptions(**given)


def run(arguments: list[str]) -> int:
    """Run a command. Return its exit status."""
    set_up()
    options: GlobalOptions | None = None
    try:
        if instruction := os.environ.get(COMPLETE):
            from click.shell_completion import shell_complete  # noqa: PLC0415 - only on TAB

            from . import _bash  # noqa: F401, PLC0415 - registers the completion of bash

            return shell_complete(app, {}, NAME, COMPLETE, instruction)
        with app.make_context(NAME, list(arguments), color=use_color()) as ctx:
            try:
                result = app.invoke(ctx)
            finally:
                options = ctx.obj
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPTED
    except BrokenPipeError:  # nobody reads the help any more
        drop_stdout()
        return Exit.FINE
    except Exception as error:  # noqa: BLE001 - the one place where a failure becomes a status
        return report(error, options, debug="--debug" in takewhile("--".__ne__, arguments))
    return result if isinstance(result, int) else Exit.FINE
