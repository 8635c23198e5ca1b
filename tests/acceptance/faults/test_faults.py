"""Every fault, on every shell: the expected value or error, in time, and in little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.runner import SHELLS

if TYPE_CHECKING:
    from tests.acceptance.faults.fault import Fault
    from tests.acceptance.faults.runner import Runner


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.group}: {fault.name}")
def test_a_fault_ends_as_expected(runner: Runner, fault: Fault, shell: str) -> None:
    assert runner.run(fault, shell).problems == ()


def test_each_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert sorted(set(names)) == sorted(names)
