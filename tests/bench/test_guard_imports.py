"""What is loaded, and when: a program pays for what it uses."""

from collections.abc import Callable
from typing import Any

import pytest

# What httpx loads is its own affair: these are beyond it.
OWN = {
    "openai_models",
    "openai_models._attempt",
    "openai_models._client",
    "openai_models._config",
    "openai_models._config.configured_client",
    "openai_models._config.defaults",
    "openai_models._config.headers",
    "openai_models._exceptions",
    "openai_models._http",
    "openai_models._http.clients",
    "openai_models._http.protocols",
    "openai_models._http.routing",
    "openai_models._httpx",
    "openai_models._logs",
    "openai_models._redaction",
    "openai_models._version",
    "openai_models.resources",
}
STANDARD = {"contextvars"}  # of which some releases of Python load with httpx what others don't
# Which httpx loads for its own command line where they are installed.
OF_HTTPX = ["rich", "click", "pygments"]

START = "import json, sys\n"
LOADED = "print(json.dumps(sorted(sys.modules)))"
WITHOUT = "sys.modules.update(dict.fromkeys({names}))\n"


@pytest.fixture
def loaded(run: Callable[[str], Any]) -> Callable[[str], set[str]]:
    """Run code in a process of its own, and give the modules that it has loaded."""
    return lambda code: set(run(START + code + "\n" + LOADED))


def test_the_import_loads_exactly_these_modules_beyond_httpx(loaded: Callable[[str], set[str]]) -> None:
    more = loaded("import openai_models") - loaded("import httpx")
    own = {name for name in more if name.startswith("openai_models")}
    rest = {name.partition(".")[0].lstrip("_") for name in more - own}
    assert own == OWN
    assert rest <= STANDARD


def test_the_names_that_people_import_load_no_more(loaded: Callable[[str], set[str]]) -> None:
    names = "OpenAI, AsyncOpenAI, OpenAIError, NotFoundError, Timeout, DefaultHttpxClient, DefaultAsyncHttpxClient"
    assert loaded(f"from openai_models import {names}") == loaded("import openai_models")


def test_without_what_httpx_loads_for_its_command_line_the_import_works_the_same(
    loaded: Callable[[str], set[str]],
) -> None:
    bare = loaded(WITHOUT.format(names=OF_HTTPX) + "import openai_models")
    assert {name for name in bare if name.startswith("openai_models")} == OWN


CLIENT = "import openai_models; client = openai_models.OpenAI()\n"
CALL = CLIENT + "client.models.retrieve('m1'); client.models.list().data[0].id\n"


@pytest.mark.parametrize("name", ["asyncio", "h11", "httpcore", "openai_models_api", "openai_models._engine.aio"])
def test_a_client_that_has_not_been_used_has_not_loaded(name: str, loaded: Callable[[str], set[str]]) -> None:
    assert name not in loaded(CLIENT)


@pytest.mark.parametrize(
    "name",
    [
        "anyio",
        "asyncio",
        "attr",
        "certifi",
        "encodings.idna",
        "httpcore",
        "openai_models._engine.aio",
        "openai_models._responses",
        "openai_models._transport.aio",
        "openai_models.resources.views",
        "openai_models.testing",
    ],
)
def test_a_sync_call_that_succeeds_has_not_loaded(name: str, loaded: Callable[[str], set[str]]) -> None:
    modules = loaded(WITHOUT.format(names=OF_HTTPX) + CALL)
    assert {"openai_models._engine.sync", "openai_models._transport.sync", "openai_models_api"} <= modules
    assert name not in modules


ASYNC_CALL = """
import asyncio, openai_models
async def call():
    async with openai_models.AsyncOpenAI() as client:
        await client.models.retrieve('m1')
asyncio.run(call())
"""


@pytest.mark.parametrize("name", ["httpcore", "openai_models._transport.sync", "trio"])
def test_an_async_call_that_succeeds_has_not_loaded(name: str, loaded: Callable[[str], set[str]]) -> None:
    modules = loaded(ASYNC_CALL)
    assert "openai_models._transport.aio" in modules
    assert name not in modules
