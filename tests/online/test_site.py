"""The site that `make docs` built loads nothing from elsewhere, and the notebook in examples/ runs."""

import json
import re
import subprocess
from pathlib import Path

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
LOADED = re.compile(r"<(?:script|img|iframe)\b[^>]*\bsrc=[\"']?(?:https?:)?//|<link\b[^>]*\bhref=[\"']?https?://")
RUN_NOTEBOOK = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(nbformat.writes(notebook))
"""


def test_no_page_loads_anything_from_elsewhere() -> None:
    pages = list(SITE.rglob("*.html"))
    assert len(pages) > 20
    assert {page.name for page in pages if LOADED.search(page.read_text("utf-8"))} == set()
    asking_github = 'data-md-component="source"'  # the theme's link to a repository asks for its stars
    assert {page.name for page in pages if asking_github in page.read_text("utf-8")} == set()
    styles = "".join(style.read_text("utf-8") for style in SITE.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)|@import", styles) == []


def test_the_search_index_has_the_pages_and_can_be_read_without_a_web_server() -> None:
    index = (SITE / "search" / "search_index.js").read_text("utf-8").removeprefix("var __index = ")
    titles = {entry["title"] for entry in json.loads(index)["docs"]}
    assert {"Quickstart", "Which failures are retried", "OpenAI"} <= {re.sub("<[^>]+>", "", each) for each in titles}


def test_the_notebook_draws_two_pictures(tmp_path: Path) -> None:
    with MockServer() as mock:
        environment = {
            "OPENAI_BASE_URL": mock.base_url,
            "OPENAI_API_KEY": mock.api_key,
            "PYTHONPATH": f"{ROOT / 'wrapper'}:{ROOT / 'generated'}",
            "HOME": str(tmp_path),
            "PATH": "",
        }
        done = subprocess.run(
            [ROOT / ".venv-docs" / "bin" / "python", "-c", RUN_NOTEBOOK, ROOT / "examples" / "models_by_owner.ipynb"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        listed = len(mock.models)
    assert done.returncode == 0, done.stderr
    outputs = [output for cell in json.loads(done.stdout)["cells"] for output in cell.get("outputs", [])]
    printed = ["".join(output["text"]) for output in outputs if output.get("name") == "stdout"]
    assert printed == [f"{listed} models\n"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
