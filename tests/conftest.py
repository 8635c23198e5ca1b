"""An environment of the tests' own, and the shells that they run on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir
from tests.parts import Shell

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[1]
LONG = {"bench", "cli", "contract", "docs", "packaging", "spec", "typing"}
set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
# How long an example takes depends on what else the machine does.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")
if "PYTEST_XDIST_WORKER" in os.environ:
    # The processes that tests start are not measured: many count calls, memory or modules themselves.
    os.environ.pop("COVERAGE_PROCESS_START", None)


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are processors, since many tests wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders with long tests first, so that no process is left with one at the end."""
    items.sort(key=lambda item: item.path.relative_to(ROOT).parts[1] not in LONG)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "AZURE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no attempt wait for the one before."""
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")


@pytest.fixture(params=["sync", "asyncio"])
def shell(request: pytest.FixtureRequest) -> Shell:
    """One of the two clients. `core/test_drivers.py` and the transport's tests have trio as well."""
    return Shell(request.param)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Run code in a process of its own, which is ended if it hangs, and give what it prints."""

    def run(code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(autouse=True)
def _same_tracer() -> Iterator[None]:
    """Go on measuring coverage after a test that steps through lines with a tracer of its own."""
    tracer = sys.gettrace()
    yield
    sys.settrace(tracer)
