"""Run the tests with the lowest versions that pyproject.toml allows (`make test-floors`).

    python tools/floors.py [--newest] [pytest's arguments]

A separate environment gets the dependencies of the package and of its extras at their lowest
versions, and the test tools as pinned. With `--newest`, it gets the newest version of all.
"""

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

# Tools that no test needs, and whose dependencies need more than the lowest versions.
UNUSED: Final = {"deptry", "import-linter", "pre-commit", "zizmor"}


def main(arguments: list[str]) -> int:
    """Install, print the versions of the dependencies, and run the tests. Return pytest's exit status."""
    newest = "--newest" in arguments
    folder = ROOT / (".venv-newest" if newest else ".venv-floors")
    python = str(folder / "bin" / "python")
    venv.create(folder, clear=True, with_pip=False)
    pins = resolve(python, newest=newest)
    installed: dict[str, str] = {name_of(pin): pin.partition("==")[2] for pin in pins}
    for name in floors():
        print(f"{name}=={installed[name]}")
    if not newest and (found := unreachable_floors(installed)):
        print("\n".join(found))
        return 1
    install = [*UV, "install", "--python", python]
    subprocess.run([*install, "--requirement", "-"], input="\n".join(pins), text=True, check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT, check=True)
    return run_tests(python, [argument for argument in arguments if argument != "--newest"])


def resolve(python: str, *, newest: bool) -> list[str]:
    """Return the versions to install, each as `name==version`."""
    resolution = "highest" if newest else "lowest-direct"
    tools = [tool for tool in PROJECT["dependency-groups"]["dev"] if name_of(tool) not in {*floors(), *UNUSED}]
    lines = tools if newest else [pin for pin in pinned() if name_of(pin) in map(name_of, tools)]
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
    """Return the pins of requirements/dev.txt that apply to this Python and platform, without hashes."""
    lines = (ROOT / "requirements/dev.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line.rstrip("\\")) for line in lines if "==" in line and not line[0].isspace()]
    return [f"{pin.name}{pin.specifier}" for pin in pins if pin.marker is None or pin.marker.evaluate()]


def floors() -> dict[str, Version]:
    """Return the lowest version of each dependency, including those of extras."""
    project = PROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    required = [requirement for requirement in map(Requirement, lines) if requirement.name != project["name"]]
    return {
        canonicalize_name(requirement.name): Version(
            next(part.version for part in requirement.specifier if part.operator == ">=")
        )
        for requirement in sorted(required, key=str)
    }


def unreachable_floors(installed: dict[str, str]) -> list[str]:
    """Return a message for each floor that can't be tested because another dependency needs a newer version."""
    return [
        f"{name}: pyproject.toml allows {floor}, but all extras together need {installed[name]}; raise the floor"
        for name, floor in floors().items()
        if Version(installed[name]) != floor
    ]


def name_of(requirement: str) -> str:
    """Return the normalized name of a requirement."""
    return canonicalize_name(Requirement(requirement).name)


def run_tests(python: str, arguments: list[str]) -> int:
    """Run pytest, without paths on the whole suite. Return its exit status."""
    sys.stdout.flush()
    environment = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [python, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
