"""Default values, in a module that imports nothing and so costs nothing to load."""

from __future__ import annotations

from typing import Final

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
DEFAULT_MAX_RETRIES: Final = 2
DEFAULT_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
