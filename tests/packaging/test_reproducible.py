"""The same source gives the same sdist and the same wheel, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = (
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore", "openapi.yaml", "generator-config.yaml"),
    *("wrapper", "generated", "templates"),
)


def checkout(target: Path, *, private: bool, when: int) -> Path:
    """Copy the source, as another person's checkout would have it."""
    target.mkdir()
    for name in SOURCE:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, target / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, target / name)
    for path in [target, *walk(target)]:
        if not path.is_symlink():
            path.chmod((0o700 if private else 0o755) if path.is_dir() else (0o600 if private else 0o644))
            os.utime(path, (when, when))
    return target


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)


def build(source: Path, out: Path, *, umask: int, seed: str, locale: str, zone: str) -> dict[str, bytes]:
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(out)]
    environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
    environment.pop("SOURCE_DATE_EPOCH", None)
    subprocess.run([*command, str(source)], umask=umask, env=environment, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_two_people_build_the_same_bytes(tmp_path: Path) -> None:
    mine = checkout(tmp_path / "mine", private=False, when=1_000_000_000)
    theirs = checkout(tmp_path / "theirs-elsewhere", private=True, when=1_700_000_000)
    first = build(mine, tmp_path / "a", umask=0o022, seed="1", locale="C", zone="UTC")
    second = build(theirs, tmp_path / "b", umask=0o077, seed="2", locale="C.UTF-8", zone="Asia/Tokyo")
    assert sorted(Path(name).suffix for name in first) == [".gz", ".whl"]
    assert {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)} == set()
