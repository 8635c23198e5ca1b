"""The global options, and the client they describe."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import Refusal
from ._exit import Exit
from ._safe import redacted, safe

if TYPE_CHECKING:
    from .._client import OpenAI
    from ._profiles import Profile

__all__ = ["Settings"]

# For servers that ask for no key; the facade doesn't go without.
NO_KEY = "no-key"


@dataclass(frozen=True)
class Settings:
    """The global options as given; None where one wasn't."""

    base_url: str | None = None
    api_key_file: Path | None = None
    organization: str | None = None
    project: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    headers: list[str] = field(default_factory=list, repr=False)
    profile: str | None = None
    verbose: bool = False

    def client(self, **over: Any) -> OpenAI:
        """Make the client: options before the profile, the profile before the environment."""
        from .. import OpenAI  # noqa: PLC0415 - help comes without

        if self.verbose:
            _log_requests()
        profile = self._profile()
        options: dict[str, Any] = {
            "base_url": self.base_url or profile.base_url,
            "api_key": self._key(profile),
            "organization": self.organization or profile.organization,
            "project": self.project or profile.project,
            "timeout": profile.timeout if self.timeout is None else self.timeout,
            "max_retries": profile.max_retries if self.max_retries is None else self.max_retries,
            "default_headers": {**profile.headers, **dict(_header(each) for each in self.headers)} or None,
        }
        options.update(over)
        return OpenAI(**{name: value for name, value in options.items() if value is not None})

    def _profile(self) -> Profile:
        from ._profiles import Profile, config_path, load_profiles  # noqa: PLC0415 - help comes without

        if self.profile is None:
            return Profile()
        path = config_path()
        profiles = load_profiles(path)
        if self.profile not in profiles:
            known = ", ".join(profiles) or "none"
            raise Refusal(Exit.USAGE, f"there is no profile {self.profile!r}", f"in {path} there are: {known}")
        return profiles[self.profile]

    def _key(self, profile: Profile) -> str | None:
        if self.api_key_file is not None:
            return _read_key(self.api_key_file)
        if profile.api_key_file is not None:
            return _read_key(Path(profile.api_key_file).expanduser())
        if profile.api_key_env is not None:
            key = os.environ.get(profile.api_key_env)
            if not key:
                raise Refusal(Exit.KEY, f"the profile's variable {profile.api_key_env} is not set")
            return key
        # The key of the environment is OpenAI's: another server's profile must not send it there.
        return NO_KEY if profile.base_url else None


def _read_key(path: Path) -> str:
    try:
        key = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise Refusal(Exit.KEY, f"can't read the key file {redacted(str(path))}: {why}") from None
    if not key:
        raise Refusal(Exit.KEY, f"the key file {path} is empty")
    return key


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Refusal(Exit.USAGE, "a --header is written as 'Name: value'")
    return name.strip(), value.strip()


class _Harmless(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return safe(redacted(super().format(record)))


def _log_requests() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Harmless("%(message)s"))
    logger = logging.getLogger("openai_models")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
