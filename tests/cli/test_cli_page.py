"""The console blocks of docs/cli.md show what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {number}" for number in range(1, len(BLOCKS) + 1)])
def test_a_console_block_shows_what_happens(block: str, environment: dict[str, str], tmp_path: Path) -> None:
    command = tmp_path / "bin" / "openai-models"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openai_models "$@"\n', "utf-8")
    command.chmod(0o755)
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    script = "".join(f"cat <<'END'\n$ {each}\nEND\n{each}\n" for each in commands)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment | {"PATH": f"{command.parent}:{environment['PATH']}", "PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == block
