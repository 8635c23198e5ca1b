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


def test_the_page_has_a_row_for_every_profile() -> None:
    assert tuple(re.findall(r"^\| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == PROFILES
