"""A program that type-checks with the official SDK type-checks with this package."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.typing.switch import PROGRAMS, switched, write_switched

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "mypy-after-the-switch"


def mypy(*files: Path) -> str:
    options = ["--strict", "--config-file=", "--explicit-package-bases", f"--cache-dir={CACHE}"]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers, and other runs of the tests, use the same cache
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *options, *map(str, files)],
            capture_output=True,
            text=True,
            check=False,
            cwd=files[0].parent,
        )
    return done.stdout + done.stderr


def test_the_command_of_the_page_makes_the_switch(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "migrating.md").read_text("utf-8")
    (command,) = re.findall(r"^\$ (sed .*)$", page, re.MULTILINE)
    for program in PROGRAMS:
        shutil.copy(program, tmp_path)
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    for program in PROGRAMS:
        assert (tmp_path / program.name).read_text("utf-8") == switched(program.read_text("utf-8"))


def test_the_programs_pass_mypy_with_the_official_sdk() -> None:
    assert mypy(*PROGRAMS).startswith("Success")


def test_the_programs_pass_mypy_after_the_switch(tmp_path: Path) -> None:
    files = write_switched(tmp_path)
    assert mypy(*files) == f"Success: no issues found in {len(files)} source files\n"


def test_a_mistake_is_still_found_after_the_switch(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from openai_models import OpenAI\n\n"
        "def read(client: OpenAI) -> int:\n"
        "    client.chat\n"
        "    client.models.list(limit=5)\n"
        "    return client.models.retrieve('a').owned_by\n",
        "utf-8",
    )
    found = mypy(wrong)
    assert 'has no attribute "chat"' in found
    assert 'Unexpected keyword argument "limit"' in found
    assert 'got "str", expected "int"' in found
    assert "Found 3 errors" in found
