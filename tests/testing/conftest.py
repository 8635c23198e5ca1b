"""Fixtures of the tests of the mock: a server, clients, and raw bytes."""

from __future__ import annotations

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

from openai_models import OpenAI
from openai_models.testing import MockServer, no_retry_delays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class RawResponse:
    """A response to the standard library's client, which does not normalize paths."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def error(self) -> dict[str, object]:
        """The content of the error envelope, which holds nothing else."""
        envelope = json.loads(self.body)
        assert list(envelope) == ["error"]
        error: dict[str, object] = envelope["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return error


class Send(Protocol):
    def __call__(self, method: str, path: str, *, key: str | None = None) -> RawResponse: ...


class SendRaw(Protocol):
    def __call__(self, sent: bytes) -> bytes: ...


class Call(Protocol):
    def __call__(self, mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any: ...


@pytest.fixture
def call() -> Call:
    """Call an operation of a mock through the client, by default without retries. Returns a list of all pages."""

    def run(mock: MockServer, operation: str, *arguments: str, **options: Any) -> Any:
        settings = {"base_url": mock.base_url, "api_key": mock.api_key, "max_retries": 0, **options}
        with OpenAI(**settings) as client:
            result = getattr(client.models, operation)(*arguments)
            return list(result) if operation == "list" else result

    return run


class RunPytest(Protocol):
    def __call__(
        self, *files: str, before: str = "", autoload: bool = False, options: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run_pytest(tmp_path: Path) -> RunPytest:
    """Run a user's test files in a separate pytest process outside of this repository.

    `autoload` loads the plugins of all installed packages, which takes seconds, instead of this package's only.
    """

    def run(
        *files: str, before: str = "", autoload: bool = False, options: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        for number, text in enumerate(files):
            (tmp_path / f"test_user_{number}.py").write_text(dedent(text), "utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment.update(OPENAI_API_KEY="sk-the-users-own", OPENAI_ORG_ID="org-own", OPENAI_PROJECT_ID="proj-own")
        environment.pop("OPENAI_BASE_URL", None)
        plugin = []
        if not autoload:
            environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            plugin = ["-p", "openai_models.testing.pytest_plugin"]
        options = [
            *plugin,
            *options,
            "-q",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ]
        command = [sys.executable, "-c", f"{before}\nimport sys, pytest\nsys.exit(pytest.main({options!r}))"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def without_waiting() -> Iterator[None]:
    """Skip the client's waits between attempts."""
    with no_retry_delays():
        yield


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
def send(mock: MockServer) -> Send:
    """Send a method and an unchanged path, with the owner's key or another."""

    def send(method: str, path: str, *, key: str | None = None) -> RawResponse:
        connection = http.client.HTTPConnection(urlsplit(mock.base_url).netloc, timeout=5)
        try:
            connection.request(method, path, headers={"Authorization": f"Bearer {key or mock.api_key}"})
            response = connection.getresponse()
            return RawResponse(response.status, response.headers, response.read())
        finally:
            connection.close()

    return send


@pytest.fixture
def send_raw(mock: MockServer) -> SendRaw:
    """Send raw bytes and return what the server sends until it closes the connection."""

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
