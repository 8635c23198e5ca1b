"""The page for those who come from the official SDK: its table, and the recipes that it links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openai
from tests.acceptance.parity.probe import recorded
from tests.acceptance.parity.side import LIST

import pages
from openai_models.testing import MockServer

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "migrating.md"
AZURE = "https://acme.openai.azure.com"


def test_the_table_of_the_page_is_that_of_the_probes() -> None:
    text = PAGE.read_text("utf-8")
    assert text == pages.with_table(text, pages.migrating()), "run `make pages`"


def test_the_recipe_for_azure_asks_as_the_official_azure_class_does(servers: list[MockServer]) -> None:
    server = servers[0]
    server.reset()
    server.fail_next(200, body=LIST, times=2)
    origin = server.base_url.removesuffix("/v1")
    page = (ROOT / "docs" / "providers.md").read_text("utf-8")
    block = re.search(r"^## Azure$.*?^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert block is not None
    assert AZURE in block[1]
    code = block[1].replace(AZURE, origin) + "\nprint([model.id for model in client.models.list()])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={"AZURE_OPENAI_API_KEY": "k-azure"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "['a', 'b']\n"
    with openai.AzureOpenAI(azure_endpoint=origin, api_key="k-azure", api_version="2024-10-21") as official:
        official.models.list()
    ours, theirs = map(recorded, server.requests)
    assert ours == theirs
    assert (ours["path"], ours["query"]) == ("/openai/models", [["api-version", "2024-10-21"]])
    assert ours["headers"]["api-key"] == "k-azure"
    assert "authorization" not in ours["headers"]
