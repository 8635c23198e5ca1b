"""What holds for all acceptance tests."""

import functools
import gc
import ssl
from collections.abc import Iterator

import pytest
from tests.acceptance.hard.wire import WireServer


@pytest.fixture(scope="module", autouse=True)
def _one_tls_context() -> Iterator[None]:
    """Read the certificates once: each of some thousand clients would, and few need them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="module")
def _few_objects_to_collect() -> Iterator[None]:
    """Make the garbage collector leave out what was there before: after some thousand tests, a pass takes half a second."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server
