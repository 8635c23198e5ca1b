import asyncio
from collections.abc import Iterator

import pytest
from tests.acceptance.parity.side import MODEL

from openai_models.testing import MockServer


@pytest.fixture(scope="session")
def servers() -> Iterator[list[MockServer]]:
    # Unlike the official API's, Ollama's responses have no headers of their own, such as `x-request-id`.
    with MockServer(models=[MODEL], profile="ollama") as one, MockServer(profile="ollama") as other:
        yield [one, other]


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner
