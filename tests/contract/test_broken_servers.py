"""The suite finds what is wrong with a server, through the check that is meant to."""

from __future__ import annotations

import pytest
from tests.contract.broken import BUGS, Bug, server_with

from openai_models.contract._suite import CHECKS, hold
from openai_models.contract._target import Target


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_server_with_a_bug_fails_the_check_for_it_and_no_other(bug: Bug) -> None:
    with server_with(bug) as mock:
        report = hold(Target.of_mock(mock))
    assert report.failed == {bug.check}
    assert report.errors == []


def test_every_check_has_a_bug_that_it_finds() -> None:
    assert {bug.check for bug in BUGS} == set(CHECKS)
