"""Every Python block of the README and of docs/ runs as it stands, against the mock."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# A block of a notebook may await outside of a function.
RUN = """
import ast, asyncio, inspect, sys
code = compile(sys.argv[1], "block", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
if code.co_flags & inspect.CO_COROUTINE:
    asyncio.run(eval(code, globals()))
else:
    exec(code, globals())
"""
BLOCKS = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}")
    for page in PAGES
    for text in [page.read_text("utf-8")]
    for match in BLOCK.finditer(text)
    for block in [match.group(1)]
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_code_block_runs_as_it_stands(block: str, tmp_path: Path) -> None:
    with MockServer() as mock:
        environment = {
            "OPENAI_BASE_URL": mock.base_url,
            "OPENAI_API_KEY": mock.api_key,
            "PATH": "",
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", RUN, block],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr


def test_every_python_block_is_run() -> None:
    fences = [
        fence for page in PAGES for fence in re.findall(r"^```(py[^\n]*)$", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert set(fences) == {"python"}


def test_every_example_is_shown() -> None:
    shown = re.findall(
        r"^<!-- include: (examples/.*) -->$", (ROOT / "docs" / "examples.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(shown) == sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.*"))


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    first_commands = [line for line in readme.splitlines() if line.startswith("$ ")][:2]
    assert [command.split("#")[0].strip() for command in first_commands] == ["$ make demo", "$ make test"]


def test_every_make_target_that_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target for page in PAGES for target in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page.read_text("utf-8"))
    }
    assert named
    assert named <= targets
