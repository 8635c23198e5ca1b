"""A program that type-checks with the official SDK type-checks with this package."""

import fcntl
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.typing.switch import PROGRAMS, switched, write_switched

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "mypy-after-the-switch"
WRONG = """
from openai_models import OpenAI

def read(client: OpenAI) -> int:
    client.chat
    client.models.list(limit=5)
    return client.models.retrieve('a').owned_by
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run mypy once on the programs as they are, on the switched ones, and on one with mistakes."""
    folder = tmp_path_factory.mktemp("programs")
    files = write_switched(folder)
    for program in PROGRAMS:
        files.append(folder / f"official_{program.name}")
        shutil.copy(program, files[-1])
    (folder / "wrong.py").write_text(WRONG, "utf-8")
    options = ["--strict", "--config-file=", "--explicit-package-bases", f"--cache-dir={CACHE}"]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers, and other runs of the tests, use the same cache
        command = [sys.executable, "-m", "mypy", *options, "wrong.py", *(file.name for file in files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert f"checked {len(files) + 1} source files" in done.stdout
    return done.stdout + done.stderr


def test_the_command_of_the_page_makes_the_switch(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "migrating.md").read_text("utf-8")
    (command,) = re.findall(r"^\$ (sed .*)$", page, re.MULTILINE)
    for program in PROGRAMS:
        shutil.copy(program, tmp_path)
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    for program in PROGRAMS:
        assert (tmp_path / program.name).read_text("utf-8") == switched(program.read_text("utf-8"))


def test_the_programs_pass_mypy_with_the_official_sdk_and_after_the_switch(found: str) -> None:
    assert [line for line in found.splitlines()[:-1] if not line.startswith("wrong.py:")] == []


@pytest.mark.parametrize(
    "mistake", ['has no attribute "chat"', 'Unexpected keyword argument "limit"', 'got "str", expected "int"']
)
def test_a_mistake_is_still_found_after_the_switch(mistake: str, found: str) -> None:
    assert len([line for line in found.splitlines() if mistake in line and line.startswith("wrong.py:")]) == 1
    assert "Found 3 errors in 1 file" in found
