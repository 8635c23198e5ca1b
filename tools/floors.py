"""Run the suite with the lowest versions that pyproject.toml allows.

The package's own dependencies and its extras come at their floors, the tools of the
tests as they are pinned, in a venv of their own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".venv-floors"
PYTHON = FOLDER / "bin" / "python"
# Tools of the tests, at their pinned versions; the package itself needs none of them.
TOOLS = ("pytest", "hypothesis", "trio", "hatchling", "editables", "openapi-python-client", "ruff", "mypy")
SUITE = ("tests/unit", "tests/mock", "tests/e2e/test_clients.py", "tests/hard", "tests/secrets", "tests/ids")
UV = (sys.executable, "-m", "uv", "--quiet", "pip")


def main(arguments: list[str]) -> int:
    """Install, show the floors, run the tests; give pytest's status."""
    venv.create(FOLDER, clear=True, with_pip=False)
    pins = resolved()
    for name in floors():
        print(next(line for line in pins.splitlines() if line.startswith(f"{name}==")))
    subprocess.run([*UV, "install", "--python", PYTHON, "--requirement", "-"], input=pins, text=True, check=True)
    editable = ["--no-deps", "--no-build-isolation", "--editable", "."]
    subprocess.run([*UV, "install", "--python", PYTHON, *editable], cwd=ROOT, check=True)
    suite = arguments or [path for path in SUITE if (ROOT / path).exists()]
    return subprocess.run([PYTHON, "-m", "pytest", "-q", *suite], cwd=ROOT, check=False).returncode


def resolved() -> str:
    """Give the versions to install, a line each."""
    command = [*UV, "compile", "--resolution", "lowest-direct", "--all-extras", "--no-header", "--no-annotate"]
    tools = "\n".join(pinned(name) for name in TOOLS)
    # A second source of requirements: to the tools, the floors of the first mean nothing.
    done = subprocess.run(
        [*command, "--python", PYTHON, "pyproject.toml", "-"],
        cwd=ROOT,
        input=tools,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def floors() -> list[str]:
    """Name the direct dependencies, those of extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return sorted({re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines})


def pinned(name: str) -> str:
    """Give the pin of requirements/dev.txt."""
    found = re.search(rf"^{re.escape(name)}==[^\s;]+", (ROOT / "requirements/dev.txt").read_text(), re.MULTILINE)
    if found is None:
        sys.exit(f"requirements/dev.txt has no pin for {name}")
    return found[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
