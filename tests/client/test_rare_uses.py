"""What few programs do with the public names."""

from __future__ import annotations

import inspect

import pytest

import openai_models
from openai_models import NOT_GIVEN, OpenAI, omit, resources


def test_an_option_is_a_descriptor_of_the_class() -> None:
    assert inspect.isdatadescriptor(OpenAI.max_retries)


def test_the_sentinels_show_their_names() -> None:
    assert (repr(NOT_GIVEN), repr(omit)) == ("NOT_GIVEN", "omit")


@pytest.mark.parametrize("module", [openai_models, resources])
def test_an_unknown_name_is_an_attribute_error_that_names_it(module: object) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Completions'"):
        _ = module.Completions  # type: ignore[attr-defined]  # which is the point
