"""The names that the package gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import openai
import pytest
from tests.parts import Server, Shell, answer

import openai_models

ROOT = Path(__file__).parents[2]
MODEL = {"id": "a", "object": "model", "created": 5, "owned_by": "me"}


def test_everything_that_is_public_can_be_imported() -> None:
    assert sorted(openai_models.__all__) == sorted(set(openai_models.__all__))
    for name in openai_models.__all__:
        assert getattr(openai_models, name) is not None or name == "api_key"
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)


SETTINGS = "api_key organization project base_url timeout max_retries default_headers default_query http_client"


@pytest.mark.parametrize(
    ("module", "settings"),
    [(openai_models, SETTINGS), (openai_models.resources, "")],
    ids=["openai_models", "resources"],
)
def test_dir_shows_the_public_names_before_they_are_used_and_no_others(module: ModuleType, settings: str) -> None:
    code = f"import {module.__name__} as module; print(*dir(module))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    public = {name for name in shown if not name.startswith("_")} | {"__version__"} & set(shown)
    assert public == {*module.__all__, *settings.split()}


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ChatCompletion'"):
        openai_models.ChatCompletion  # type: ignore[attr-defined]  # noqa: B018 - the access is the claim


def test_the_names_for_annotations_are_the_classes_of_what_the_calls_return() -> None:
    client = Shell("sync").client(Server(answer(MODEL)))
    raw = client.models.with_raw_response.retrieve("a")
    assert isinstance(raw, openai_models.APIResponse)
    assert raw.text() == str(raw.text) == raw.read().decode() == b"".join(raw.iter_bytes()).decode()
    raw.close()
    assert raw.parse() is raw.parse()
    with client.models.with_streaming_response.retrieve("a") as streamed:
        assert isinstance(streamed, openai_models.APIResponse)
    assert (openai_models.Client, openai_models.AsyncClient) == (openai_models.OpenAI, openai_models.AsyncOpenAI)


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_the_names_for_annotations_are_those_of_async_calls(kind: str) -> None:
    shell = Shell(kind)
    models = shell.client(Server(answer(MODEL))).models
    raw = shell.call(models.with_raw_response.retrieve, "a")
    assert isinstance(raw, openai_models.APIResponse)
    assert b"".join(raw.iter_bytes()) == raw.read()
    raw.close()

    async def stream() -> None:
        async with models.with_streaming_response.retrieve("a") as streamed:
            assert isinstance(streamed, openai_models.AsyncAPIResponse)
            assert await streamed.parse() == raw.parse()

    shell.call(stream)


def test_call_options_are_those_of_every_call() -> None:
    options = get_type_hints(openai_models.CallOptions)
    for call in (openai_models.resources.Models.list, openai_models.resources.AsyncModelsWithRawResponse.delete):
        hints = get_type_hints(call)
        assert options == {name: hints[name] for name in hints if name not in {"model", "return"}}
    assert not openai_models.CallOptions.__required_keys__


def test_what_the_official_module_has_and_this_one_has_not_is_a_row_of_the_migrating_page() -> None:
    official = {name for name in {*dir(openai), *openai.__all__} if not name.startswith("_") or name in openai.__all__}
    official -= {name for name in official if isinstance(getattr(openai, name), ModuleType)}
    resources = {name for name in official if type(getattr(openai, name)).__module__ == "openai._module_client"}
    missing = official - resources - {*dir(openai_models), "annotations"}
    page = (ROOT / "docs" / "migrating.md").read_text("utf-8")
    rows = " ".join(line.split(" | ")[0] for line in page.splitlines() if line.startswith("| "))
    assert "RequestOptions" in missing
    assert "chat" in resources
    assert "Every other resource (`client.chat`" in rows
    assert {name for name in missing if not re.search(rf"`(openai\.)?{name}`", rows)} == set()
