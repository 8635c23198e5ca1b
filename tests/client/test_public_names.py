"""The names that the package gives."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import openai
import pytest
from tests.parts import Server, Shell, answer

import openai_models
from openai_models import NOT_GIVEN, APIResponse, AsyncAPIResponse, OpenAI, omit, resources

ROOT = Path(__file__).parents[2]


def test_everything_that_is_public_can_be_imported() -> None:
    assert len(openai_models.__all__) == len(set(openai_models.__all__))
    assert [name for name in openai_models.__all__ if getattr(openai_models, name) is None] == []
    assert {"OpenAI", "AsyncOpenAI", "NotFoundError", "Timeout", "DefaultHttpxClient"} <= set(openai_models.__all__)
    assert (openai_models.Client, openai_models.AsyncClient) == (openai_models.OpenAI, openai_models.AsyncOpenAI)


SETTINGS = "api_key organization project base_url timeout max_retries default_headers default_query http_client"
DIR = "import openai_models as module; print(*dir(module)); print(*dir(module.resources))"


def test_dir_shows_the_public_names_before_they_are_used_and_no_others(run_python: Callable[..., str]) -> None:
    package, of_resources = [line.split() for line in run_python(DIR).splitlines()]
    public = {name for name in package if not name.startswith("_") or name == "__version__"}
    assert public == {*openai_models.__all__, *SETTINGS.split()}
    assert sorted(of_resources) == sorted(resources.__all__)


@pytest.mark.parametrize("module", [openai_models, resources])
def test_an_unknown_name_is_an_attribute_error_that_names_it(module: object) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Completions'"):
        _ = module.Completions  # type: ignore[attr-defined]  # which is the point


def test_the_names_for_annotations_are_the_classes_of_what_the_calls_return(shell: Shell) -> None:
    models = shell.client(Server(answer({"id": "a"}))).models
    assert isinstance(shell.call(models.with_raw_response.retrieve, "a"), APIResponse)
    manager = models.with_streaming_response.retrieve("a")
    streamed = shell.call(manager.__aenter__ if shell.is_async else manager.__enter__)
    assert isinstance(streamed, AsyncAPIResponse if shell.is_async else APIResponse)
    shell.call(streamed.close)


def test_call_options_are_those_of_every_call() -> None:
    options = get_type_hints(openai_models.CallOptions)
    for call in (resources.Models.list, resources.AsyncModelsWithRawResponse.delete):
        hints = get_type_hints(call)
        assert options == {name: hints[name] for name in hints if name not in {"model", "return"}}
    assert not openai_models.CallOptions.__required_keys__


def test_an_option_is_a_descriptor_of_the_class_and_the_sentinels_show_their_names_and_are_false() -> None:
    assert inspect.isdatadescriptor(OpenAI.max_retries)
    assert [(repr(each), bool(each)) for each in (NOT_GIVEN, omit)] == [("NOT_GIVEN", False), ("omit", False)]


def test_what_the_official_module_has_and_this_one_has_not_is_a_row_of_the_migrating_page() -> None:
    official = {name for name in {*dir(openai), *openai.__all__} if not name.startswith("_") or name in openai.__all__}
    # `isinstance` would ask the proxy of each resource for its `__class__`, and so import all of them.
    kinds = {name: type(getattr(openai, name)) for name in official}
    official -= {name for name, kind in kinds.items() if issubclass(kind, ModuleType)}
    of_resources = {name for name in official if kinds[name].__module__ == "openai._module_client"}
    missing = official - of_resources - {*dir(openai_models), "annotations"}
    page = (ROOT / "docs" / "migrating.md").read_text("utf-8")
    rows = " ".join(line.split(" | ")[0] for line in page.splitlines() if line.startswith("| "))
    assert "RequestOptions" in missing
    assert "chat" in of_resources
    assert "Every other resource (`client.chat`" in rows
    assert {name for name in missing if not re.search(rf"`(openai\.)?{name}`", rows)} == set()
