"""Sentinels for arguments that are not given, and for values that are left out, as in the official SDK."""

from __future__ import annotations

from typing import Final, Literal


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
