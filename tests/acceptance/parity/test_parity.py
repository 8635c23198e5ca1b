"""What a program does with the official SDK, it does with this package.

Each probe is run with both, against the same servers; its outcome and the requests that
were sent must be the same, but for the rows of `differences.py`.
"""

import asyncio
import importlib
from pathlib import Path

import pytest
from tests.acceptance.parity.differences import DIFFERENCES, expected, shows
from tests.acceptance.parity.probe import PROBES, differences, outcome
from tests.acceptance.parity.side import Side

from openai_models.testing import MockServer

for file in sorted(Path(__file__).parent.glob("probes_*.py")):
    importlib.import_module(f"tests.acceptance.parity.{file.stem}")
CASES = [(name, mode) for name, (_, modes) in PROBES.items() for mode in modes]


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings", "ignore:The `dict` method is deprecated")
@pytest.mark.parametrize(("probe", "mode"), [pytest.param(*case, id="-".join(case)) for case in CASES])
def test_both_sdks_do_the_same(
    probe: str, mode: str, servers: list[MockServer], runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = PROBES[probe]
    theirs, ours = (outcome(run, Side(sdk, mode, servers, runner, monkeypatch)) for sdk in ("openai", "openai_models"))
    assert differences(theirs, ours) == expected(probe, mode)


def test_every_row_of_the_table_is_shown_by_probes() -> None:
    patterns = [pattern for row in DIFFERENCES for pattern in row.shown_by or ["nothing"]]
    assert [pattern for pattern in patterns if not any(shows(pattern, *case) for case in CASES)] == []
