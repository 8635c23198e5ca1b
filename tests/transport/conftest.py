"""Each test on a thread, on asyncio and on trio, with servers that must be left without a connection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.hard.wire import WireServer
from tests.transport.parts import Listener, silent_address

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "SSL")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")


@pytest.fixture(params=["sync", "asyncio", "trio"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anyio_backend(kind: str) -> str:
    return "asyncio" if kind == "sync" else kind


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server
        server.wait_for_open(0)


@pytest.fixture
def tls_server() -> Iterator[WireServer]:
    with WireServer(tls=True) as server:
        yield server
        server.wait_for_open(0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """An address from which nothing comes, not even a refusal."""
    with silent_address() as address:
        yield address
