"""One row of the table, and short ways to say what its probes come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = dict[str, tuple[Any, Any]]


class Todo(StrEnum):
    """What a reader of the table does about a row: the headings of the page."""

    CHANGE = "Change your program if it uses one of these"
    CHECK = "Check your program if it relies on one of these"
    CATCH = "Look at what you catch, and at texts that you compare"
    NOTHING = "Nothing to do"


@dataclass(frozen=True)
class Difference:
    """One row.

    Attributes:
        todo: What a reader does about it.
        what: What it is about.
        theirs: What the official SDK does.
        ours: What this package does.
        reason: Why.
        shown_by: The probe (`name`, or `name-async` for one mode) -> where its outcome
            differs -> what comes of it there, and what comes of it here.
    """

    todo: Todo
    what: str
    theirs: str
    ours: str
    reason: str
    shown_by: dict[str, Pairs]


class Anything:
    """A value that a row leaves open, such as one that the other SDK chooses."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "…"


ANYTHING: Final = Anything()
# Nothing is sent, where the official SDK sends a request.
UNSENT: Final[Pairs] = {"requests.length": (1, 0)}


def how(theirs: str, ours: str) -> Pairs:
    """Return a difference in how a probe ends: `returns`, or the class of the error."""
    ended = [end if end == "returns" else f"raises {end}" for end in (theirs, ours)]
    return {"how": (ended[0], ended[1])}


def value(theirs: object, ours: object, at: str = "") -> Pairs:
    """Return a difference in what a probe returns, as a whole or at one place."""
    return {f"result.{at}" if at else "result": (theirs, ours)}


def text(theirs: object, ours: object) -> Pairs:
    """Return a difference in the text of an error."""
    return {"raised.text": (theirs, ours), "raised.message": (theirs, ours)}


def each(probes: Iterable[str], pairs: Pairs) -> dict[str, Pairs]:
    """Return the same differences for several probes."""
    return dict.fromkeys(probes, pairs)


def within(topic: str, names: str) -> list[str]:
    """Return the ids `topic/name` of names that spaces separate."""
    return [f"{topic}/{name}" for name in names.split()]
