"""Ask a database of known vulnerabilities about every version that is pinned: `make audit`.

    python tools/audit.py [arguments of `uv audit`]
    python tools/audit.py --safety-db=insecure.json

`--service-url=URL` names another database that speaks OSV's API than OSV's own. Where none is
reached, a copy of safety-db's `data/insecure.json` does. The exit status is 0 when nothing is known, 1 when
something is, 2 when the database or the index doesn't answer.
"""

from __future__ import annotations

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
    """Audit each file of pins; give the highest status."""
    for argument in arguments:
        if argument.startswith(OFFLINE):
            return looked_up(Path(argument.removeprefix(OFFLINE)))
    return max(audited(file, arguments) for file in REQUIREMENTS)


def pins(file: Path) -> list[str]:
    """Give the pins of a file, each as `name==version`, with the platforms that it is for."""
    return [found[0] for line in file.read_text("utf-8").splitlines() if (found := PIN.match(line))]


def audited(file: Path, arguments: list[str]) -> int:
    """Audit one file of pins, as the dependencies of a project made for that: `uv audit` takes nothing else."""
    print(f"{file.relative_to(ROOT)}: {len(pins(file))} pins", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "pyproject.toml"
        dependencies = json.dumps(pins(file))  # of which TOML thinks as JSON does
        project.write_text(
            f'[project]\nname = "pins"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = {dependencies}\n',
            encoding="utf-8",
        )
        return subprocess.run([*UV, "--project", folder, *arguments], check=False).returncode


def looked_up(copy: Path) -> int:
    """Look each pin up in a copy of safety-db: for each package, the versions that are vulnerable."""
    try:
        database: dict[str, Any] = json.loads(copy.read_text("utf-8"))
        stamp = datetime.fromtimestamp(database.pop("$meta")["timestamp"], UTC)
        insecure = {canonicalize_name(name): [*specifiers] for name, specifiers in database.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"{copy} is no copy of safety-db's insecure.json: {error!r}", file=sys.stderr)
        return 2
    print(f"safety-db of {stamp:%Y-%m-%d}: {len(insecure)} packages")
    status = 0
    for file in REQUIREMENTS:
        print(f"{file.relative_to(ROOT)}: {len(pins(file))} pins", flush=True)
        for pin in pins(file):
            name, _, version = pin.partition(";")[0].strip().partition("==")
            for specifier in insecure.get(canonicalize_name(name), []):
                status = max(status, said(name, version, specifier))
    return status


def said(name: str, version: str, specifier: object) -> int:
    """Say of a version if it is one of those that are vulnerable, or if nobody knows which these are."""
    try:
        if not SpecifierSet(str(specifier)).contains(version, prereleases=True):
            return 0
    except InvalidSpecifier:
        print(f"  {name} {version}: safety-db's {specifier!r} can't be read", file=sys.stderr)
        return 2
    print(f"  {name} {version} is vulnerable, as is {specifier}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
