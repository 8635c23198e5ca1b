"""The defaults of arguments, and the sentinels for those that are not given or left out, as in the official SDK.

It imports nothing, and so costs nothing to load.
"""

from typing import Final, Literal

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
DEFAULT_MAX_RETRIES: Final = 2
DEFAULT_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024


class NotGiven:
    """The default of an argument for which None has a meaning, such as `timeout`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"


class Omit:
    """A header or query parameter with this value is left out, a default one too."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "omit"


NOT_GIVEN: Final = NotGiven()
not_given: Final = NOT_GIVEN
omit: Final = Omit()
