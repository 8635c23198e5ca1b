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
PURE = [
    "_attempt",
    "_config",
    "_proxies",
    "_request",
    "_retries",
    "_redirects",
    "_body",
    "_response",
    "_failures",
    "_results",
    "_exchange",
    "_errors",
    "_operations",
    "_raw",
    "_sentinels",
    "_settings",
    "_version",
    "pagination",
    "types/__init__",
    "types/_bulk",
    "types/_fields",
    "types/_record",
    "types/model",
    "types/model_deleted",
]
CORE_MAY_NOT = {"asyncio", "anyio", "socket", "ssl", "select", "selectors", "threading", "subprocess", "trio", "sniffio", "h11", "httpcore", "httpx"}  # fmt: skip
# By the class of an error of ssl, `_retries` knows a certificate that was refused.
ALLOWED = {"_retries": {"ssl"}}
WAITING = {"asyncio", "anyio", "trio", "sniffio", "selectors", "queue"}
DRIVERS = {"sync", "aio"}
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if "_generated_view" not in path.parts]


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


@pytest.mark.parametrize("module", PURE)
def test_the_core_knows_no_socket_no_loop_and_no_http_library(module: str) -> None:
    used = {name for name, for_types in imports(PACKAGE / f"{module}.py") if not for_types}
    assert not used & (CORE_MAY_NOT - ALLOWED.get(module, set()))


@pytest.mark.parametrize("module", PURE)
def test_the_core_neither_waits_nor_awaits(module: str) -> None:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
    assert "sleep" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if module != "pagination":  # whose async page asks for the next one
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("_transport/*.py")), ids=lambda path: path.stem)
def test_of_the_transport_only_its_drivers_wait(path: Path) -> None:
    used = {name for name, for_types in imports(path) if not for_types}
    tree = ast.parse(path.read_text("utf-8"))
    awaits = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert path.stem in DRIVERS or not (used & WAITING or awaits)


def test_only_the_one_module_that_retries_knows_stamina() -> None:
    users = {path.name for path in SOURCES for name, for_types in imports(path) if name == "stamina" and not for_types}
    assert users == {"_exchange.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_httpx_is_imported_in_one_module(path: Path) -> None:
    used = {name for name, for_types in imports(path) if not for_types}
    allowed = path == PACKAGE / "_httpx.py"
    assert allowed or "httpx" not in used


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


def test_what_only_retrying_or_async_programs_need_is_loaded_by_them(run_python: Callable[..., str]) -> None:
    assert not {"stamina", "tenacity"} & set(json.loads(run_python(IMPORT)))


def test_everything_that_is_public_can_be_imported() -> None:
    assert sorted(openai_models.__all__) == sorted(set(openai_models.__all__))
    for name in openai_models.__all__:
        assert getattr(openai_models, name) is not None or name == "api_key"
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ChatCompletion'"):
        openai_models.ChatCompletion  # type: ignore[attr-defined]  # noqa: B018 - the access is the claim
