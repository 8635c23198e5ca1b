"""The page about the contract says what the code does."""

import re
from pathlib import Path

from openai_models.contract import _suite  # noqa: F401 - which knows all the checks
from openai_models.contract._check import BUILTIN_CHECKS, CUSTOM_CHECKS
from openai_models.contract._command import contract
from openai_models.contract._exchange import MAX_BYTES
from openai_models.contract._gateway import SECONDS
from openai_models.contract._impact import IMPACT
from openai_models.contract._probes import MOST_LISTED, UNKNOWN_ID
from openai_models.contract._suite import DEFAULT_RATE
from openai_models.contract._target import TOTAL_TIMEOUT

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "contract.md").read_text("utf-8")


def test_the_table_of_checks_is_that_of_the_code() -> None:
    row = r'^\| <a id="(\w+)"></a>`\1` \| (official|compatible) \| (.+) \| (.+) \|$'
    assert re.findall(row, PAGE, re.MULTILINE) == [
        (check.name, str(check.level), check.requirement, IMPACT[check.name])
        for check in (*CUSTOM_CHECKS.values(), *BUILTIN_CHECKS.values())
    ]


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"Of more than {MOST_LISTED}," in PAGE
    assert f"begin with `{UNKNOWN_ID}`" in PAGE
    assert f"in any second; {DEFAULT_RATE} by default" in PAGE
    assert f"within {SECONDS} seconds and {MAX_BYTES // 2**20} MiB" in PAGE
    assert f"after {TOTAL_TIMEOUT} seconds, the exit status is 2" in PAGE


def test_every_option_of_the_command_has_a_row() -> None:
    options = {name for option in contract.params for name in option.opts if name.startswith("--")}
    assert set(re.findall(r"^\| `(--[\w-]+) ?", PAGE, re.MULTILINE)) == options


def test_the_page_of_servers_has_a_verdict_or_a_reason_for_each_and_links_to_checks() -> None:
    page = (DOCS / "compatibility.md").read_text("utf-8")
    servers = ["LiteLLM's proxy", "llama.cpp's server", "Prism", "transformers serve", "SGLang's router", "Mockoon"]
    verdict = r"(fails [0-9]+|passes|incomplete)"
    rows = re.findall(rf"^\| (.+?) \| \S+ [0-9.]+ \| {verdict} \| {verdict} \| .+ \|$", page, re.MULTILINE)
    left_out = re.findall(r"^- (.+?): \w+", page.partition("## Left out")[2].partition("##")[0], re.MULTILINE)
    assert sorted([name for name, *_ in rows] + left_out) == sorted(servers)
    linked = re.findall(r"contract\.md#(\w+)", page)
    assert linked
    assert set(linked) <= IMPACT.keys()
