"""The versions that matter in a bug report."""

import platform
import ssl
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from .._version import __version__

__all__ = ["versions"]

PARTS: Final = ("httpx", "h11", "anyio", "attrs", "click", "rich")


def versions() -> str:
    """Return a line for each."""
    rows = [("openai-models", __version__), ("python", platform.python_version()), ("openssl", ssl.OPENSSL_VERSION)]
    rows += [(name, _version_of(name)) for name in PARTS]
    return "\n".join(f"{name} {text}" for name, text in [*rows, ("platform", platform.platform())])


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
