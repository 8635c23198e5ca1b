"""Every Python block of the README and of docs/ runs as it stands, against the mock."""

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# Runs each block in a fork of a process that has imported the package. A block of a notebook may await at its top level.
RUN = """
import ast, asyncio, inspect, json, os, sys, types
import openai_models.resources
openai_models.OpenAI(api_key="none").models, openai_models.AsyncOpenAI(api_key="none").models
for folder, environment, block in json.load(sys.stdin):
    if child := os.fork():
        print(os.waitpid(child, 0)[1], flush=True)
        continue
    os.chdir(folder)
    for stream in (1, 2):
        os.dup2(os.open(str(stream), os.O_CREAT | os.O_WRONLY), stream)
    os.environ.update(environment)
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    code = compile(block, "block", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, vars(main)))
    else:
        exec(code, vars(main))
    break
"""
BLOCKS = {
    f"{page.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}": match[1]
    for page in PAGES
    for text in [page.read_text("utf-8")]
    for match in BLOCK.finditer(text)
}


def test_each_code_block_runs_as_it_stands(tmp_path_factory: pytest.TempPathFactory, subtests: pytest.Subtests) -> None:
    folders = [tmp_path_factory.mktemp("block") for _ in BLOCKS]
    with ExitStack() as stack:
        mocks = [stack.enter_context(MockServer()) for _ in BLOCKS]
        variables = [{"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key} for mock in mocks]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", RUN],
            input=json.dumps([*zip(map(str, folders), variables, BLOCKS.values(), strict=True)]),
            env={"PATH": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    for name, folder, status in zip(BLOCKS, folders, done.stdout.split(), strict=True):
        with subtests.test(name):
            assert status == "0", (folder / "2").read_text("utf-8")


def test_every_python_block_is_run() -> None:
    fences = [
        fence for page in PAGES for fence in re.findall(r"^```(py[^\n]*)$", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert set(fences) == {"python"}


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
