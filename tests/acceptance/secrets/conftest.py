"""A client's options with every secret in its place, and all that is logged."""

import io
import logging
from collections.abc import Iterator

import pytest
from tests.acceptance.hard.wire import WireServer
from tests.acceptance.secrets.planting import Options


@pytest.fixture(autouse=True)
def _quick(short_waits: None, _few_objects_to_collect: None) -> None:
    pass


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG, by whichever library."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s %(exc_info)s"))
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("openai_models", "httpx", "httpcore"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(params=[False, True], ids=["key", "function"])
def options(request: pytest.FixtureRequest, server: WireServer) -> Options:
    return Options(server.base_url, by_function=bool(request.param))
