"""Imports, warnings and the extra, each in a fresh interpreter; names and annotations, as documentation tools read them."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from openai_models import testing
from openai_models.testing.pytest_plugin import openai_models_mock

CLASSES = [value for name in testing.__all__ if isinstance(value := getattr(testing, name), type)]
FUNCTIONS = {
    f"{cls.__name__}.{name}": function
    for cls in CLASSES
    for name, member in inspect.getmembers(cls)
    if name in {"__init__", "__enter__", "__exit__"} or not name.startswith("_")
    if inspect.isfunction(function := member.fget if isinstance(member, property) else member)
} | {"the fixture": inspect.unwrap(openai_models_mock)}


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


@pytest.mark.parametrize("cls", CLASSES)
def test_annotations_of_a_class_can_be_evaluated(cls: type) -> None:
    signature = inspect.signature(cls, eval_str=True)
    assert all(not isinstance(parameter.annotation, str) for parameter in signature.parameters.values())
    get_type_hints(cls)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_annotations_of_a_function_can_be_evaluated(function: Callable[..., Any]) -> None:
    signature = inspect.signature(function, eval_str=True)
    hints = get_type_hints(function)
    assert {"return", *signature.parameters} - {"self"} == set(hints)


def test_the_public_names_are_those_that_users_import() -> None:
    assert set(testing.__all__) == {"PROFILES", "Fault", "MockServer", "RecordedRequest", "no_retry_delays"}
    assert {"MockServer.__init__", "MockServer.fail_next", "MockServer.base_url", "MockServer.reset"} <= set(FUNCTIONS)
