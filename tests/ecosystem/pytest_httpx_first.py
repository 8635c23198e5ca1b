"""A test that imports `openai_models` under pytest-httpx, and one without it; in a process of their own.

python -m pytest --noconftest tests/ecosystem/pytest_httpx_first.py
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_httpx import HTTPXMock  # pyright: ignore[reportMissingImports]

    from openai_models import OpenAI

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "pytest-httpx"}
made: list[OpenAI] = []


def owners(client: OpenAI) -> list[str | None]:
    from openai_models import AsyncOpenAI

    return [client.models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]


def test_the_mock_answers_though_it_was_there_before_the_import(httpx_mock: HTTPXMock) -> None:
    assert "openai_models" not in sys.modules
    from openai_models import OpenAI

    httpx_mock.add_response(json=MODEL)
    httpx_mock.add_response(json=MODEL)
    made.append(OpenAI())
    assert owners(made[0]) == ["pytest-httpx"] * 2


def test_without_the_mock_the_same_client_reaches_the_server() -> None:
    with made.pop() as client:
        assert owners(client) == ["acme"] * 2
