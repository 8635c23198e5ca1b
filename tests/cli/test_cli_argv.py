"""Global options before or after the command, and which command it is."""

from __future__ import annotations

import pytest

from openai_models.cli._argv import hoist_global_options
from openai_models.cli._errors import CliError


@pytest.mark.parametrize(
    ("line", "expected", "command"),
    [
        ("list --base-url URL --json", "--base-url URL list --json", "list"),
        ("--base-url URL list", "--base-url URL list", "list"),
        ("list --timeout=5 --debug", "--timeout=5 --debug list", "list"),
        ("get -- --debug", "get -- --debug", "get"),
        ("mock --profile vllm", "mock --profile vllm", "mock"),
        ("--profile mock list", "--profile mock list", "list"),
        ("contract URL --api-key-file FILE", "--api-key-file FILE contract URL", "contract"),
        ("contract URL --base-url URL", "contract URL --base-url URL", "contract"),
        ("contract URL --verbose", "contract URL --verbose", "contract"),
        ("--help", "--help", None),
        ("help", "--help", None),
        ("help list", "list --help", "list"),
        ("--debug help list", "--debug list --help", "list"),
        ("help help", "--help", None),
        ("list --version", "--version list", "list"),
        ("--owner x list", "--owner x list", None),
        ("--show-completion bash", "--show-completion bash", None),
    ],
)
def test_global_options_move_before_the_command(line: str, expected: str, command: str | None) -> None:
    assert hoist_global_options(line.split()) == (expected.split(), command)


@pytest.mark.parametrize("line", ["list --api-key sk-x", "--api-key=sk-x list"])
def test_a_key_on_the_command_line_is_refused(line: str) -> None:
    with pytest.raises(CliError, match="no key on the command line"):
        hoist_global_options(line.split())


def test_an_option_without_its_value_does_not_swallow_the_command() -> None:
    with pytest.raises(CliError, match="--base-url needs a value"):
        hoist_global_options(["list", "--base-url"])
