"""A console that has few characters, such as those of Windows, shows the others escaped."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from openai_models.testing import MockServer


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "cp932"])
@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1"}], ids=["in a pipe", "on a terminal"])
def test_any_model_id_is_shown(encoding: str, variables: dict[str, str]) -> None:
    models = [{"id": "modèle-ü-模型-😀", "object": "model", "created": 1, "owned_by": "acmé"}]
    with MockServer(models=models) as mock:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "openai_models", "list"],
            env={
                "PATH": os.environ["PATH"],
                "OPENAI_BASE_URL": mock.base_url,
                "OPENAI_API_KEY": mock.api_key,
                "PYTHONIOENCODING": encoding,
                **variables,
            },
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\U0001f600" in done.stdout.decode(encoding)
