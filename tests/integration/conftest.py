"""Servers of other people, and the two ways to call them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from tests.integration import run

from openai_models import AsyncOpenAI, OpenAI
from openai_models.testing import MockServer

# What is done with `client.models`: the value itself from the sync client, an awaitable of it from the async one.
Operation = Callable[[Any], Any]
# Calls an operation of a server, with options of the client, and returns what comes out, awaited where need be.
Call = Callable[..., Any]


class Server(NamedTuple):
    """Where a server listens, and a key that it takes."""

    base_url: str
    api_key: str


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    def call(server: Server, operation: Operation, /, **options: Any) -> Any:
        options = server._asdict() | {"max_retries": 0} | options
        if request.param == "sync":
            with OpenAI(**options) as client:
                return operation(client.models)

        async def wait() -> Any:
            async with AsyncOpenAI(**options) as client:
                return await operation(client.models)

        return asyncio.run(wait())

    return call


@pytest.fixture(scope="session")
def llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """llama.cpp's own server with one model of random weights."""
    with run.llama_server(tmp_path_factory.mktemp("llama")) as address:
        yield Server(f"{address}/v1", run.LLAMA_KEY)


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Prism, making answers out of openapi.yaml; it asks for a bearer token and takes any."""
    with run.prism_server(tmp_path_factory.mktemp("prism"), "mock", str(run.SPEC)) as address:
        yield Server(address, "sk-any")


@pytest.fixture(scope="session")
def checked_llama_cpp(llama_cpp: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """llama.cpp's server behind Prism, which compares what passes with openapi.yaml."""
    folder = tmp_path_factory.mktemp("prism")
    with run.prism_server(folder, "proxy", str(run.SPEC), llama_cpp.base_url) as address:
        yield Server(address, llama_cpp.api_key)


@pytest.fixture(scope="session")
def checked_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The bundled mock behind Prism, which compares what passes with openapi.yaml."""
    folder = tmp_path_factory.mktemp("prism")
    with MockServer() as mock, run.prism_server(folder, "proxy", str(run.SPEC), mock.base_url) as address:
        yield Server(address, mock.api_key)
