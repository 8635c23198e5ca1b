"""Where this package differs from the official SDK, on purpose: the one table.

Each row is shown by probes: which values of their outcomes differ, and how. A row whose
probes do not differ (any more, or so) fails. `docs/migrating.md` has this table, too.
"""

from fnmatch import fnmatchcase

from tests.acceptance.parity.difference import Difference, Pairs, Todo
from tests.acceptance.parity.differences_of_failures import CATCH, NOTHING
from tests.acceptance.parity.differences_of_use import CHANGE, CHECK

DIFFERENCES = [
    Difference(todo, what, *row)
    for todo, rows in {Todo.CHANGE: CHANGE, Todo.CHECK: CHECK, Todo.CATCH: CATCH, Todo.NOTHING: NOTHING}.items()
    for what, row in rows.items()
]


def shows(pattern: str, probe: str, mode: str) -> bool:
    """Return whether a row names a probe."""
    return fnmatchcase(probe, pattern) or pattern == f"{probe}-{mode}"


def expected(probe: str, mode: str) -> Pairs:
    """Return the intended differences of a probe's outcome."""
    found: Pairs = {}
    for row in DIFFERENCES:
        for pattern, pairs in row.shown_by.items():
            found |= pairs if shows(pattern, probe, mode) else {}
    return found
