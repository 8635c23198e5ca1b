"""A server that counts, and clients that were made before and after a tool came."""

import asyncio
import contextvars
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.hard.wire import WireServer

from openai_models import AsyncOpenAI, OpenAI

KEY = "sk-ecosystem"


class Caller:
    """Calls with an `OpenAI`, or with an `AsyncOpenAI` on a loop of asyncio; the client is made when it is needed."""

    def __init__(self, kind: str, base_url: str, http: Any = None) -> None:
        self._make = OpenAI if kind == "sync" else AsyncOpenAI
        self._options = {"base_url": base_url, "http_client": http}
        self._runner = asyncio.Runner()

    @cached_property
    def client(self) -> Any:
        return self._make(api_key=KEY, max_retries=1, **self._options)

    def retrieve(self, model: str) -> Any:
        return self._result(self.client.models.retrieve(model))

    def delete(self, model: str) -> Any:
        return self._result(self.client.models.delete(model))

    def list(self) -> list[str]:
        return [model.id for model in self._result(self.client.models.list()).data]

    def close(self) -> None:
        self._result(self.client.close())
        self._runner.close()

    def _result(self, given: Any) -> Any:
        async def wait() -> Any:
            return await given

        if self._make is OpenAI:
            return given
        # What a tool keeps in a context is that of the test, as in a program that calls `asyncio.run`.
        return self._runner.run(wait(), context=contextvars.copy_context())


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


@pytest.fixture
def caller(request: pytest.FixtureRequest, server: WireServer, make: Callable[..., Caller]) -> Caller:
    """Return a caller of the server that has sent before the test turns a tool on, or was only made, or not even that."""
    caller, state = make(server.base_url), getattr(request, "param", "has sent before")
    if state != "made later":
        assert not caller.client.is_closed()
    if state == "has sent before":
        assert caller.retrieve("earlier").owned_by == "acme"
        server.wait_for_requests(1)
        server.forget()
    return caller


@pytest.fixture
def alone(server: WireServer) -> Callable[..., str]:
    """Run Python in a process of its own that knows the server. Return what it prints."""

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", *command],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
