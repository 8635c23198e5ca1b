"""`openai-models contract URL`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._report import Report

FAILED: Final = 1
NOT_RUN: Final = 2
INTERRUPTED: Final = 130
MISSING: Final = 'the contract needs an extra: pip install "openai-models[contract]"'


def contract(
    ctx: typer.Context,
    base_url: Annotated[str, typer.Argument(help="Where the server is, with its /v1.", metavar="URL")],
    *,
    level: Annotated[
        Literal["official", "compatible"],
        typer.Option(help="All that the OpenAI API shows, or what a client needs."),
    ] = "official",
    delete_model: Annotated[
        str | None,
        typer.Option(help="A model you can lose: it is deleted. Without this, nothing ever is.", metavar="ID"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write junit.xml and report.html there.", metavar="DIR")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(help="The most requests a second (5; on this machine, no limit).", min=1),
    ] = None,
    max_examples: Annotated[int | None, typer.Option(help="How many ids to make up (30).", min=1)] = None,
) -> None:
    """Check a server against what the OpenAI API says of its models.

    The server is reached with the key, the headers and the certificates with which `openai-models list` reaches it.
    Exits with 0 when it passes, 1 when it fails, 2 when that could not be found out.
    """
    try:
        from ._console import counting, show  # noqa: PLC0415 - of the extra
        from ._engine import UnreadableSpecError  # noqa: PLC0415 - of the extra
        from ._suite import run  # noqa: PLC0415 - of the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"schemathesis", "hypothesis", "rich"}:
            raise
        stop(MISSING)
    from .._exceptions import OpenAIError  # noqa: PLC0415 - httpx is slow to import
    from ._target import Target, UnusableTargetError  # noqa: PLC0415 - httpx is slow to import

    try:
        with counting() as count:
            with ctx.obj.client(base_url=base_url) as client:
                target = Target.of_client(client)
            found = run(
                target,
                level=level,
                delete_model=delete_model,
                rate=rate,
                max_examples=max_examples,
                on_request=count,
            )
        show(found)
        if report is not None:
            written(report, found)
    except KeyboardInterrupt as error:
        typer.echo(f"contract: {error or 'interrupted: there is no verdict'}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except (UnusableTargetError, UnreadableSpecError, OpenAIError, OSError, ValueError) as error:
        stop(str(error))
    if found.failures:
        raise typer.Exit(FAILED)
    if found.errors:
        stop("the contract could not be tried to its end: " + "; ".join(found.errors))


def written(folder: Path, found: Report) -> None:
    """Write the two files."""
    from ._reporters import html, junit  # noqa: PLC0415 - only where they are asked for

    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Callable[[Report], str]] = {"junit.xml": junit, "report.html": html}
    for name, text in files.items():
        (folder / name).write_text(text(found), "utf-8")


def stop(sentence: str) -> NoReturn:
    """Say why the contract could not be tried.

    Raises:
        typer.Exit: Always.
    """
    typer.echo(f"contract: {' '.join(sentence.split())}", err=True)
    raise typer.Exit(NOT_RUN)
