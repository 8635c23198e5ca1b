"""The official Python SDK is a client of the mock: the Python of the official API's page runs as it stands."""

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
def test_an_upstream_snippet_runs_with_the_official_sdk_against_the_mock(name: str, printed: str) -> None:
    with MockServer(api_key="My API Key") as mock:
        done = subprocess.run(
            [sys.executable, SNIPPETS / f"{name}.py"],
            env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{printed}\n", "")
