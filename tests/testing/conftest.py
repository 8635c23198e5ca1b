"""Fixtures of the tests of the mock: a server and its clients."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import httpx
import pytest

from openai_models.resources import Models
from openai_models.testing import MockServer

Send: TypeAlias = "Callable[..., httpx.Response]"


@pytest.fixture
def models(mock: MockServer) -> Models:
    """The calls of a client that does not retry."""
    return mock.client(max_retries=0).models


@pytest.fixture
def client(mock: MockServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {mock.api_key}"}
    # Reading certificates would take longer than most of the tests.
    with httpx.Client(base_url=mock.base_url, headers=headers, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def send(client: httpx.Client, mock: MockServer) -> Send:
    """Send a method and a target, which is not normalized, with the owner's key or another."""

    def send(request_line: str, key: str | None = None) -> httpx.Response:
        method, target = request_line.split(" ", 1)
        headers = {"Authorization": f"Bearer {key or mock.api_key}"}
        return client.request(method, "/", headers=headers, extensions={"target": target.encode()})

    return send
