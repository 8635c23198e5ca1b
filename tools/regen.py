"""Write generated/ anew from openapi.yaml, or check that it is what the spec gives.

The generator, and the ruff that formats its output, are those of the environment that
runs this script, in the versions that requirements/dev.txt pins. The output is made in a
temporary folder and takes the old one's place only when all went well.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from spec_lines import first_fault, line_of_complaint

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yaml"
PACKAGE = ROOT / "generated" / "openai_models_api"
VIEW = ROOT / "wrapper" / "openai_models" / "types" / "_generated_view" / "models"
LINK = Path(os.path.relpath(PACKAGE / "models", VIEW.parent))
PINNED = ("openapi-python-client", "ruff")
_SHOWN_LINES = 40


class RegenError(Exception):
    """What keeps generated/ from being written; the message says what to do."""


def check_versions() -> None:
    """Refuse to generate with other tools than the pinned ones."""
    pins = dict(re.findall(r"^([\w-]+)==([^\s;\\]+)", (ROOT / "requirements/dev.txt").read_text("utf-8"), re.MULTILINE))
    for name in PINNED:
        if version(name) != pins[name]:
            msg = f"{name} is {version(name)} here, and requirements/dev.txt pins {pins[name]}: run `make setup`"
            raise RegenError(msg)


def generate(folder: Path) -> Path:
    """Run the generator, and give the folder of the package it wrote."""
    complaint = first_fault(SPEC)
    if complaint is not None:
        raise RegenError(complaint)
    output = folder / PACKAGE.name
    environment = {
        **os.environ,
        # The generator calls `ruff` by its name; it must be the one beside this Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "RUFF_NO_CACHE": "true",
        "XDG_CONFIG_HOME": str(folder),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }
    options = ["--path", str(SPEC), "--config", str(CONFIG), "--output-path", str(output)]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *options, "--meta=none", "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = dict.fromkeys(line for line in (done.stdout + done.stderr).splitlines() if line.strip())
    said = "\n".join(islice(lines, _SHOWN_LINES))
    if done.returncode != 0 or not output.is_dir():
        where = line_of_complaint(SPEC, said)
        msg = f"the generator did not accept the spec{where}; generated/ is left as it was:\n{said}"
        raise RegenError(msg)
    # With `--meta=none` there is no project around the package, and so no PEP 561 marker.
    (output / "py.typed").touch()
    return output


def files_of(package: Path) -> dict[str, str]:
    """Give the files of a package by their names, compiled ones aside."""
    paths = (path for path in sorted(package.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(package)): path.read_text("utf-8") for path in paths}


def differences(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Give the lines of a unified diff from what is there to what should be."""
    lines: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        before, after = (files.get(name, "").splitlines() for files in (old, new))
        old_name, new_name = (f"generated/{name}" if name in files else "/dev/null" for files in (old, new))
        lines += difflib.unified_diff(before, after, old_name, new_name, lineterm="")
        if (name in old) != (name in new) and not (before or after):
            lines.append(f"{'missing' if name in new else 'not generated'}: {name}")
    return lines


def replace(package: Path) -> None:
    """Put a new package where the old one is, in two renames."""
    PACKAGE.parent.mkdir(exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=PACKAGE.parent, prefix=".regen-"))
    try:
        shutil.copytree(package, beside / "new")
        if PACKAGE.exists():
            PACKAGE.rename(beside / "old")
        try:
            (beside / "new").rename(PACKAGE)
        except BaseException:
            (beside / "old").rename(PACKAGE)
            raise
    finally:
        shutil.rmtree(beside)


def link_is_right() -> bool:
    """Tell whether the facade's type checkers are led to the generated models."""
    return VIEW.is_symlink() and VIEW.readlink() == LINK


def put_link() -> None:
    """Make the link anew, also where a tool made a copy of what it led to."""
    if VIEW.is_dir() and not VIEW.is_symlink():
        shutil.rmtree(VIEW)
    VIEW.unlink(missing_ok=True)
    VIEW.symlink_to(LINK, target_is_directory=True)


def check(new: dict[str, str]) -> None:
    """Fail when what is there isn't what the spec gives."""
    lines = differences(files_of(PACKAGE), new)
    if lines:
        shown = "\n".join(islice(lines, _SHOWN_LINES))
        more = f"\n(+{len(lines) - _SHOWN_LINES} more lines)" if len(lines) > _SHOWN_LINES else ""
        msg = f"generated/ does not match openapi.yaml. Run `make regen`; nobody edits generated/.\n{shown}{more}"
        raise RegenError(msg)
    if not link_is_right():
        msg = f"{VIEW.relative_to(ROOT)} is not a link to {LINK}: run `make regen`"
        raise RegenError(msg)


def main(arguments: list[str]) -> int:
    """Write generated/, or with `--check` compare it."""
    only_check = "--check" in arguments
    try:
        check_versions()
        with tempfile.TemporaryDirectory() as folder:
            package = generate(Path(folder))
            new = files_of(package)
            if only_check:
                check(new)
            elif files_of(PACKAGE) != new:
                replace(package)
        if not only_check and not link_is_right():
            put_link()
    except RegenError as error:
        print(f"regen: {error}", file=sys.stderr)
        return 1
    print("generated/ matches openapi.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
