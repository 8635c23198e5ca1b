"""The rules of a call are the same for every driver: most tests of the core ask one of them."""

import pytest
from tests.parts import Shell


@pytest.fixture
def shell() -> Shell:
    return Shell("sync")
