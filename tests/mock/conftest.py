"""Parts for the tests of the mock server: a server, a client, and the bare wire."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator


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
