"""The public functions, methods and classes as editors and other programs see them."""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import openai
import openai.resources.models
import pytest

import openai_models
from openai_models import AsyncOpenAI, OpenAI, pagination, resources, types

OURS = ("openai_models.", "openai_models_api.")


def public_classes() -> Iterator[type]:
    """Yield the classes with public names, and those that their methods return or their bases name."""
    waiting: list[Any] = [
        getattr(module, name) for module in (openai_models, pagination, resources, types) for name in module.__all__
    ]
    seen: set[Any] = set()
    while waiting:
        value = waiting.pop()
        waiting += typing.get_args(value)
        value = typing.get_origin(value) or value
        if isinstance(value, type) and value not in seen and f"{value.__module__}.".startswith(OURS):
            seen.add(value)
            yield value
            waiting += [typing.get_type_hints(function).get("return") for _, function in functions_of(value)]
            waiting += vars(value).get("__orig_bases__", ())


def functions_of(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the constructor, the public methods and properties of a class, and how it is entered, with full names."""
    for base in cls.__mro__:
        for name, value in vars(base).items():
            function = value.fget if isinstance(value, property) else value
            function = function.func if isinstance(function, cached_property) else function
            function = getattr(function, "__func__", function)
            is_public = not name.startswith("_") or name in {"__init__", "__enter__", "__aenter__"}
            if is_public and inspect.isfunction(function) and function.__module__.startswith(OURS):
                yield f"{function.__module__}.{function.__qualname__}", function


CLASSES = sorted(public_classes(), key=lambda cls: cls.__qualname__)
FUNCTIONS = {name: function for cls in CLASSES for name, function in functions_of(cls)}


def test_the_walk_finds_the_public_api() -> None:
    assert {
        "openai_models._config.configured_client.ConfiguredClient.copy",
        "openai_models._client.ClientView.__init__",
        "openai_models.resources.models.Calls.retrieve",
        "openai_models.resources.async_models.AsyncModels.list",
        "openai_models._responses.async_streaming.AsyncResponseContextManager.__aenter__",
        "openai_models._responses.async_streaming.AsyncAPIResponse.iter_lines",
        "openai_models.pagination.AsyncPaginator.__init__",
        "openai_models.types.model.Model.created_at",
        "openai_models._exceptions.APIStatusError.__init__",
    } <= FUNCTIONS.keys()


def described_arguments(text: str) -> list[str]:
    """Return the names under `Args:` in a docstring of Google's style."""
    section = re.search(r"^Args:\n((?: +\S.*\n?)+)", inspect.cleandoc(text), re.MULTILINE)
    return re.findall(r"^    \*{0,2}(\w+): \S", section[1], re.MULTILINE) if section else []


# What only the package calls.
UNDESCRIBED = re.compile(
    r"^openai_models_api|enter__|protocols|(_responses|resources|_sentinels|With(Raw|Streamed)Response).*__init__"
)


@pytest.mark.parametrize(("name", "function"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_a_functions_annotations_can_be_read_at_run_time_and_its_docstring_describes_each_argument(
    name: str, function: Callable[..., Any]
) -> None:
    assert typing.get_type_hints(function).keys() == function.__annotations__.keys()
    signature = inspect.signature(function, eval_str=True)
    assert function.__name__ == "getter" or signature.return_annotation is not inspect.Signature.empty
    if UNDESCRIBED.search(name):
        return
    text = function.__doc__
    if function.__name__ == "__init__":  # arguments are described with the class
        (text,) = {cls.__doc__ for base in CLASSES for cls in base.__mro__ if vars(cls).get("__init__") is function}
    assert text
    named = [each for each in signature.parameters if each not in {"self", "cls"} and not each.startswith("_")]
    assert described_arguments(text) == named
    assert not re.search(r"\b[Aa]s (for|in) `|\bSee `", text)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__qualname__)
def test_the_annotations_of_a_class_can_be_read_at_run_time(cls: type) -> None:
    typing.get_type_hints(cls)
    if inspect.isfunction(inspect.getattr_static(cls, "__init__")):  # else Python's own, of an exception or a string
        assert inspect.signature(cls, eval_str=True)


CALLS = ["list", "retrieve", "delete"]
OFFICIAL = [
    *((resources.Models, openai.resources.models.Models, name) for name in CALLS),
    *((resources.AsyncModels, openai.resources.models.AsyncModels, name) for name in CALLS),
    *((OpenAI, openai.OpenAI, name) for name in ("__init__", "copy", "with_options", "close", "is_closed")),
    *((AsyncOpenAI, openai.AsyncOpenAI, name) for name in ("__init__", "copy", "with_options", "close", "is_closed")),
]
NOT_COVERED = {
    "admin_api_key", "workload_identity", "webhook_secret", "provider", "data_residency", "websocket_base_url",
    "_enforce_credentials", "_extra_kwargs",
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "method"), OFFICIAL)
def test_the_parameters_are_those_of_the_official_sdk(ours: type, theirs: type, method: str) -> None:
    own = inspect.signature(getattr(ours, method)).parameters
    official = inspect.signature(getattr(theirs, method)).parameters
    assert own.keys() - {"max_response_bytes"} == official.keys() - NOT_COVERED
    for name in own.keys() & official.keys():
        assert own[name].kind == official[name].kind
        # The official SDK's `base_url=NOT_GIVEN` stands for the environment's, as None does in both.
        assert repr(own[name].default) == repr(official[name].default) or name == "base_url"


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("prefix", ["", "Async"])
def test_a_call_has_the_same_parameters_in_every_view(prefix: str, method: str) -> None:
    names = (f"{prefix}Models", f"{prefix}ModelsWithRawResponse", f"{prefix}ModelsWithStreamingResponse")
    found = [inspect.signature(getattr(getattr(resources, name), method)).parameters for name in names]
    assert found[0] == found[1] == found[2]
