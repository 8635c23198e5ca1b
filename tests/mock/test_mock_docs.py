"""The tests in `docs/testing.md` pass where a user would put them; its table has every profile."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openai_models.testing import PROFILES

if TYPE_CHECKING:
    from tests.mock.conftest import UsersPytest

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
BLOCKS = [
    block for block in re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) if "\ndef test_" in block
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.findall(r"def (test_\w+)", block)[0])
def test_the_tests_of_the_page_pass(block: str, run_pytest: UsersPytest) -> None:
    done = run_pytest(block)
    assert done.returncode == 0, done.stdout
    assert f"{block.count('def test_')} passed" in done.stdout


def test_the_page_has_tests() -> None:
    assert len(BLOCKS) >= 4


def test_the_page_has_a_row_for_every_profile() -> None:
    assert tuple(re.findall(r"^\| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == PROFILES
