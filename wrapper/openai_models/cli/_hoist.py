"""Global options may stand before or after the command."""

from __future__ import annotations

from typing import Final

from ._errors import Refusal
from ._exit import Exit

__all__ = ["hoisted"]

VALUED: Final = frozenset((
    "--base-url", "--api-key-file", "--organization", "--project", "--timeout", "--max-retries", "--header", "--profile",
))  # fmt: skip
FLAGS: Final = frozenset(("--verbose", "--debug"))
# What has the name of a global option, and isn't one for these commands.
OWN: Final = {"mock": {"--profile"}, "contract": {"--base-url", "--timeout"}}


def hoisted(arguments: list[str]) -> tuple[list[str], str | None]:
    """Move the global options before the command, and tell which that is.

    Raises:
        Refusal: A key is given as an option, or an option has no value.
    """
    front: list[str] = []
    rest: list[str] = []
    command: str | None = None
    given = iter(arguments)
    for argument in given:
        name, equals, _ = argument.partition("=")
        if name == "--api-key":
            hint = "set OPENAI_API_KEY, or write it to a file and name that with --api-key-file"
            raise Refusal(Exit.USAGE, "no key on the command line: other users and the shell's history see it", hint)
        if argument == "--":
            rest += [argument, *given]
        elif name in OWN.get(command or "", ()):
            rest.append(argument)
        elif argument in FLAGS or (name in VALUED and equals):
            front.append(argument)
        elif name in VALUED:
            value = next(given, None)
            if value is None:
                raise Refusal(Exit.USAGE, f"{argument} needs a value", "see openai-models --help")
            front += [argument, value]
        else:
            if command is None and not argument.startswith("-"):
                command = argument
            rest.append(argument)
    return front + rest, command
