"""Rewrite the command line: global options may stand before or after the command, and `help COMMAND` shows its help."""

from typing import Final

from ._errors import CliError
from ._exit_codes import Exit

__all__ = ["hoist_global_options"]

VALUED: Final = frozenset((
    "--base-url", "--api-key-file", "--organization", "--project", "--timeout", "--max-retries", "--header", "--profile",
))  # fmt: skip
FLAGS: Final = frozenset(("--verbose", "--debug", "--version"))
# What follows these is no command.
BEFORE_NO_COMMAND: Final = {"--", "--install-completion", "--show-completion"}
# Options of a command that have the name of a global one.
OWN: Final = {"mock": {"--profile"}, "contract": {"--base-url", "--timeout", "--verbose"}}


def hoist_global_options(arguments: list[str]) -> tuple[list[str], str | None]:
    """Move the global options before the command. Return the new arguments and the command's name.

    Raises:
        CliError: A key is given as an option, or an option has no value.
    """
    front: list[str] = []
    rest: list[str] = []
    command: str | None = None
    given = iter(arguments)
    for argument in given:
        name, equals, _ = argument.partition("=")
        if name == "--api-key":
            hint = "set OPENAI_API_KEY, or write it to a file and name that with --api-key-file"
            raise CliError(Exit.USAGE, "no key on the command line: other users and the shell's history see it", hint)
        if argument in BEFORE_NO_COMMAND:
            rest += [argument, *given]
        elif name in OWN.get(command or "", ()):
            rest.append(argument)
        elif argument in FLAGS or (name in VALUED and equals):
            front.append(argument)
        elif name in VALUED:
            value = next(given, None)
            if value is None:
                raise CliError(Exit.USAGE, f"{argument} needs a value", "see openai-models --help")
            front += [argument, value]
        else:
            if not rest and not argument.startswith("-"):
                command = argument
            rest.append(argument)
    if command == "help":
        rest = [*(each for each in rest if each != "help"), "--help"]
        command = next((each for each in rest if not each.startswith("-")), None)
    return front + rest, command
