from __future__ import annotations

import json

from tests.acceptance.providers.exchanges import SERVERS

import providers_page
from openai_models.testing import PROFILES


def test_the_page_is_what_the_fixtures_give() -> None:
    assert providers_page.PAGE.read_text("utf-8") == providers_page.page(), "run python tools/providers_page.py"


def test_the_mock_plays_every_server_of_the_page() -> None:
    assert set(PROFILES) == {json.loads(file.read_text("utf-8"))["provider"] for file in SERVERS.glob("*.json")}
