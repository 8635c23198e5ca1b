"""Without extras, the package imports only what an install without extras brings."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import openai_models
import openai_models_api

ROOT = Path(__file__).parents[2]
# Each needs an extra, and says so where it is missing; `_http.aiohttp` is that of the extra of its name.
OF_EXTRAS = ("testing", "contract", "cli", "_cli", "aiohttp.py", "__main__.py")
# Imported only where the program has imported it.
IF_RUNNING = {"trio", "httpx2"}


def base_modules() -> list[Path]:
    package = Path(openai_models.__file__).parent
    ours = [path for path in package.rglob("*.py") if not set(path.relative_to(package).parts) & set(OF_EXTRAS)]
    return sorted([*ours, *Path(openai_models_api.__file__).parent.rglob("*.py")])


def brought() -> set[str]:
    """Name the distributions that come with the package, those that these need included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names: set[str] = set()
    wanted = [Requirement(line) for line in project["dependencies"]]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name not in names and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            names.add(name)
            wanted += map(Requirement, requires(name) or [])
    return names


def imported(path: Path) -> set[str]:
    """Name the modules from elsewhere that a file imports at run time."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"openai_models", "openai_models_api"}


@pytest.mark.parametrize("path", base_modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_imports_only_what_an_install_without_extras_brings(path: Path) -> None:
    there = brought()
    bringing = packages_distributions()
    missing = {
        name
        for name in imported(path) - IF_RUNNING
        if not there & {canonicalize_name(distribution) for distribution in bringing.get(name, [])}
    }
    assert not missing, f"a plain `pip install openai-models` doesn't bring {', '.join(sorted(missing))}"
