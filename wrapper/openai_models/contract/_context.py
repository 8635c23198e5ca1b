"""What the checks know of the run under way: what was asked on purpose, and what was answered so far.

One run at a time: schemathesis' checks and hypothesis' settings are those of the whole process.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from ._secrets import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

ALONE: Final = Lock()


class Kind(Enum):
    """Why a request is sent."""

    LIST = auto()
    LIST_AGAIN = auto()
    LISTED = auto()
    UNKNOWN = auto()
    COLON = auto()
    SLASH = auto()
    NON_ASCII = auto()
    UNDECODABLE = auto()
    ODD = auto()
    KEY = auto()
    METHOD = auto()
    DELETE = auto()
    DELETE_AGAIN = auto()
    RETRIEVE_DELETED = auto()
    LIST_AFTER = auto()
    DELETE_UNKNOWN = auto()


@dataclass(frozen=True)
class Probe:
    """A request that is sent on purpose.

    Attributes:
        kind: Why.
        label: What it does, for people.
        method: As sent.
        segment: What follows `/models/`, as sent; None for the list.
        authorization: The header, the right key as a placeholder; None to send none.
        key: A wrong key that the answer must not repeat.
        is_about_scheme: Whether it tries another scheme than `Bearer`, which says nothing to a server with another header.
        is_odd: Whether a server in front of the application may refuse it with 400.
    """

    kind: Kind
    label: str
    method: str = "GET"
    segment: str | None = None
    authorization: str | None = PLACEHOLDER
    key: str | None = None
    is_odd: bool = False
    is_about_scheme: bool = False


@dataclass
class RunContext:
    """What is known.

    Attributes:
        probes: What each request was for, by the id of its case.
        may_delete: The segments of the paths that may get a DELETE.
        listed: The models of the first list, by id.
        still_listed: The ids of the last list before a deletion; None where that had no answer.
        retrieved: Those of the first list that could be retrieved.
        missed: Those that couldn't, since the last list.
        unknown: How an unknown model is answered.
        request_ids: Whose answer had each.
        delete_model: The model that is deleted.
        deleted: Whether the server said that it is.
        refused: For what there was a 429.
        judged: For what there was another answer.
    """

    probes: dict[str, Probe] = field(default_factory=dict)
    may_delete: set[str] = field(default_factory=set)
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)
    still_listed: set[str] | None = field(default_factory=set)
    retrieved: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    unknown: tuple[object, ...] | None = None
    request_ids: dict[str, str] = field(default_factory=dict)
    delete_model: str | None = None
    deleted: bool = False
    refused: set[Kind] = field(default_factory=set)
    judged: set[Kind] = field(default_factory=set)


RUNS: Final[list[RunContext]] = []


@contextlib.contextmanager
def under_way(run: RunContext) -> Iterator[None]:
    """Make this the run that the checks look at."""
    with ALONE:
        RUNS.append(run)
        try:
            yield
        finally:
            RUNS.pop()


def current() -> RunContext | None:
    """Return the run; None where somebody else uses schemathesis."""
    return RUNS[-1] if RUNS else None


def probe_for(case_id: str, *kinds: Kind) -> Probe | None:
    """Return what a request was for, if it was for one of these."""
    run = current()
    probe = run.probes.get(case_id) if run else None
    return probe if probe and probe.kind in kinds else None


def is_odd(case_id: str) -> bool:
    """Return whether a server in front of the application may refuse a request with 400."""
    run = current()
    probe = run.probes.get(case_id) if run else None
    return probe is not None and probe.is_odd
