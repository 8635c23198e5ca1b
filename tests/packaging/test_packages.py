"""What `pip install openai-models` gives, what it leaves out, and that it is the same bytes whoever builds it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    ".gitignore",
    "openapi.yaml",
    "generator-config.yaml",
)
# Each needs an extra, and says so where it is missing; `_http.aiohttp` is that of the extra of its name.
OF_EXTRAS = {"testing", "contract", "cli", "aiohttp.py", "__main__.py"}
OWN = {"openai_models", "openai_models_api"}


def build(source: Path, target: Path, *kinds: str, umask: int = -1, **variables: str) -> list[Path]:
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(target), str(source)]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | variables
    subprocess.run(command, umask=umask, env=environment, check=True, capture_output=True)
    return sorted(target.iterdir(), key=lambda path: path.suffix)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel of this checkout."""
    target = tmp_path_factory.mktemp("dist")
    sdist, wheel = build(ROOT, target, "--sdist", "--wheel", umask=0o022, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    return sdist, wheel


@pytest.fixture(scope="module")
def python(dist: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python in which nothing but the wheel, without extras, was installed."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True, symlinks=True)
    interpreter = folder / "bin" / "python"
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", dist[1]], check=True, capture_output=True)
    return interpreter


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_has_both_packages_and_nothing_else_at_top_level(dist: tuple[Path, Path]) -> None:
    files = contents(dist[1])
    tops = {name.split("/")[0] for name in files}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"openai_models", "openai_models_api"}
    assert {"openai_models/py.typed", "openai_models_api/py.typed"} <= files.keys()
    for path in (ROOT / "generated").rglob("*.py"):
        assert files[path.relative_to(ROOT / "generated").as_posix()] == path.read_bytes()


def test_the_sdist_builds_to_the_same_wheel(dist: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(dist[0]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    (again,) = build(source, tmp_path / "again", "--wheel")
    assert contents(again) == contents(dist[1])


def test_another_person_builds_the_same_bytes(dist: tuple[Path, Path], tmp_path: Path) -> None:
    source = tmp_path / "elsewhere"
    for name in ("wrapper", "generated", "templates"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCE:
        shutil.copy(ROOT / name, source)
    for path in (source, *source.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.utime(path, (1_700_000_000, 1_700_000_000))
    others = {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}
    built = build(source, tmp_path / "out", "--sdist", "--wheel", umask=0o077, **others)
    assert [path.name for path in built] == [path.name for path in dist]
    assert [path.name for path, ours in zip(built, dist, strict=True) if path.read_bytes() != ours.read_bytes()] == []


def test_the_modules_of_no_extra_import_only_what_comes_with_the_package() -> None:
    names: set[str] = set()
    for package in (ROOT / "wrapper/openai_models", ROOT / "generated/openai_models_api"):
        paths = [path for path in package.rglob("*.py") if not {*path.relative_to(package).parts} & OF_EXTRAS]
        assert len(paths) > 10
        for path in paths:
            names |= imported(ast.parse(path.read_text("utf-8")))
    if_the_program_has_imported_it = {"httpx2"}
    assert names - sys.stdlib_module_names - OWN == {"anyio", "attrs", "h11", "httpx"} | if_the_program_has_imported_it


def imported(node: ast.AST) -> set[str]:
    """Return the packages that code imports at run time."""
    match node:
        case ast.If(test=ast.Name("TYPE_CHECKING")):
            return set()
        case ast.Import(names=aliases):
            return {alias.name.partition(".")[0] for alias in aliases}
        case ast.ImportFrom(module=str(name), level=0):
            return {name.partition(".")[0]}
    return {name for child in ast.iter_child_nodes(node) for name in imported(child)}


def test_an_install_without_extras_brings_what_is_imported_and_works(python: Path) -> None:
    code = """
import importlib.metadata
from openai_models import APIConnectionError, AsyncOpenAI, NotFoundError, OpenAI
from openai_models.types import Model, ModelDeleted
from openai_models_api.client import AuthenticatedClient

print(*sorted(re.match(r"\\w+", r)[0] for r in importlib.metadata.requires("openai-models") if "extra" not in r))
try:
    OpenAI(api_key="sk-x", base_url="http://127.0.0.1:9/v1", max_retries=0).models.list()
except APIConnectionError as error:
    print(type(error).__name__)
"""
    done = subprocess.run([python, "-W", "error", "-c", f"import re{code}"], capture_output=True, text=True, check=True)
    assert done.stdout == "anyio attrs h11 httpx\nAPIConnectionError\n"


def test_a_missing_extra_is_named(python: Path) -> None:
    code = "from openai_models.testing import MockServer; MockServer()"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError" in done.stderr
    assert 'pip install "openai-models[mock]"' in done.stderr


def test_pytest_does_not_warn_of_packages_that_were_imported_before_it_ran(
    dist: tuple[Path, Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(dist[1]) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "test_user.py").write_text("def test_mock(openai_models_mock): openai_models_mock.assert_all_met()")
    code = """
import sys
import openai_models, openai_models.testing, openai_models_api.models
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "test_user.py"]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].startswith("1 passed in"), done.stdout


def test_a_type_checker_sees_the_installed_package_as_it_sees_the_checkout(python: Path, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(
        "from datetime import date\n"
        "from openai_models import OpenAI\n"
        "def when(client: OpenAI) -> date | None:\n"
        "    return client.models.retrieve('a').shutdown_date\n"
    )
    options = ["--strict", "--python-executable", str(python), "--cache-dir", "cache", "user.py"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
