"""The page for those who come from the official SDK: its table, and the recipes that it links."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import openai
import pytest
from tests.acceptance.parity.side import LIST

import pages
from openai_models import DefaultHttpxClient

if TYPE_CHECKING:
    from tests.acceptance.parity.side import Servers

    from openai_models.testing import RecordedRequest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "migrating.md"
OTHER_SERVERS = ROOT / "docs" / "providers.md"


def recipe(heading: str) -> str:
    """Return the first block of Python under a heading."""
    section = OTHER_SERVERS.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.search(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_the_table_of_the_page_is_that_of_the_probes() -> None:
    text = PAGE.read_text("utf-8")
    assert text == pages.with_table(text, pages.migrating()), "run `make pages`"


def _without_the_machine(request: RecordedRequest) -> dict[str, str]:
    names = ("api-key", "authorization", "accept", "content-type", "openai-organization", "openai-project")
    return {name: request.headers[name] for name in names if name in request.headers}


def test_the_recipe_for_azure_asks_as_the_official_azure_class_does(servers: Servers) -> None:
    servers.scripted.reset()
    servers.scripted.fail_next(200, body=LIST, times=2)
    block = recipe("Azure")
    code = block.replace("https://acme.openai.azure.com", servers.origin)
    assert code != block
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code + "\nprint([model.id for model in client.models.list()])"],
        env={"AZURE_OPENAI_API_KEY": "k-azure"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "['a', 'b']\n"
    with openai.AzureOpenAI(azure_endpoint=servers.origin, api_key="k-azure", api_version="2024-10-21") as official:
        official.models.list()
    ours, theirs = servers.scripted.requests
    assert (ours.method, ours.path, ours.query) == ("GET", "/openai/models", "api-version=2024-10-21")
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)
    assert ours.headers["api-key"] == "k-azure"
    assert "authorization" not in ours.headers
    assert _without_the_machine(ours) == _without_the_machine(theirs)


def test_http2_says_which_package_it_needs() -> None:
    assert importlib.util.find_spec("h2") is None, (
        "h2 is here: the line about HTTP/2 in docs/guide/http-clients.md can be a block that runs"
    )
    with pytest.raises(ImportError, match=re.escape("httpx[http2]")):
        DefaultHttpxClient(http2=True)
