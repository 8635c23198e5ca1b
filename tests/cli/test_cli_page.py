"""The console blocks of docs/cli.md show what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {number}" for number in range(1, len(BLOCKS) + 1)])
def test_a_console_block_shows_what_happens(block: str, bash: Run) -> None:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    done = bash("exec 2>&1\n" + "".join(f"cat <<'END'\n$ {each}\nEND\n{each}\n" for each in commands))
    assert done.out == block
