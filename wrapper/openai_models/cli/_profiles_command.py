"""`openai-models profiles`: which servers have a name?"""

from __future__ import annotations

from ._exit import Exit
from ._output import emit, plain_table, say
from ._profiles import config_path, load_profiles

EXAMPLES = """\b
Examples:
  openai-models profiles
  openai-models --profile local list
"""


def profiles() -> Exit:
    """Show the profiles, and the file they are in."""
    path = config_path()
    found = load_profiles(path)
    if not found:
        say(
            f'no profiles in {path}; one is written like this:\n\n[profiles.local]\nbase_url = "http://127.0.0.1:8000/v1"'
        )
        return Exit.FINE
    say(str(path))
    rows = [[name, each.base_url or "", each.api_key_file or each.api_key_env or ""] for name, each in found.items()]
    emit(plain_table([["name", "base_url", "key"], *rows]))
    return Exit.FINE
