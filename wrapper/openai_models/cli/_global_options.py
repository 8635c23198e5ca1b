"""The global options, and the client they describe."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ._errors import CliError
from ._escape import escape_controls, redact
from ._exit_codes import Exit

if TYPE_CHECKING:
    from .._client import OpenAI
    from ._profiles import Profile

__all__ = ["GlobalOptions"]

# Sent to servers that need no key, since the client requires one.
NO_KEY: Final = "no-key"
# Arguments of the client, and the variables that are read where they are not given.
VARIABLES: Final = {
    "base_url": "OPENAI_BASE_URL",
    "api_key": "OPENAI_API_KEY",
    "organization": "OPENAI_ORG_ID",
    "project": "OPENAI_PROJECT_ID",
}


@dataclass(frozen=True)
class GlobalOptions:
    """The global options as given; None where one was not."""

    base_url: str | None = None
    api_key_file: Path | None = None
    organization: str | None = None
    project: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    header: tuple[str, ...] = field(default=(), repr=False)
    profile: str | None = None
    verbose: bool = False

    def client(self, **overrides: Any) -> OpenAI:
        """Return a client: options go before the profile, the profile before the environment."""
        from .. import OpenAI, OpenAIError  # noqa: PLC0415 - help comes without

        if self.verbose:
            _log_requests()
        profile = self.loaded_profile
        arguments: dict[str, Any] = {
            "base_url": profile.base_url if self.base_url is None else self.base_url,
            "api_key": self._key(profile),
            "organization": profile.organization if self.organization is None else self.organization,
            "project": profile.project if self.project is None else self.project,
            "timeout": profile.timeout if self.timeout is None else self.timeout,
            "max_retries": profile.max_retries if self.max_retries is None else self.max_retries,
            "default_headers": {**profile.headers, **dict(_parse_header(each) for each in self.header)} or None,
        }
        arguments.update(overrides)
        arguments = {name: value for name, value in arguments.items() if value is not None}
        try:
            return OpenAI(**arguments)
        except OpenAIError as error:
            hint = "set OPENAI_API_KEY, or name a file with --api-key-file"
            raise CliError(Exit.KEY, "there is no API key", hint) from error
        except ValueError as error:
            name = str(error).partition(" ")[0]  # the message begins with the argument
            if name in VARIABLES and name not in arguments:
                variable = VARIABLES[name]
                hint = f"the value is that of the environment variable {variable}: correct it or unset it"
                raise CliError(Exit.USAGE, f"{variable}: {error}", hint) from error
            if arguments.get(name) is getattr(profile, name, self):
                hint = f"the value is that of the profile {self.profile}: correct it"
                raise CliError(Exit.USAGE, str(error), hint) from error
            raise

    @cached_property
    def loaded_profile(self) -> Profile:
        """The profile that `--profile` names; an empty one without the option."""
        from ._profiles import Profile, config_path, load_profiles  # noqa: PLC0415 - help comes without

        if self.profile is None:
            return Profile()
        path = config_path()
        profiles = load_profiles(path)
        if self.profile not in profiles:
            known = ", ".join(profiles) or "none"
            raise CliError(Exit.USAGE, f"there is no profile {self.profile!r}", f"in {path} there are: {known}")
        return profiles[self.profile]

    @property
    def base_url_source(self) -> str:
        """What names the server, for a message."""
        if self.base_url is None and self.profile is not None and self.loaded_profile.base_url:
            return f"base_url of the profile {self.profile}"
        return "OPENAI_BASE_URL" if self.base_url is None and os.environ.get("OPENAI_BASE_URL") else "--base-url"

    @property
    def key_hint(self) -> str:
        """What to do after the server refused the key, or the lack of one."""
        profile = self.loaded_profile
        if self.api_key_file is not None:
            return f"check the key in {self.api_key_file}, and that it is for this server"
        if profile.api_key_file or profile.api_key_env:
            source = profile.api_key_file or profile.api_key_env
            return f"check the key in {source}, which the profile {self.profile} names"
        if profile.base_url:
            return (
                f"the profile {self.profile} names no api_key_file and no api_key_env, "
                "and OPENAI_API_KEY is not sent to a profile's server"
            )
        return "check OPENAI_API_KEY or --api-key-file, and that the key is for this --base-url"

    def _key(self, profile: Profile) -> str | None:
        if self.api_key_file is not None:
            return _read_key(self.api_key_file)
        if profile.api_key_file is not None:
            return _read_key(Path(profile.api_key_file))
        if profile.api_key_env is not None:
            key = os.environ.get(profile.api_key_env)
            if not key:
                raise CliError(Exit.KEY, f"the variable {profile.api_key_env}, which the profile names, is not set")
            return key
        # The key of the environment is OpenAI's: another server's profile must not send it there.
        return NO_KEY if profile.base_url else None


def _read_key(path: Path) -> str:
    try:
        key = path.expanduser().read_text("utf-8-sig").strip()
    except RuntimeError:
        raise CliError(Exit.KEY, f"can't read the key file {redact(str(path))}: no such home folder") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise CliError(Exit.KEY, f"can't read the key file {redact(str(path))}: {why}") from None
    if not key:
        raise CliError(Exit.KEY, f"the key file {path} is empty")
    return key


def _parse_header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise CliError(Exit.USAGE, "a --header is written as 'Name: value'")
    return name.strip(), value.strip()


class _SafeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return escape_controls(redact(super().format(record)))


def _log_requests() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_SafeFormatter("%(message)s"))
    logger = logging.getLogger("openai_models")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
