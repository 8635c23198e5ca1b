"""Model ids in lists and in source files."""

from __future__ import annotations

import pytest

from openai_models.cli._scan import Found, find_ids, read_ids


def test_a_list_has_an_id_per_line_and_comments() -> None:
    text = "# ours\ngpt-4o\n\n  ft:gpt-4o:acme::1  # the bot\r\n"
    assert list(read_ids(text)) == [Found("gpt-4o", 2), Found("ft:gpt-4o:acme::1", 4)]


@pytest.mark.parametrize(
    "model", ["gpt-4-0613", "ft:gpt-4o:acme::1", "o1-mini", "text-embedding-3-small", "whisper-1", "chatgpt-4o-latest"]
)
def test_what_has_the_form_of_an_official_id_is_found_though_unlisted(model: str) -> None:
    assert list(find_ids(f"\nmodel = '{model}'", known=())) == [Found(model, 2)]


@pytest.mark.parametrize("word", ["gpt-", "gpt-4-", "gpt-4*", "o1", "openai", "text-align", "ft:", "gpt-4o is slow"])
def test_what_only_resembles_an_id_is_left_out(word: str) -> None:
    assert list(find_ids(f'x = "{word}"', known=())) == []


@pytest.mark.parametrize("model", ["o1", "qwen3:8b", "meta-llama/Llama-3.1-8B"])
def test_a_listed_id_is_found_whatever_its_form(model: str) -> None:
    assert list(find_ids(f"x = `{model}`", known={model})) == [Found(model, 1)]


def test_an_apostrophe_hides_no_literal() -> None:
    assert list(find_ids("it's \"gpt-4o\" isn't 'o1-mini'", known=())) == [Found("gpt-4o", 1), Found("o1-mini", 1)]
