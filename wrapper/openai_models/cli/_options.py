"""Options and arguments that several commands take, and the types of their values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from ._filters import Filters

__all__ = [
    "COMPLETE",
    "TIMEOUT_RANGE",
    "checked_format",
    "complete_date",
    "format_options",
    "make_filters",
    "match_options",
    "model_ids",
    "number",
    "parse_span_option",
]

Parsed = TypeVar("Parsed")
Function = TypeVar("Function", bound="Callable[..., Any]")
# The variable that a shell's completion script sets.
COMPLETE: Final = "_OPENAI_MODELS_COMPLETE"
TIMEOUT_RANGE: Final = (0.001, 86_400)  # seconds
DATES: Final = ("yesterday", "7d", "30d", "90d", "6mo", "1y")


def number(kind: type[int | float], least: float, most: float | None = None) -> Callable[[Any], float]:
    """Return a function that parses a number of this range, for `click.option(type=...)`."""

    def parse(value: Any) -> float:
        try:
            found = kind(value)
        except ValueError:
            found = least - 1
        if not least <= found <= (found if most is None else most):
            what = "a whole number" if kind is int else "a number"
            limits = f"of {least} or more" if most is None else f"from {least} to {most}"
            raise click.BadParameter(f"{value!r} is not {what} {limits}")
        return found

    return parse


def option_type(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    """Return a function that parses a date or a span, for `click.option(type=...)`."""

    def parse_or_fail(text: str) -> Parsed:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return parse_or_fail


@option_type
def parse_date_option(text: str) -> datetime:
    """Return the moment that a text stands for."""
    from ._dates import parse_date  # noqa: PLC0415 - not every command reads dates

    return parse_date(text, datetime.now(UTC))


@option_type
def parse_span_option(text: str) -> tuple[str, date]:
    """Return the text, and the day on which the span of time that it stands for ends."""
    from ._dates import parse_span  # noqa: PLC0415 - not every command reads dates

    span = parse_span(text)
    try:
        return text, (datetime.now(UTC) + span).date()
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{text!r} is too far ahead") from error


def complete_date(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return dates and spans that are often typed."""
    return [CompletionItem(each) for each in DATES if each.startswith(incomplete)]


def complete_model(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the model ids that begin with what was typed."""
    from ._bash import cut_by_bash  # noqa: PLC0415 - only on TAB
    from ._completion import fetch_ids  # noqa: PLC0415 - only on TAB

    front = cut_by_bash(incomplete)
    ids = fetch_ids(ctx.find_root().params)
    return [CompletionItem(each.removeprefix(front)) for each in ids if each.startswith(incomplete)]


def model_ids(*, required: bool) -> Callable[[Function], Function]:
    """Declare the argument `ID...`."""
    metavar = "ID..." if required else "[ID...]"
    return click.argument("models", nargs=-1, required=required, metavar=metavar, shell_complete=complete_model)


def match_options(function: Function) -> Function:
    """Declare the options that choose models."""
    for option in reversed((
        click.option("--owner", metavar="PATTERN", multiple=True, help="Only models of this owner; may be repeated"),
        click.option(
            "--match", metavar="PATTERN", multiple=True, help="Only ids like this, such as 'gpt-4*'; may be repeated"
        ),
        click.option("--fine-tuned", is_flag=True, help="Only fine-tuned models"),
        click.option(
            "--created-after", metavar="DATE", type=parse_date_option, shell_complete=complete_date, help="Only models created then or later: 2025-01-31, or 90d for 90 days ago"
        ),
        click.option("--created-before", metavar="DATE", type=parse_date_option, shell_complete=complete_date, help="Only models created before then"),
    )):  # fmt: skip
        function = option(function)
    return function


def make_filters(
    *,
    owner: Sequence[str],
    match: Sequence[str],
    fine_tuned: bool,
    created_after: datetime | None,
    created_before: datetime | None,
) -> Filters:
    """Return the filters that the options describe."""
    from ._filters import Filters  # noqa: PLC0415 - help comes without

    return Filters(tuple(owner), tuple(match), fine_tuned, created_after, created_before)


def format_options(*formats: str) -> Callable[[Function], Function]:
    """Declare `--format` and `--json`; the first format is the default."""

    def declare(function: Function) -> Function:
        function = click.option("--json", is_flag=True, help="The same as --format json")(function)
        kind = click.Choice(formats)
        metavar = "|".join(formats)
        return click.option("--format", type=kind, metavar=metavar, help=f"Output format [default: {formats[0]}]")(
            function
        )

    return declare


def checked_format(format: str | None, default: str, *, json: bool) -> str:
    """Return the format that `--format` and `--json` ask for.

    Raises:
        UsageError: They ask for two.
    """
    if json and format not in {None, "json"}:
        raise click.UsageError(f"--json and --format {format} exclude each other", click.get_current_context())
    return "json" if json else format or default
