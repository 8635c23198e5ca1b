"""The fixture `openai_models_contract`, in the test suite of somebody's server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TESTS = """
import pytest
from openai_models.testing import MockServer

@pytest.mark.parametrize("profile", ["openai", "mistral"])
def test_my_server(openai_models_contract, profile):
    with MockServer(profile=profile) as server:
        report = openai_models_contract(server.base_url, api_key=server.api_key, level="compatible", max_examples=1)
    assert report.passed
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "test_server.py").write_text(TESTS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "-q", str(folder)],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_a_server_that_fails_fails_the_test_with_its_failures_and_no_traceback(output: str) -> None:
    assert "1 failed, 1 passed" in output
    assert "(compatible): fails" in output
    assert "unknown_model: A model that doesn't exist gets 404." in output
    assert 'curl -X GET -H "Authorization: Bearer $OPENAI_API_KEY"' in output
    assert "test_server.py:8" not in output


def test_pytest_starts_without_schemathesis(tmp_path: Path) -> None:
    code = "import sys, openai_models.contract.pytest_plugin; assert 'schemathesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
