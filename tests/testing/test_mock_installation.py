"""Imports, warnings and the extra, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run_python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)


def test_there_are_no_warnings_in_development_mode() -> None:
    code = """
import gc, http.client
from openai_models.testing import MockServer

for _ in range(5):
    with MockServer() as mock:
        connection = http.client.HTTPConnection(mock.base_url[7:-3])
        connection.connect()
        connection.close()
    gc.collect()
"""
    done = run_python(code, "-X", "dev", "-W", "error")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("module", ["starlette", "uvicorn"])
def test_without_the_extra_the_plugin_loads_and_the_error_contains_the_command_to_install_it(module: str) -> None:
    code = "import sys; sys.modules[{!r}] = None; import openai_models.testing.pytest_plugin as p; p.MockServer()"
    done = run_python(code.format(module))
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == 'ImportError: the mock server needs an extra: pip install "openai-models[mock]"'


def test_the_pytest_plugin_does_not_import_the_server() -> None:
    code = """
import sys, openai_models
before = set(sys.modules)
import openai_models.testing.pytest_plugin
print({name.split(".")[0] for name in set(sys.modules) - before} & {"starlette", "uvicorn", "httpx"})
print("starlette" in sys.modules, "uvicorn" in sys.modules)
"""
    assert run_python(code).stdout == "set()\nFalse False\n"
