"""How much work a call is, in calls of functions and in bytes; nothing here looks at a clock."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.bench.work import FIELDS, WAYS

MOST = {
    # Calls of functions of Python and into C, by whichever package. Far less than a connection, a thread, a task,
    # a TLS context or an unknown URL would add.
    "sync retrieve": 1500,
    "async retrieve": 1950,
    "sync list": 3600,
    "async list": 4050,
    "an id that is new to a client": 19,
    # Of the package's own functions. The aim is 70 calls in 14 modules, with 32 moves between modules.
    "own calls": 120,
    "own modules": 22,
    "own moves": 70,
    # A pool that goes through its connections for each waiting request does several times the work.
    "one of 200 at a time, of one of 10": 1.5,
    # For each further model of a list.
    **{f"Python, {fields}, {way}": 0.1 for fields in FIELDS for way in WAYS},
    **{f"C, {fields}, {way}": 2 for fields in FIELDS for way in WAYS},
    # In its pieces and as a whole.
    "memory for a body": 2.2,
}


CODE = "import json; from tests.bench.work import measured; print(json.dumps(measured()))"


@pytest.fixture(scope="module")
def found(run: Callable[[str], Any]) -> dict[str, float]:
    found: dict[str, float] = run(CODE)
    return found


@pytest.mark.parametrize("work", MOST)
def test_the_work_is_within_its_budget(work: str, found: dict[str, float]) -> None:
    assert found[work] <= MOST[work]
