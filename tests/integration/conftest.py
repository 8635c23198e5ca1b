"""The servers that `make integration` started, and the two ways to call them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import pytest

from openai_models import AsyncOpenAI, OpenAI

# What is done with `client.models`: the value itself from the sync client, an awaitable of it from the async one.
Operation = Callable[[Any], Any]


@dataclass(frozen=True)
class Server:
    """Where a server listens, and a key that it takes."""

    base_url: str
    api_key: str


class Call(Protocol):
    """Calls an operation with a client of its own and returns what comes out, awaited where need be."""

    def __call__(self, server: Server, operation: Operation, /, **options: Any) -> Any: ...


def _options(server: Server, options: dict[str, Any]) -> dict[str, Any]:
    return {"base_url": server.base_url, "api_key": server.api_key, "max_retries": 0} | options


def _call_sync(server: Server, operation: Operation, /, **options: Any) -> Any:
    with OpenAI(**_options(server, options)) as client:
        return operation(client.models)


def _call_async(server: Server, operation: Operation, /, **options: Any) -> Any:
    async def call() -> Any:
        async with AsyncOpenAI(**_options(server, options)) as client:
            return await operation(client.models)

    return asyncio.run(call())


@pytest.fixture(params=[_call_sync, _call_async], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """The sync client, then the async one."""
    return cast("Call", request.param)


def _started(name: str) -> str:
    if name not in os.environ:
        pytest.fail(
            f"{name} is not set: these tests run by `make integration`, which starts the servers", pytrace=False
        )
    return os.environ[name]


@pytest.fixture(scope="session")
def llama_cpp() -> Server:
    """llama.cpp's own server with one model of random weights."""
    return Server(_started("LLAMA_CPP_BASE_URL"), _started("LLAMA_CPP_API_KEY"))


@pytest.fixture(scope="session")
def prism() -> Server:
    """Prism, making answers out of openapi.yaml; it asks for a bearer token and takes any."""
    return Server(_started("PRISM_BASE_URL"), "sk-any")


@pytest.fixture(scope="session")
def checked_llama_cpp() -> Server:
    """llama.cpp's server behind Prism, which compares what passes with openapi.yaml."""
    return Server(_started("PRISM_LLAMA_CPP_BASE_URL"), _started("LLAMA_CPP_API_KEY"))


@pytest.fixture(scope="session")
def checked_mock() -> Server:
    """The bundled mock behind Prism, which compares what passes with openapi.yaml."""
    return Server(_started("PRISM_MOCK_BASE_URL"), _started("MOCK_API_KEY"))
