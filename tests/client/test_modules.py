"""What is imported, by whom and when."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import openai_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(openai_models.__file__).parent
WAITING = {"asyncio", "anyio", "trio", "sniffio", "selectors", "queue"}
DRIVERS = {"sync", "aio"}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Give the modules that a file imports from elsewhere, and whether only type checkers see it."""

    def visit(node: ast.AST, *, for_types: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            typing_only = for_types or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and "not" not in ast.unparse(child.test))  # fmt: skip
            if isinstance(child, ast.Import):
                yield from ((alias.name.partition(".")[0], for_types) for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.level == 0:
                yield (child.module or "").partition(".")[0], for_types
            yield from visit(child, for_types=typing_only)

    yield from visit(ast.parse(path.read_text("utf-8")), for_types=False)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("_core/*.py")), ids=lambda path: path.stem)
def test_the_core_neither_sleeps_nor_awaits(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert "sleep" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("_transport/*.py")), ids=lambda path: path.stem)
def test_of_the_transport_only_its_drivers_wait(path: Path) -> None:
    used = {name for name, for_types in imports(path) if not for_types}
    assert path.stem in DRIVERS or not used & WAITING


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_longer_than_350_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350


IMPORT = "import json, sys, openai_models; print(json.dumps(sorted(sys.modules)))"
EXTRAS = {"rich", "typer", "click", "starlette", "uvicorn", "pytest", "_pytest", "schemathesis", "hypothesis", "dateutil", "platformdirs", "httpx_aiohttp", "aiohttp", "openai", "pydantic", "trio"}  # fmt: skip


def test_importing_the_package_loads_nothing_of_an_extra(run_python: Callable[..., str]) -> None:
    """httpx itself loads rich and click where they are installed."""
    of_httpx = set(json.loads(run_python(IMPORT.replace("openai_models", "httpx"))))
    loaded = set(json.loads(run_python(IMPORT)))
    assert "openai_models" in loaded
    assert not {name.partition(".")[0] for name in loaded - of_httpx} & EXTRAS
    assert "openai_models.testing" not in loaded


def test_everything_that_is_public_can_be_imported() -> None:
    assert sorted(openai_models.__all__) == sorted(set(openai_models.__all__))
    for name in openai_models.__all__:
        assert getattr(openai_models, name) is not None or name == "api_key"
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ChatCompletion'"):
        openai_models.ChatCompletion  # type: ignore[attr-defined]  # noqa: B018 - the access is the claim
