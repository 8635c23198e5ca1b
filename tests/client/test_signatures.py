"""The public functions, methods and classes as editors and other programs see them."""

from __future__ import annotations

import inspect
import re
import typing
from functools import cached_property
from typing import TYPE_CHECKING, Any

import openai
import openai.resources.models
import pytest

import openai_models
from openai_models import AsyncOpenAI, OpenAI, pagination, resources, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OURS = ("openai_models.", "openai_models_api.")


def public_classes() -> Iterator[type]:
    """Yield the classes with public names, and those that their methods return."""
    waiting: list[Any] = [
        getattr(module, name) for module in (openai_models, pagination, resources, types) for name in module.__all__
    ]
    seen: set[Any] = set()
    while waiting:
        value = waiting.pop()
        value = typing.get_origin(value) or value
        if isinstance(value, type) and value not in seen and f"{value.__module__}.".startswith(OURS):
            seen.add(value)
            yield value
            for _, function in functions_of(value):
                result = typing.get_type_hints(function).get("return")
                waiting += [result, *typing.get_args(result)]


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
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def test_the_walk_finds_the_public_api() -> None:
    assert {
        "openai_models._client.OpenAI.__init__",
        "openai_models._client.OpenAI.copy",
        "openai_models._client.OpenAI.models",
        "openai_models._async_client.AsyncOpenAI.close",
        "openai_models._async_client.AsyncOpenAIWithRawResponse.__init__",
        "openai_models.resources.models.AsyncModels.delete",
        "openai_models.resources.raw_models.ModelsWithRawResponse.retrieve",
        "openai_models.resources.streaming_models.AsyncModelsWithStreamingResponse.list",
        "openai_models._responses.raw.RawAPIResponse.content",
        "openai_models._responses.streaming.APIResponse.read",
        "openai_models._responses.async_streaming.AsyncAPIResponse.iter_lines",
        "openai_models.pagination.SyncPage.get_next_page",
        "openai_models.pagination.AsyncPaginator.__init__",
        "openai_models.types.model.Model.created_at",
        "openai_models._exceptions.APIStatusError.__init__",
    } <= FUNCTIONS.keys()


@each_function
def test_the_annotations_of_a_function_can_be_read_at_run_time(function: Callable[..., Any]) -> None:
    assert typing.get_type_hints(function).keys() == function.__annotations__.keys()
    signature = inspect.signature(function, eval_str=True)
    assert function.__name__ == "getter" or signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__qualname__)
def test_the_annotations_of_a_class_can_be_read_at_run_time(cls: type) -> None:
    typing.get_type_hints(cls)
    if inspect.isfunction(
        inspect.getattr_static(cls, "__init__")
    ):  # else Python's own constructor, of an exception or a string
        assert inspect.signature(cls, eval_str=True)


def described_arguments(text: str) -> list[str]:
    """Return the names under `Args:` in a docstring of Google's style."""
    section = re.search(r"^Args:\n((?: +\S.*\n?)+)", inspect.cleandoc(text), re.MULTILINE)
    return re.findall(r"^    \*{0,2}(\w+): \S", section[1], re.MULTILINE) if section else []


# What only the package calls.
UNDESCRIBED = re.compile(
    r"^openai_models_api|enter__|(_responses|resources|_sentinels|With(Raw|Streamed)Response).*__init__"
)
DESCRIBED = {name: function for name, function in FUNCTIONS.items() if not UNDESCRIBED.search(name)}


@pytest.mark.parametrize("function", DESCRIBED.values(), ids=DESCRIBED)
def test_a_docstring_describes_each_argument_in_full(function: Callable[..., Any]) -> None:
    text = function.__doc__
    if function.__name__ == "__init__":  # arguments are described with the class
        (text,) = {cls.__doc__ for base in CLASSES for cls in base.__mro__ if vars(cls).get("__init__") is function}
    arguments = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name not in {"self", "cls"} and not parameter.name.startswith("_")
    ]
    assert text
    assert described_arguments(text) == arguments
    assert not re.search(r"\b[Aa]s (for|in) `|\bSee `", text)


OFFICIAL = [
    *((resources.Models, openai.resources.models.Models, name) for name in ("list", "retrieve", "delete")),
    *((resources.AsyncModels, openai.resources.models.AsyncModels, name) for name in ("list", "retrieve", "delete")),
    *((OpenAI, openai.OpenAI, name) for name in ("__init__", "copy", "with_options", "close", "is_closed")),
    *((AsyncOpenAI, openai.AsyncOpenAI, name) for name in ("__init__", "copy", "with_options", "close", "is_closed")),
]
NOT_COVERED = {
    "admin_api_key", "workload_identity", "webhook_secret", "provider", "data_residency", "websocket_base_url",
    "_enforce_credentials", "_extra_kwargs",
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "method"), OFFICIAL, ids=[f"{row[0].__name__}.{row[2]}" for row in OFFICIAL])  # fmt: skip
def test_the_parameters_are_those_of_the_official_sdk(ours: type, theirs: type, method: str) -> None:
    own = inspect.signature(getattr(ours, method)).parameters
    official = inspect.signature(getattr(theirs, method)).parameters
    assert own.keys() - {"max_response_bytes"} == official.keys() - NOT_COVERED
    for name in own.keys() & official.keys():
        assert own[name].kind == official[name].kind
        # The official SDK's `base_url=NOT_GIVEN` stands for the environment's, as None does in both.
        assert repr(own[name].default) == repr(official[name].default) or name == "base_url"


@pytest.mark.parametrize("method", ["list", "retrieve", "delete"])
@pytest.mark.parametrize("prefix", ["", "Async"])
def test_a_call_has_the_same_parameters_in_every_view(prefix: str, method: str) -> None:
    names = (f"{prefix}Models", f"{prefix}ModelsWithRawResponse", f"{prefix}ModelsWithStreamingResponse")
    found = [inspect.signature(getattr(getattr(resources, name), method)).parameters for name in names]
    assert found[0] == found[1] == found[2]


MISTYPED: dict[str, Callable[[OpenAI, AsyncOpenAI], Any]] = {
    "Models.list": lambda client, _: client.models.list(extra_header={}),  # type: ignore[call-arg]
    "Models.retrieve": lambda client, _: client.models.retrieve("a", extra_header={}),  # type: ignore[call-arg]
    "Models.delete": lambda client, _: client.models.delete("a", extra_header={}),  # type: ignore[call-arg]
    "ModelsWithRawResponse.list": lambda client, _: client.models.with_raw_response.list(extra_header={}),  # type: ignore[call-arg]
    "ModelsWithStreamingResponse.list": lambda client, _: client.models.with_streaming_response.list(extra_header={}),  # type: ignore[call-arg]
    "AsyncModels.list": lambda _, client: client.models.list(extra_header={}),  # type: ignore[call-arg]
    "AsyncModels.retrieve": lambda _, client: client.models.retrieve("a", extra_header={}),  # type: ignore[call-arg]
    "OpenAI.copy": lambda client, _: client.with_options(extra_header={}),  # type: ignore[call-arg]
    "OpenAI.__init__": lambda _, __: OpenAI(extra_header={}),  # type: ignore[call-arg]
}


@pytest.mark.parametrize("name", MISTYPED)
def test_a_mistyped_option_is_an_error_about_what_was_called(name: str) -> None:
    expected = f"^{re.escape(name)}\\(\\) got an unexpected keyword argument 'extra_header'"
    with pytest.raises(TypeError, match=expected):
        MISTYPED[name](OpenAI(api_key="k"), AsyncOpenAI(api_key="k"))
