"""Measure the house: lines, modules, private names. Fail where a budget is exceeded.

docs/architecture.md says which budgets are wider than they were meant to be, and why.
"""

import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench.own_calls import own_calls, summary

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "wrapper" / "openai_models"
BESIDE_THE_FACADE: Final = {"testing", "contract", "cli"}
NO_CODE: Final = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


class Size(NamedTuple):
    """A measurement, and the most that it may be."""

    what: str
    measured: int
    limit: int


def lines(paths: Iterable[Path]) -> int:
    """Return the number of lines of some files."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def lines_of_code(path: Path) -> int:
    """Return the number of lines of a module that are no docstrings, comments or blank."""
    source = path.read_text("utf-8")
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            code.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(code)


def imports_in_functions(path: Path) -> int:
    """Return how many import statements stand inside functions."""
    functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    found = {node for each in functions for node in ast.walk(each) if isinstance(node, ast.Import | ast.ImportFrom)}
    return len(found)


def measure() -> list[Size]:
    """Measure all there is a budget for."""
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path.is_file()]
    facade = [path for path in modules if path.relative_to(PACKAGE).parts[0] not in BESIDE_THE_FACADE]
    text = "\n".join(path.read_text("utf-8") for path in facade)
    models = [PACKAGE / "pagination.py", *(PACKAGE / "types").glob("*.py")]
    calls = summary(own_calls())
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return [
        Size("facade: lines of code", sum(map(lines_of_code, facade)), 3511),
        Size("facade: all lines", lines(facade), 6042),
        Size("facade: lines of the largest module", max(lines([path]) for path in facade), 250),
        Size("_transport: all lines", lines((PACKAGE / "_transport").glob("*.py")), 600),
        Size("models and pages: all lines", lines(models), 500),
        Size("modules that lie flat in openai_models/", len(list(PACKAGE.glob("*.py"))), 12),
        Size("facade: imports in functions", sum(map(imports_in_functions, facade)), 12),
        Size("facade: `type: ignore`", text.count("type: ignore"), 6),
        Size("warm retrieve: calls of own functions", calls["calls"], 85),
        Size("warm retrieve: modules", calls["modules"], 19),
        Size("warm retrieve: moves between modules", calls["moves"], 55),
        Size("tests: all lines", lines((ROOT / "tests").rglob("*.py")), 26739),
        Size("direct dependencies", len(dependencies), 4),
    ]


if __name__ == "__main__":
    sizes = measure()
    for size in sizes:
        print(
            f"{size.measured:7,} of {size.limit:6,}  {size.what}{'' if size.measured <= size.limit else '  EXCEEDED'}"
        )
    sys.exit(any(size.measured > size.limit for size in sizes))
