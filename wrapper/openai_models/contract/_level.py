"""The levels of checks and of runs."""

from enum import StrEnum


class Level(StrEnum):
    """The level of a check, and of a run: how much of the OpenAI API a server must have.

    Attributes:
        OFFICIAL: All that the OpenAI API does. A check of this level that fails is a note in a `compatible` run.
        COMPATIBLE: What a client needs. A check of this level that fails is a failure in every run.
    """

    OFFICIAL = "official"
    COMPATIBLE = "compatible"
