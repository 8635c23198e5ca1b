"""What `pip install openai-models` gives, and what it leaves out."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def build(source: Path, target: Path, *kinds: str) -> list[Path]:
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return sorted(target.iterdir())


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel of this checkout."""
    sdist, wheel = sorted(
        build(ROOT, tmp_path_factory.mktemp("dist"), "--sdist", "--wheel"),
        key=lambda path: path.suffix == ".whl",
    )
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
    tops = {name.split("/")[0] for name in contents(dist[1])}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"openai_models", "openai_models_api"}


def test_both_packages_say_that_they_are_typed(dist: tuple[Path, Path]) -> None:
    assert {"openai_models/py.typed", "openai_models_api/py.typed"} <= contents(dist[1]).keys()


def test_the_wheel_has_the_generated_package_as_it_is_in_the_repository(dist: tuple[Path, Path]) -> None:
    files = contents(dist[1])
    for path in (ROOT / "generated").rglob("*.py"):
        assert files[path.relative_to(ROOT / "generated").as_posix()] == path.read_bytes()


def test_the_sdist_builds_to_the_same_wheel(dist: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(dist[0]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    (again,) = build(source, tmp_path / "again", "--wheel")
    assert contents(again) == contents(dist[1])


def test_an_install_without_extras_brings_what_is_imported_and_no_more(python: Path) -> None:
    code = "from importlib.metadata import requires; print([r for r in requires('openai-models') if 'extra' not in r])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    names = {Requirement(requirement).name for requirement in eval(done.stdout)}
    assert names == {"anyio", "attrs", "h11", "httpx"}


def test_an_install_without_extras_imports_and_works(python: Path) -> None:
    code = """
from openai_models import APIConnectionError, AsyncOpenAI, NotFoundError, OpenAI
from openai_models.types import Model, ModelDeleted
from openai_models_api.client import AuthenticatedClient

try:
    OpenAI(api_key="sk-x", base_url="http://127.0.0.1:9/v1", max_retries=0).models.list()
except APIConnectionError as error:
    print(type(error).__name__)
"""
    done = subprocess.run([python, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "APIConnectionError\n"


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
    (tmp_path / "test_user.py").write_text(
        "def test_mock(openai_models_mock):\n    openai_models_mock.assert_all_met()\n"
    )
    code = """
import sys
import openai_models, openai_models.testing, openai_models_api.models
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "test_user.py"]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].startswith("1 passed in"), done.stdout


def test_a_type_checker_sees_the_installed_package_as_it_sees_the_checkout(python: Path, tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        "from datetime import date\n"
        "from openai_models import OpenAI\n"
        "def when(client: OpenAI) -> date | None:\n"
        "    return client.models.retrieve('a').shutdown_date\n"
    )
    options = ["--strict", "--python-executable", str(python), "--cache-dir", "cache"]
    command = [sys.executable, "-m", "mypy", *options, str(user)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
