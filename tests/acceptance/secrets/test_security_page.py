"""docs/security.md: its links lead to tests, and what it says isn't kept from a program that asks is as it says."""

import copy
import pickle
import re
from pathlib import Path

import pytest
from tests.acceptance.hard.wire import Reply, WireServer, answer

from openai_models import APIStatusError, OpenAI

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
KEY = "sk-PLANTED-security"


def test_each_promise_leads_to_tests() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|")][2:]
    links = re.findall(r"\]\(\.\./(tests/[\w/]+)\)", PAGE)
    assert len(links) >= len(rows) >= 8
    assert [row for row in rows if "](../tests/" not in row] == []
    assert [link for link in links if not list((ROOT / link).glob("test_*.py"))] == []


def test_a_program_that_asks_for_the_request_of_an_error_finds_the_key_but_not_in_a_copy() -> None:
    server = WireServer(reply=lambda _: Reply((answer(b"{}", "400 Bad Request"),)))
    with server, OpenAI(base_url=server.base_url, api_key=KEY) as client, pytest.raises(APIStatusError) as caught:
        client.models.retrieve("m")
    assert caught.value.request.headers["authorization"] == f"Bearer {KEY}"
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert "authorization" not in again.request.headers
        assert "authorization" not in again.response.request.headers
