"""The Python of the official API's page on models runs against the mock, also with only its import changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openai_models.testing import MockServer

SNIPPETS = Path(__file__).parent / "snippets"


@pytest.mark.parametrize("sdk", ["openai", "openai_models"])
def test_the_snippets_print_the_same_with_both_sdks(sdk: str) -> None:
    names = ("list_models", "retrieve_model", "delete_model")
    code = "\n".join((SNIPPETS / f"{name}.py").read_text("utf-8") for name in names)
    assert code.count("from openai import") == len(names)
    with MockServer(api_key="My API Key") as mock:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code.replace("from openai import", f"from {sdk} import")],
            env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
            capture_output=True,
            text=True,
            check=False,
        )
    printed = "gpt-4o-mini\ngpt-4o-mini\nft:gpt-4o-mini:acemeco:suffix:abc123\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")
