"""The curl examples of the API reference work verbatim, except for the host and the key."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from openai_models.testing import MockServer

EXAMPLE = """\
curl https://api.openai.com/v1/models{} \\
  -H "Authorization: Bearer $OPENAI_API_KEY"
"""
DELETE = """\
curl https://api.openai.com/v1/models/ft:gpt-4o-mini:acemeco:suffix:abc123 \\
  -X DELETE \\
  -H "Authorization: Bearer $OPENAI_API_KEY"
"""
DOCUMENTED = {
    "id": "VAR_chat_model_id",
    "object": "model",
    "created": 1686935002,
    "owned_by": "openai",
    "shutdown_date": "2026-10-23",
}
DELETED = {"id": "ft:gpt-4o-mini:acemeco:suffix:abc123", "object": "model", "deleted": True}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("example", "documented"),
    [(EXAMPLE.format(""), None), (EXAMPLE.format("/VAR_chat_model_id"), DOCUMENTED), (DELETE, DELETED)],
    ids=["list", "retrieve", "delete"],
)
def test_the_documented_response(example: str, documented: dict[str, object] | None, mock: MockServer) -> None:
    expected = documented or {"object": "list", "data": mock.models}
    script = example.replace("https://api.openai.com/v1", mock.base_url)
    environment = {"OPENAI_API_KEY": mock.api_key, "NO_PROXY": "*", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == expected
