"""The server under test, the bundled mock or that of `--base-url`, holds what `openapi.yaml` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openai_models.contract._suite import CHECKS, NEED_DELETING

if TYPE_CHECKING:
    from openai_models.contract._suite import Report
    from openai_models.contract._target import Target


@pytest.mark.parametrize("check", CHECKS)
def test_the_server_holds(check: str, target: Target, report: Report) -> None:
    if check in NEED_DELETING and not target.may_delete:
        pytest.skip("nothing is deleted on a server that is not ours")
    assert report.answers[check], "no answer was put to this check"
    failures = report.of(check)
    if failures:
        pytest.fail("\n\n".join(map(str, failures)), pytrace=False)


def test_the_suite_ran_to_its_end(report: Report) -> None:
    assert report.errors == []
