"""Every fault: the expected value or error, in time, and in little memory."""

from collections.abc import Iterator

import pytest
from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.fault import Fault
from tests.acceptance.faults.runner import SHELLS, Runner


def shells_of(number: int, fault: Fault) -> tuple[str, ...]:
    """Return the shells that matter. `make faults` runs every fault on each.

    What comes at once is understood by what all shells share, and so is the bound of large bodies: these faults take
    turns. Where something is waited for, or connected to in another way, each shell does it.
    """
    comes_at_once = all(isinstance(turn, bytes) for turn in fault.turns) and fault.server == "plain"
    is_large = fault.seconds > 5
    return (SHELLS[number % len(SHELLS)],) if (comes_at_once and not fault.transport) or is_large else SHELLS


CASES = [
    pytest.param(fault, shells_of(number, fault), id=f"{fault.group}: {fault.name}")
    for number, fault in enumerate(FAULTS)
]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@pytest.mark.parametrize(("fault", "shells"), CASES)
def test_a_fault_ends_as_expected(runner: Runner, fault: Fault, shells: tuple[str, ...]) -> None:
    problems = {cell.shell: cell.problems for cell in runner.run(fault, shells)}
    assert problems == dict.fromkeys(shells, ())


def test_each_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert sorted(set(names)) == sorted(names)
