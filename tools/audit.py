"""Look up every pinned version in a database of known vulnerabilities: `make audit`.

    python tools/audit.py [arguments of `uv audit`]
    python tools/audit.py --safety-db=insecure.json

The database is OSV's, or with `--service-url=URL` another one with the same API. `--safety-db` reads a copy of
safety-db's `data/insecure.json` instead, offline. The exit status is 0 if no vulnerability is known, 1 if one is, 2 if
the database or the index does not respond or can't be read.
"""

import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parent.parent
REQUIREMENTS: Final = sorted((ROOT / "requirements").glob("*.txt"))
UV: Final = (sys.executable, "-m", "uv", "--quiet", "--preview-features", "audit-command", "audit")
OFFLINE: Final = "--safety-db="
PIN: Final = re.compile(r"[^\s#=]+==[^\\#]*[^\\#\s]")


def main(arguments: list[str]) -> int:
    """Audit each file of pins. Return the highest exit status."""
    for argument in arguments:
        if argument.startswith(OFFLINE):
            return audit_offline(Path(argument.removeprefix(OFFLINE)))
    return max(audit(file, arguments) for file in REQUIREMENTS)


def pins(file: Path) -> list[str]:
    """Return the pins of a file, each as `name==version`, with its environment marker."""
    return [found[0] for line in file.read_text("utf-8").splitlines() if (found := PIN.match(line))]


def audit(file: Path, arguments: list[str]) -> int:
    """Audit one file of pins as the dependencies of a temporary project: `uv audit` accepts nothing else."""
    print(f"{file.relative_to(ROOT)}: {len(pins(file))} pins", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "pyproject.toml"
        dependencies = json.dumps(pins(file))  # an array of strings in JSON is one in TOML
        project.write_text(
            f'[project]\nname = "pins"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = {dependencies}\n',
            encoding="utf-8",
        )
        return subprocess.run([*UV, "--project", folder, *arguments], check=False).returncode


def audit_offline(copy: Path) -> int:
    """Look up each pin in a copy of safety-db, which lists the vulnerable versions of each package."""
    try:
        database: dict[str, Any] = json.loads(copy.read_text("utf-8"))
        stamp = datetime.fromtimestamp(database.pop("$meta")["timestamp"], UTC)
        insecure = {canonicalize_name(name): [*specifiers] for name, specifiers in database.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"{copy} is not a copy of safety-db's insecure.json: {error!r}", file=sys.stderr)
        return 2
    print(f"safety-db of {stamp:%Y-%m-%d}: {len(insecure)} packages")
    status = 0
    for file in REQUIREMENTS:
        print(f"{file.relative_to(ROOT)}: {len(pins(file))} pins", flush=True)
        for pin in pins(file):
            name, _, version = pin.partition(";")[0].strip().partition("==")
            for specifier in insecure.get(canonicalize_name(name), []):
                status = max(status, report(name, version, specifier))
    return status


def report(name: str, version: str, specifier: object) -> int:
    """Print whether a version is vulnerable or the specifier is invalid. Return the exit status."""
    try:
        if not SpecifierSet(str(specifier)).contains(version, prereleases=True):
            return 0
    except InvalidSpecifier:
        print(f"  {name} {version}: safety-db's {specifier!r} can't be read", file=sys.stderr)
        return 2
    print(f"  {name} {version} is vulnerable ({specifier})")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
