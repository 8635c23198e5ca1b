"""`openai-models contract URL`."""

from pathlib import Path
from typing import Final, Literal, NoReturn

import click

from ..cli._output import echo_err, emit
from . import MISSING, is_of_extra

FAILED: Final = 1
NOT_RUN: Final = 2
INTERRUPTED: Final = 130
EXAMPLES: Final = """\b
Examples:
  openai-models contract "$OPENAI_BASE_URL" --max-examples 3
  openai-models contract "$OPENAI_BASE_URL" --level compatible --max-examples 3 --report report/
"""


def positive(text: str) -> int:
    """Return a whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise click.BadParameter(f"{text!r} is not a whole number of 1 or more")
    return int(text)


@click.command("contract", epilog=EXAMPLES)
@click.argument("base_url", metavar="URL")
@click.option(
    "--level",
    type=click.Choice(["official", "compatible"]),
    metavar="official|compatible",
    default="official",
    help="Require all that the OpenAI API does, or only what a client needs [default: official]",
)
@click.option("--delete-model", metavar="ID", help="Model to delete; without this option, nothing is deleted")
@click.option(
    "--report",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Also write report.html, report.json and junit.xml there",
)
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    metavar="text|json|github",
    default="text",
    help="Text, report.json on stdout, or annotations for a GitHub workflow [default: text]",
)
@click.option("--verbose", is_flag=True, help="Also print the table of all checks")
@click.option(
    "--rate",
    metavar="N",
    type=positive,
    help="Send at most N requests in any second [default: 5; no limit for a server on this machine]",
)
@click.option("--max-examples", metavar="N", type=positive, help="Number of generated ids [default: 30]")
@click.pass_context
def contract(
    ctx: click.Context,
    /,
    *,
    base_url: str,
    level: Literal["official", "compatible"],
    delete_model: str | None,
    report: Path | None,
    format: Literal["text", "json", "github"],
    verbose: bool,
    rate: int | None,
    max_examples: int | None,
) -> None:
    """Check that a server behaves like the model endpoints of the OpenAI API.

    URL is the base URL of the server, with its version (/v1). The key, the headers and the certificates are those of `openai-models list`.
    Exits with 0 if the server passes, 1 if it fails, 2 if there is no verdict.
    """
    try:
        from ._console import progress  # noqa: PLC0415 - of the extra
        from ._engine import UnreadableSpecError  # noqa: PLC0415 - of the extra
        from ._github import annotation  # noqa: PLC0415 - of the extra
        from ._reporters import as_printed, save  # noqa: PLC0415 - of the extra
        from ._suite import run  # noqa: PLC0415 - of the extra
    except ModuleNotFoundError as error:
        if not is_of_extra(error):
            raise
        stop(MISSING)
    from .._exceptions import OpenAIError  # noqa: PLC0415 - httpx is slow to import
    from ._target import Target, UnusableTargetError  # noqa: PLC0415 - httpx is slow to import

    try:
        with progress() as (on_phase, on_request):
            with ctx.obj.client(base_url=base_url) as client:
                target = Target.of_client(client)
            found = run(
                target,
                level=level,
                delete_model=delete_model,
                rate=rate,
                max_examples=max_examples,
                on_request=on_request,
                on_phase=on_phase,
            )
        text = as_printed(found, format, verbose=verbose)
        try:
            save(found, report)
        finally:
            emit(text)
    except KeyboardInterrupt as error:
        echo_err(f"openai-models: {str(error) or 'interrupted: there is no verdict'}")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except (UnusableTargetError, UnreadableSpecError, OpenAIError, ValueError) as error:
        if format == "github":
            emit(annotation("error", "incomplete", str(error)))
        stop(str(error))
    if found.failures:
        raise click.exceptions.Exit(FAILED)
    if found.errors:
        stop("the contract could not be tried to its end: " + "; ".join(found.errors))


def stop(sentence: str) -> NoReturn:
    """Print why the contract could not be tried, and exit.

    Raises:
        Exit: Always.
    """
    echo_err(f"openai-models: {' '.join(sentence.split())}")
    raise click.exceptions.Exit(NOT_RUN)
