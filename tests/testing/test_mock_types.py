"""The annotations of the public functions and classes can be evaluated at run time, as documentation tools do."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from openai_models import testing
from openai_models.testing.pytest_plugin import openai_models_mock

if TYPE_CHECKING:
    from collections.abc import Callable

CLASSES = [value for name in testing.__all__ if isinstance(value := getattr(testing, name), type)]
FUNCTIONS = {
    f"{cls.__name__}.{name}": function
    for cls in CLASSES
    for name, member in inspect.getmembers(cls)
    if name in {"__init__", "__enter__", "__exit__"} or not name.startswith("_")
    if inspect.isfunction(function := member.fget if isinstance(member, property) else member)
} | {"the fixture": inspect.unwrap(openai_models_mock)}


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
