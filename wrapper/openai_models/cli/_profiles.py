"""Profiles: named servers in a TOML file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from ._errors import CliError
from ._exit_codes import Exit
from ._options import TIMEOUT_RANGE

__all__ = ["Profile", "config_path", "load_profiles"]

TYPES: Final[dict[str, tuple[type, ...]]] = {
    "base_url": (str,),
    "api_key_file": (str,),
    "api_key_env": (str,),
    "organization": (str,),
    "project": (str,),
    "timeout": (int, float),
    "max_retries": (int,),
    "headers": (dict,),
}


@dataclass(frozen=True)
class Profile:
    """A server and its settings; None where the file has none."""

    base_url: str | None = None
    api_key_file: str | None = None
    api_key_env: str | None = None
    organization: str | None = None
    project: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)


def config_path() -> Path:
    """Return the path of the profiles: `OPENAI_MODELS_CONFIG`, or the platform's configuration folder."""
    named = os.environ.get("OPENAI_MODELS_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path  # noqa: PLC0415 - only for profiles

    return user_config_path("openai-models", appauthor=False) / "config.toml"


def load_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles by name; none where there is no file.

    Raises:
        CliError: The file is not TOML, or has an unknown setting.
    """
    import tomllib  # noqa: PLC0415 - only for profiles

    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CliError(Exit.USAGE, f"{path} is not UTF-8 text") from error
    except ValueError as error:
        raise CliError(Exit.USAGE, f"{path} is not TOML: {error}") from error
    profiles = content.get("profiles", {})
    if not isinstance(profiles, dict) or set(content) - {"profiles"}:
        raise CliError(Exit.USAGE, f"{path} may contain only tables named [profiles.NAME]")
    return {name: _read(path, name, table) for name, table in profiles.items()}


def _read(path: Path, name: str, table: Any) -> Profile:
    where = f"{path}, [profiles.{name}]"
    if not isinstance(table, dict):
        raise CliError(Exit.USAGE, f"{where} is not a table")
    if "api_key" in table:
        hint = "name a file with api_key_file, or a variable with api_key_env"
        raise CliError(Exit.USAGE, f"{where}: a key does not belong in a settings file", hint)
    for key, value in table.items():
        if key not in TYPES:
            hint = f"it may have {', '.join(each.name for each in fields(Profile))}"
            raise CliError(Exit.USAGE, f"{where} has an unknown setting, {key}", hint)
        if not isinstance(value, TYPES[key]) or isinstance(value, bool):
            raise CliError(Exit.USAGE, f"{where}: {key} is of the wrong type")
        if value == "":
            raise CliError(Exit.USAGE, f"{where}: {key} is empty")
    if not all(isinstance(value, str) for value in table.get("headers", {}).values()):
        raise CliError(Exit.USAGE, f"{where}: the headers must be strings")
    least, most = TIMEOUT_RANGE
    if not least <= table.get("timeout", most) <= most:
        raise CliError(Exit.USAGE, f"{where}: timeout is not a number from {least} to {most}")
    return Profile(**table)
