"""Where this package differs from the official SDK, on purpose: the one table.

Each row is shown by probes: which values of their outcomes differ, and how. A row whose
probes do not differ (any more, or so) fails. `docs/migrating.md` has this table, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.parity import differences_of_calls, differences_of_results

if TYPE_CHECKING:
    from tests.acceptance.parity.difference import Difference, Pairs

DIFFERENCES: tuple[Difference, ...] = (*differences_of_results.ROWS, *differences_of_calls.ROWS)


def expected(probe: str, mode: str) -> Pairs:
    """Return the intended differences of a probe's outcome."""
    found: dict[str, tuple[object, object]] = {}
    for row in DIFFERENCES:
        for name in (probe, f"{probe}-{mode}"):
            found |= row.shown_by.get(name, {})
    return found
