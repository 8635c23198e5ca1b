"""The tests in `docs/testing.md` pass in a user's project, and its table lists every profile."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from openai_models.testing import PROFILES

if TYPE_CHECKING:
    from tests.testing.conftest import RunPytest

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
BLOCKS = [
    block for block in re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) if "\ndef test_" in block
]


def test_the_tests_of_the_page_pass(run_pytest: RunPytest) -> None:
    done = run_pytest(*BLOCKS)
    assert done.returncode == 0, done.stdout
    assert f"{sum(block.count('def test_') for block in BLOCKS)} passed" in done.stdout
    assert len(BLOCKS) >= 4


def test_the_conftest_of_the_page_allows_unmet_faults_in_a_project(run_pytest: RunPytest) -> None:
    (conftest,) = re.findall(
        r"^```python\n([^`]*def pytest_collection_modifyitems.*?)^```$", PAGE, re.DOTALL | re.MULTILINE
    )
    tests = """
        import pytest


        def test_allowed(openai_models_mock):
            openai_models_mock.drop_next()


        @pytest.mark.openai_models_mock(assert_all_met=True)
        def test_checked(openai_models_mock):
            openai_models_mock.drop_next()
        """
    done = run_pytest(conftest, tests, options=["-p", "test_user_0"])
    assert "ERROR at teardown of test_checked" in done.stdout
    assert "2 passed, 1 error" in done.stdout


def test_the_page_has_a_row_for_every_profile() -> None:
    assert tuple(re.findall(r"^\| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == PROFILES
