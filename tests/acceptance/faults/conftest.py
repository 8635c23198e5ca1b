"""The process that runs the cells, one for all the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.faults.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made
