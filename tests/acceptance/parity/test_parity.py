"""What a program does with the official SDK, it does with this package.

Each probe is run with both, against the same servers; its outcome and the requests that
were sent must be the same, but for the rows of `differences.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.parity.differences import DIFFERENCES, expected
from tests.acceptance.parity.probe import PROBES, Probe, differences, load, outcome

if TYPE_CHECKING:
    from tests.acceptance.parity.conftest import Sides, Tally

CASES = [(probe, mode) for probe in load().values() for mode in probe.modes]


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings", "ignore:The `dict` method is deprecated")
@pytest.mark.parametrize(("probe", "mode"), [pytest.param(*case, id=f"{case[0].id}-{case[1]}") for case in CASES])
def test_both_sdks_do_the_same(
    probe: Probe,
    mode: str,
    sides: Sides,
    tally: Tally,
) -> None:
    theirs, ours = (outcome(probe, sides(name, mode)) for name in ("openai", "openai_models"))
    found = differences(theirs, ours)
    on_purpose = expected(probe.id, mode)
    tally.ran += 1
    if found:
        kind = "on purpose" if found == on_purpose else "NOT on purpose"
        shown = "; ".join(f"{path}: {_short(pair[0])} / {_short(pair[1])}" for path, pair in found.items())
        tally.lines[kind].append(f"{probe.id} ({mode}): {shown}")
    elif on_purpose:
        tally.lines["no longer"].append(f"{probe.id} ({mode}): its row can go")
    assert found == on_purpose


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:59] + "…"


def test_there_are_probes_of_every_part_in_both_modes() -> None:
    assert len(PROBES) >= 100
    assert sum(mode == "async" for _, mode in CASES) >= 100


def test_every_row_of_the_table_is_shown_by_probes_that_exist() -> None:
    named = {name.removesuffix("-sync").removesuffix("-async") for row in DIFFERENCES for name in row.shown_by}
    assert named <= PROBES.keys()
    assert all(row.shown_by for row in DIFFERENCES)
