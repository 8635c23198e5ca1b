"""`openai-models profiles`."""

from __future__ import annotations

import click

from ._exit_codes import Exit
from ._help import HelpInSections
from ._output import echo_err, emit, plain_table
from ._profiles import config_path, load_profiles

EXAMPLES = """
Examples:
  openai-models profiles
  openai-models --profile local list
"""
SNIPPET = """
[profiles.local]
base_url = "http://127.0.0.1:8000/v1"
api_key_env = "LOCAL_API_KEY"  # or api_key_file; OPENAI_API_KEY is not sent there"""


@click.command("profiles", cls=HelpInSections, epilog=EXAMPLES)
def profiles() -> Exit:
    """Show the servers of your configuration file, and where that file is.

    The environment variable OPENAI_MODELS_CONFIG names another file.
    """
    path = config_path()
    found = load_profiles(path)
    if not found:
        echo_err(f"no profiles in {path}; one is written like this:\n{SNIPPET}")
        return Exit.FINE
    echo_err(str(path))
    rows = [
        [name, _without_login(each.base_url), each.api_key_file or each.api_key_env or ""]
        for name, each in found.items()
    ]
    emit(plain_table([["name", "base_url", "key"], *rows]))
    return Exit.FINE


def _without_login(url: str | None) -> str:
    from .._httpx import URL, InvalidURL  # noqa: PLC0415 - help comes without
    from .._redaction import redact_url  # noqa: PLC0415 - the same

    try:
        return "" if url is None else redact_url(URL(url))
    except (InvalidURL, UnicodeEncodeError):
        return "(not a URL)"
