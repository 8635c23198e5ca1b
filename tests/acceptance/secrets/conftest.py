"""A server, a client's options with every secret in its place, and all that is logged."""

from __future__ import annotations

import functools
import io
import logging
import ssl
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.hard.wire import WireServer
from tests.acceptance.secrets.planting import Options

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def _one_tls_context() -> Iterator[None]:
    # The certificates are read once a module: each of some hundred clients would, and none needs them.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    for name in ("http_proxy", "https_proxy", "all_proxy", "OPENAI_LOG", "OPENAI_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)


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
    return Options(bool(request.param), server.base_url)
