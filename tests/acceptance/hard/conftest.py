"""No waits between attempts, and quick passes of the garbage collector."""

import pytest


@pytest.fixture(autouse=True)
def _quick(short_waits: None, _few_objects_to_collect: None) -> None:
    pass
