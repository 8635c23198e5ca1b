from __future__ import annotations

import json

from tests.acceptance.providers.exchanges import SERVERS

import pages
from openai_models.testing import PROFILES


def test_the_page_is_what_the_fixtures_give() -> None:
    text = (pages.DOCS / "providers.md").read_text("utf-8")
    assert text == pages.with_table(text, pages.providers()), "run `make pages`"


def test_the_mock_plays_every_server_of_the_page() -> None:
    assert set(PROFILES) == {json.loads(file.read_text("utf-8"))["provider"] for file in SERVERS.glob("*.json")}
