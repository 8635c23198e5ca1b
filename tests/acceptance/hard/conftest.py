"""A server, and a quick wait between attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.hard.wire import WireServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
