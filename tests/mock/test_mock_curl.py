"""The curl lines of the API reference work verbatim, but for the host and the key."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, Request, build_opener

import pytest

if TYPE_CHECKING:
    from openai_models.testing import MockServer

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
LINES = pytest.mark.parametrize("line", [LIST, RETRIEVE, DELETE], ids=["list", "retrieve", "delete"])


def check(line: str, answer: dict[str, object]) -> None:
    match line:
        case _ if line == LIST:
            assert answer["object"] == "list"
            assert isinstance(answer["data"], list)
            assert len(answer["data"]) > 5
        case _ if line == RETRIEVE:
            # The answer that the reference shows.
            assert answer == {
                "id": "VAR_chat_model_id",
                "object": "model",
                "created": 1686935002,
                "owned_by": "openai",
                "shutdown_date": "2026-10-23",
            }
        case _:
            assert answer == {"id": "ft:gpt-4o-mini:acemeco:suffix:abc123", "object": "model", "deleted": True}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine; see the test below")
@LINES
def test_a_curl_line_works_in_a_shell(mock: MockServer, line: str) -> None:
    script = line.replace("https://api.openai.com/v1", mock.base_url)
    environment = {"OPENAI_API_KEY": mock.api_key, "NO_PROXY": "*", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    check(line, json.loads(done.stdout))


@LINES
def test_a_curl_line_works_when_read_as_a_request(mock: MockServer, line: str) -> None:
    _, url, *options = shlex.split(line.replace("\\\n", "").replace("$OPENAI_API_KEY", mock.api_key))
    given = dict(zip(options[::2], options[1::2], strict=True))
    name, _, value = given["-H"].partition(": ")
    url = url.replace("https://api.openai.com/v1", mock.base_url)
    request = Request(url, method=given.get("-X", "GET"), headers={name: value})
    with build_opener(ProxyHandler({})).open(request, timeout=5) as response:
        check(line, json.load(response))
