"""The Python of the official API's page on models runs with only its import changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openai_models.testing import MockServer

SNIPPETS = Path(__file__).parent / "snippets"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("list_models", "gpt-4o-mini"),
        ("retrieve_model", "gpt-4o-mini"),
        ("delete_model", "ft:gpt-4o-mini:acemeco:suffix:abc123"),
    ],
)
def test_an_upstream_snippet_prints_the_same_with_its_import_changed(name: str, printed: str) -> None:
    code = (SNIPPETS / f"{name}.py").read_text("utf-8")
    changed = code.replace("from openai import", "from openai_models import")
    assert changed != code
    with MockServer(api_key="My API Key") as mock:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", changed],
            env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{printed}\n", "")
