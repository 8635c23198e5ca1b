"""Help in sections, coloured on a terminal."""

from __future__ import annotations

import os
import re
from inspect import cleandoc
from typing import TYPE_CHECKING, Final

import click

from ._output import is_decorated

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Command", "HelpInSections", "use_color"]

# Options by the names of their parameters, in the order of the help; the others are in the section "Options".
SECTIONS: Final = {
    "Which models": {"owner", "match", "fine_tuned", "created_after", "created_before"},
    "What to check": {"files", "scans", "within"},
    "Output": {"sort", "reverse", "limit", "columns", "format", "json", "report"},
    "Connection": {
        "base_url", "api_key_file", "organization", "project", "timeout", "max_retries", "header", "profile"
    },
}  # fmt: skip
# Kept on one line, where it is short and the terminal has 80 columns.
BRACKETS: Final = re.compile(r"\[(default|env): [^]]{,24}\]")
MIN_GLUED_WIDTH: Final = 78
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
HEADING: Final = re.compile(r"^(\S.*:)$", re.MULTILINE)


def use_color() -> bool:
    """Return whether stdout gets colours."""
    return is_decorated() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    """Return a heading in bold."""
    return click.style(text, fg="green", bold=True) if use_color() else text


class Formatter(click.HelpFormatter):
    """The formatter of click, with colours."""

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{bold(heading + ':')}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 34, col_spacing: int = 2) -> None:
        """Write terms with what they mean."""
        if self.width >= MIN_GLUED_WIDTH:
            rows = [(term, BRACKETS.sub(lambda found: found[0].replace(" ", NO_BREAK), text)) for term, text in rows]
        if use_color():
            rows = [(click.style(term, fg="cyan", bold=True), text) for term, text in rows]
        super().write_dl(rows, col_max, col_spacing)

    def getvalue(self) -> str:
        """Return the whole text."""
        return super().getvalue().replace(NO_BREAK, " ")


class Context(click.Context):
    """The context of click, with the formatter of this module."""

    formatter_class = Formatter


class HelpInSections(click.Command):
    """A command whose help begins with what it does, and has its options in sections."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. A usage error refers to the help of this command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click's parser leaves it out
            raise

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help."""
        formatter.write_text(cleandoc(self.help or ""))
        formatter.write_paragraph()
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write(f"{bold('Usage:')} {ctx.command_path} {pieces}\n")
        self.format_options(ctx, formatter)
        if self.epilog:
            formatter.write_paragraph()
            formatter.write(HEADING.sub(lambda found: bold(found[1]), self.epilog.strip("\b\n")) + "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of the options."""
        sections: dict[str, list[tuple[str, str]]] = {name: [] for name in [*SECTIONS, "Options"]}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                name = next((each for each, names in SECTIONS.items() if parameter.name in names), "Options")
                sections[name].append((record[0], record[1].rstrip(".")))
        write_sections(formatter, sections)


def write_sections(formatter: click.HelpFormatter, sections: dict[str, list[tuple[str, str]]]) -> None:
    """Write the sections that have rows, each with the same width of the first column."""
    for name, rows in sections.items():
        if rows:
            with formatter.section(name):
                formatter.write_dl(rows)


class Command(HelpInSections):
    """A command that takes the global options; its help ends with where they are described."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help."""
        super().format_help(ctx, formatter)
        formatter.write("\nGlobal options, such as --base-url and --profile: openai-models --help\n")
