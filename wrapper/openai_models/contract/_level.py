"""How much of the API a server is held to."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What a check belongs to, and what a run asks for.

    Attributes:
        OFFICIAL: All that the OpenAI API shows. A check of this level that fails is a note in a `compatible` run.
        COMPATIBLE: What a client needs. A check of this level that fails is a failure in every run.
    """

    OFFICIAL = "official"
    COMPATIBLE = "compatible"
