"""Write generated/ anew from openapi.yaml, or check that it is what the spec gives.

The generator, and the ruff that formats its output, are those of the environment that
runs this script, in the versions that requirements/dev.txt pins. The output is made in a
temporary folder and takes the old one's place only when all went well: a spec without an
operation or a schema that the facade imports is refused.
"""

from __future__ import annotations

import argparse
import ast
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
TEMPLATES = ROOT / "templates"
GENERATED = ROOT / "generated"
PACKAGE = GENERATED / "openai_models_api"
FACADE = ROOT / "wrapper"
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


def generate(folder: Path, spec: Path = SPEC) -> Path:
    """Run the generator on a spec, and return the folder that holds the package it wrote."""
    complaint = first_fault(spec)
    if complaint is not None:
        raise RegenError(complaint)
    output = folder / GENERATED.name / PACKAGE.name
    output.parent.mkdir()
    # ruff looks for settings upwards and then at the user's; it finds these, which are its defaults.
    (folder / "ruff.toml").touch()
    environment = {
        **os.environ,
        # The generator calls `ruff` by its name; it must be the one beside this Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "RUFF_NO_CACHE": "true",
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }
    options = ["--path", str(spec), "--config", str(CONFIG), "--output-path", str(output)]
    options += ["--custom-template-path", str(TEMPLATES), "--meta=none", "--fail-on-warning"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *options]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode != 0 or not output.is_dir():
        where = line_of_complaint(spec, said)
        lines = dict.fromkeys(line for line in said.splitlines() if line.strip())
        shown = "\n".join(islice(lines, _SHOWN_LINES))
        msg = f"the generator did not accept the spec{where}; generated/ is left as it was:\n{shown}"
        raise RegenError(msg)
    # With `--meta=none` there is no project around the package, and so no PEP 561 marker.
    (output / "py.typed").touch()
    for module in TEMPLATES.glob("*.py"):
        shutil.copyfile(module, output / module.name)
    return output.parent


def check_imports(folder: Path) -> None:
    """Refuse a generated package without a name that the facade imports from it."""
    for path in sorted(FACADE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or (node.module or "").partition(".")[0] != PACKAGE.name:
                continue
            there = names_in(folder.joinpath(*str(node.module).split(".")))
            if missing := sorted({alias.name for alias in node.names} - there):
                msg = (
                    f"{path.relative_to(ROOT).as_posix()} imports {', '.join(missing)} from {node.module}, and this spec "
                    f"gives only {', '.join(sorted(there)) or 'nothing there'}. Restore the operationId, tag or schema "
                    "that was renamed or deleted, or change the import first; generated/ is left as it was."
                )
                raise RegenError(msg)


def names_in(module: Path) -> set[str]:
    """Return the names that can be imported from a generated module or package, private ones aside."""
    source = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    tree = ast.parse(source.read_text("utf-8") if source.exists() else "")
    names = {path.stem for path in module.glob("*.py")}
    names |= {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    names |= {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    return {name for name in names if not name.startswith("_")}


def changes(old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """Return a line for each file that was added, changed or removed."""
    kinds = {name: "added" if name not in old else "removed" if name not in new else "changed" for name in old | new}
    return [f"{kind}: generated/{name}" for name, kind in sorted(kinds.items()) if old.get(name) != new.get(name)]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of the files in a folder by name, except compiled ones."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if "__pycache__" in path.parts:
            continue
        if path.is_symlink():
            found[path.relative_to(folder).as_posix()] = b"link to " + os.fsencode(path.readlink())
        elif path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def differences(old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """Return a line for each file that differs, with the unified diff of an edited one."""
    lines: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            lines.append(f"missing: generated/{name}")
        elif name not in new:
            lines.append(f"not generated: generated/{name}")
        elif old[name] != new[name]:
            lines.append(f"edited: generated/{name}")
            # Split at "\n" alone, so that other ends of lines show as a difference.
            before, after = (files[name].decode("utf-8", "replace").split("\n") for files in (old, new))
            lines += difflib.unified_diff(before, after, "is there", "should be", lineterm="")
    return lines


def replace(folder: Path) -> None:
    """Put a new generated/ where the old one is, in two renames, or leave the old one."""
    beside = Path(tempfile.mkdtemp(dir=ROOT, prefix=".regen-"))
    old, new = beside / "old", beside / "new"
    try:
        shutil.copytree(folder, new)
        if GENERATED.exists():
            GENERATED.rename(old)
        new.rename(GENERATED)
    finally:
        if old.exists() and not GENERATED.exists():
            old.rename(GENERATED)
        shutil.rmtree(beside)


def check(new: dict[str, bytes]) -> None:
    """Fail when what is there isn't what the spec gives."""
    lines = differences(files_of(GENERATED), new)
    if lines:
        shown = "\n".join(islice(lines, _SHOWN_LINES))
        more = f"\n(+{len(lines) - _SHOWN_LINES} more lines)" if len(lines) > _SHOWN_LINES else ""
        msg = f"generated/ does not match openapi.yaml. Run `make regen`; nobody edits generated/.\n{shown}{more}"
        raise RegenError(msg)


def main(arguments: list[str]) -> int:
    """Write generated/, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description="Write generated/ anew from openapi.yaml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when generated/ is out of date")
    only_check = parser.parse_args(arguments).check
    try:
        check_versions()
        with tempfile.TemporaryDirectory() as temporary:
            folder = generate(Path(temporary))
            check_imports(folder)
            old, new = files_of(GENERATED), files_of(folder)
            if only_check:
                check(new)
            elif old != new:
                replace(folder)
                print("\n".join(changes(old, new)))
    except RegenError as error:
        print(f"regen: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("regen: interrupted", file=sys.stderr)
        return 130
    print("generated/ matches openapi.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
