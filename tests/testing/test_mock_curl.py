"""The curl examples of the API reference work verbatim, except for the host and the key."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from openai_models.testing import MockServer

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

LIST = """\
curl https://api.openai.com/v1/models \\
  -H "Authorization: Bearer $OPENAI_API_KEY"
"""
RETRIEVE = """\
curl https://api.openai.com/v1/models/VAR_chat_model_id \\
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


def run(example: str, mock: MockServer) -> Any:
    script = example.replace("https://api.openai.com/v1", mock.base_url)
    environment = {"OPENAI_API_KEY": mock.api_key, "NO_PROXY": "*", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_list(mock: MockServer) -> None:
    assert run(LIST, mock) == {"object": "list", "data": mock.models}


@pytest.mark.parametrize(("example", "documented"), [(RETRIEVE, DOCUMENTED), (DELETE, DELETED)])
def test_the_documented_response(example: str, documented: dict[str, object], mock: MockServer) -> None:
    assert run(example, mock) == documented
