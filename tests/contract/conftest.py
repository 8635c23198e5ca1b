from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import frozen

from openai_models import OpenAI, OpenAIError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base-url", help="the server to hold to the contract, instead of the bundled mock")


@frozen
class Target:
    """The server that is held to the contract."""

    base_url: str
    api_key: str
    is_ours: bool


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    base_url = request.config.getoption("--base-url", default=None)
    if base_url is None:
        with MockServer() as mock:
            yield Target(mock.base_url, mock.api_key, is_ours=True)
        return
    yield Target(base_url, key_for(base_url), is_ours=False)


def key_for(base_url: str) -> str:
    """Give the key of the environment, if one request shows that others make sense."""
    try:
        with OpenAI(base_url=base_url, max_retries=0) as client:
            client.models.list()
            return client.api_key
    except (OpenAIError, ValueError) as error:
        problem = str(error)
    pytest.fail(f"{base_url} can't be held to the contract: {problem}", pytrace=False)
