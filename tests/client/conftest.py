"""A client of httpx2 for the tests that need one."""

from __future__ import annotations

import pytest
from tests.client.httpx2_parts import Run


@pytest.fixture(params=["sync", "asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    return Run(request.param)
