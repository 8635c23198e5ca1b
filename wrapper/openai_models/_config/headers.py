"""The headers of every request, and how headers are merged."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from .._redaction import Secret
from .._version import __version__
from .defaults import Omit

EncodedHeaders: TypeAlias = dict[bytes, tuple[bytes, bytes] | None]
"""Headers by their names in lower case; None for one that is not sent."""

# What says nothing of a user: it goes to other origins, too.
NEUTRAL_HEADERS: Final = {
    "Accept": "application/json",
    # What `Decoder` decodes without a further package.
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"openai-models/{__version__}",
}


def own_headers(organization: str | None, project: str | None) -> dict[str, str | Omit]:
    """Return the package's own headers, the key aside."""
    return {
        **NEUTRAL_HEADERS,
        "Content-Type": "application/json",
        "OpenAI-Organization": organization or Omit(),
        "OpenAI-Project": project or Omit(),
    }


def encode_headers(*mappings: Mapping[str, str | Omit | Secret]) -> EncodedHeaders:
    """Merge headers and encode them."""
    return {
        name.lower().encode(): (name.encode(), value.encode()) if isinstance(value, str) else None
        for name, value in merge_headers(*mappings).items()
    }


def merge_headers(*mappings: Mapping[str, str | Omit | Secret]) -> dict[str, str | Omit]:
    """Merge headers, secret values or not, and return the values. Names have no case: the last one counts."""
    merged: dict[str, tuple[str, str | Omit]] = {}
    for headers in mappings:
        for name, value in headers.items():
            merged[name.lower()] = (name, value.value if isinstance(value, Secret) else value)
    return dict(merged.values())
