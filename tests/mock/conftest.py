"""Parts for the tests of the mock server: a server, a client, and the bare wire."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpx
import pytest

from openai_models import AsyncOpenAI, OpenAI
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What came back, read by the standard library's client, which leaves paths as they are."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def error(self) -> dict[str, object]:
        """The envelope's content; the envelope holds nothing else."""
        envelope = json.loads(self.body)
        assert list(envelope) == ["error"]
        error: dict[str, object] = envelope["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return error


class Ask(Protocol):
    def __call__(self, method: str, path: str, *, key: str | None = None) -> Answer: ...


class Wire(Protocol):
    def __call__(self, sent: bytes) -> bytes: ...


class Call(Protocol):
    def __call__(self, mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any: ...


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call an operation of a mock through the facade; of a list, all its pages. It doesn't retry unless told to."""

    def settings(mock: MockServer, options: dict[str, Any]) -> dict[str, Any]:
        return {"base_url": mock.base_url, "api_key": mock.api_key, "max_retries": 0, **options}

    def sync(mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any:
        with OpenAI(**settings(mock, options)) as client:
            result = getattr(client.models, operation)(*arguments)
            return list(result) if operation == "list" else result

    async def twin(mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any:
        async with AsyncOpenAI(**settings(mock, options)) as client:
            if operation == "list":
                return [model async for model in client.models.list()]
            return await getattr(client.models, operation)(*arguments)

    def async_(mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any:
        return asyncio.run(twin(mock, operation, *arguments, **options))

    return sync if request.param == "sync" else async_


class UsersPytest(Protocol):
    def __call__(self, tests: str, *, before: str = "") -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run_pytest(tmp_path: Path) -> UsersPytest:
    """Run a user's tests in a pytest of their own, which knows nothing of this repository."""

    def run(tests: str, *, before: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_user.py").write_text(dedent(tests), "utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment.update(OPENAI_API_KEY="sk-the-users-own", OPENAI_ORG_ID="org-own", OPENAI_PROJECT_ID="proj-own")
        environment.pop("OPENAI_BASE_URL", None)
        options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
        code = f"{before}\nimport sys, pytest\nsys.exit(pytest.main({options!r}))"
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def client(mock: MockServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {mock.api_key}"}
    with httpx.Client(base_url=mock.base_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def ask(mock: MockServer) -> Ask:
    """Send a method and a path, byte for byte, with the owner's key or another."""

    def send(method: str, path: str, *, key: str | None = None) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(mock.base_url).netloc, timeout=5)
        try:
            connection.request(method, path, headers={"Authorization": f"Bearer {key or mock.api_key}"})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    return send


@pytest.fixture
def wire(mock: MockServer) -> Wire:
    """Send bytes, whatever they are, and read until the server hangs up."""

    def send(sent: bytes) -> bytes:
        url = urlsplit(mock.base_url)
        assert url.hostname is not None
        with socket.create_connection((url.hostname, url.port or 0), timeout=5) as connection:
            connection.sendall(sent)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received

    return send
