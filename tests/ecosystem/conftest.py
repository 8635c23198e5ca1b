"""A server that counts, and clients that were made before and after a tool came."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.hard.wire import WireServer
from tests.ecosystem.caller import KEY, Caller

from openai_models._http.routing import is_intercepted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
STEERING = ("OPENAI_", "OTEL_", "SENTRY_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def bare_environment() -> dict[str, str]:
    """Return the environment without what would steer the client or a tool."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(STEERING)}


@pytest.fixture(autouse=True, scope="session")
def _bare_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - bare_environment().keys():
            patch.delenv(name)
        patch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
        yield


@pytest.fixture(autouse=True)
def _unseen_before_and_after() -> Iterator[None]:
    """Make sure that clients send by the package's own transport before a tool is on, and once it is off."""
    assert not is_intercepted(is_async=False)
    assert not is_intercepted(is_async=True)
    yield
    assert not is_intercepted(is_async=False)
    assert not is_intercepted(is_async=True)


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(kind: str) -> Iterator[Callable[..., Caller]]:
    """Make callers, which are closed after the test."""
    made: list[Caller] = []

    def make(base_url: str, http: Any = None) -> Caller:
        made.append(Caller(kind, base_url, http))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


@pytest.fixture(params=["made later", "made before", "has sent before"])
def caller(request: pytest.FixtureRequest, server: WireServer, make: Callable[..., Caller]) -> Caller:
    """Return a caller of the server, whose client may be there before the test turns a tool on."""
    caller = make(server.base_url)
    if request.param != "made later":
        assert not caller.client.is_closed()
    if request.param == "has sent before":
        assert caller.retrieve("earlier").owned_by == "acme"
        server.wait_for_requests(1)
        server.forget()
    return caller


def run_alone(server: WireServer, *command: str) -> str:
    """Return what a Python command prints in a process of its own that knows the server."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=ROOT,
        env=bare_environment() | {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def alone(server: WireServer) -> Callable[..., str]:
    """Run Python in a process of its own."""
    return partial(run_alone, server)
