"""Run the tests with the lowest versions that pyproject.toml allows.

    python tools/floors.py [--newest] [pytest's arguments]

The package's own dependencies and those of its extras come at their floors, the tools
of the tests as they are pinned, in a venv of their own. With `--newest`, all of them
come as new as they are to be had.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT: Final = Path(__file__).parent.parent
UV: Final = (sys.executable, "-m", "uv", "--quiet", "pip")
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# Tools that no test needs, and whose own dependencies need more than the floors.
UNUSED: Final = {"pre-commit"}


def main(arguments: list[str]) -> int:
    """Install, show what the package depends on, run the tests; give pytest's status."""
    newest = "--newest" in arguments
    folder = ROOT / (".venv-newest" if newest else ".venv-floors")
    python = str(folder / "bin" / "python")
    venv.create(folder, clear=True, with_pip=False)
    pins = resolved(python, newest=newest)
    installed: dict[str, str] = {named(pin): pin.partition("==")[2] for pin in pins}
    for name in floors():
        print(f"{name}=={installed[name]}")
    if not newest and (found := out_of_reach(installed)):
        print("\n".join(found))
        return 1
    install = [*UV, "install", "--python", python]
    subprocess.run([*install, "--requirement", "-"], input="\n".join(pins), text=True, check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT, check=True)
    return tested(python, [argument for argument in arguments if argument != "--newest"])


def resolved(python: str, *, newest: bool) -> list[str]:
    """Give the versions to install, each as `name==version`."""
    resolution = "highest" if newest else "lowest-direct"
    tools = [tool for tool in PROJECT["dependency-groups"]["dev"] if named(tool) not in {*floors(), *UNUSED}]
    lines = tools if newest else [pin for pin in pinned() if named(pin) in map(named, tools)]
    done = subprocess.run(
        [*UV, "compile", f"--resolution={resolution}", "--all-extras", "--no-header", "--no-annotate",
         "--no-emit-index-url", "--no-emit-find-links", "--python", python, "pyproject.toml", "-"],
        cwd=ROOT,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.split()


def pinned() -> list[str]:
    """Give the pins of requirements/dev.txt that hold here, without their hashes."""
    lines = (ROOT / "requirements/dev.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line.rstrip("\\")) for line in lines if "==" in line and not line[0].isspace()]
    return [f"{pin.name}{pin.specifier}" for pin in pins if pin.marker is None or pin.marker.evaluate()]


def floors() -> dict[str, Version]:
    """Give the lowest version of each dependency, those of extras included."""
    project = PROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    required = [requirement for requirement in map(Requirement, lines) if requirement.name != project["name"]]
    return {
        canonicalize_name(requirement.name): Version(
            next(part.version for part in requirement.specifier if part.operator == ">=")
        )
        for requirement in sorted(required, key=str)
    }


def out_of_reach(installed: dict[str, str]) -> list[str]:
    """Name the floors that are promised and can't be tested, because another dependency needs more."""
    return [
        f"{name}: pyproject.toml allows {floor}, but all extras together need {installed[name]}; raise the floor"
        for name, floor in floors().items()
        if Version(installed[name]) != floor
    ]


def named(requirement: str) -> str:
    """Give the name in a requirement."""
    return canonicalize_name(Requirement(requirement).name)


def tested(python: str, arguments: list[str]) -> int:
    """Run pytest, over the whole suite where no path is given."""
    sys.stdout.flush()
    environment = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [python, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
