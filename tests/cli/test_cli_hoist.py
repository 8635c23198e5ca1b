"""Global options before or after the command, and which command it is."""

from __future__ import annotations

import pytest

from openai_models.cli._errors import Refusal
from openai_models.cli._hoist import hoisted


@pytest.mark.parametrize(
    ("line", "expected", "command"),
    [
        ("list --base-url URL --json", "--base-url URL list --json", "list"),
        ("--base-url URL list", "--base-url URL list", "list"),
        ("list --timeout=5 --debug", "--timeout=5 --debug list", "list"),
        ("get -- --debug", "get -- --debug", "get"),
        ("mock --profile vllm", "mock --profile vllm", "mock"),
        ("--profile mock list", "--profile mock list", "list"),
        ("contract URL --api-key-file FILE", "contract URL --api-key-file FILE", "contract"),
        ("--help", "--help", None),
    ],
)
def test_global_options_move_before_the_command(line: str, expected: str, command: str | None) -> None:
    assert hoisted(line.split()) == (expected.split(), command)


@pytest.mark.parametrize("line", ["list --api-key sk-x", "--api-key=sk-x list"])
def test_a_key_on_the_command_line_is_refused(line: str) -> None:
    with pytest.raises(Refusal, match="no key on the command line"):
        hoisted(line.split())


def test_an_option_without_its_value_does_not_swallow_the_command() -> None:
    with pytest.raises(Refusal, match="--base-url needs a value"):
        hoisted(["list", "--base-url"])
