"""A test that imports `openai_models` under pytest-httpx, and one without it; in a process of their own.

python -m pytest --noconftest tests/ecosystem/pytest_httpx_first.py
"""

from __future__ import annotations

import asyncio
import sys

from pytest_httpx import HTTPXMock  # pyright: ignore[reportMissingImports]


def owners() -> list[str | None]:
    from openai_models import AsyncOpenAI, OpenAI

    return [OpenAI().models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]


def test_the_mock_answers_though_it_was_there_before_the_import(httpx_mock: HTTPXMock) -> None:
    assert "openai_models" not in sys.modules
    model = {"id": "m", "object": "model", "created": 1, "owned_by": "pytest-httpx"}
    httpx_mock.add_response(json=model, is_reusable=True)
    assert owners() == ["pytest-httpx"] * 2


def test_without_the_mock_the_server_answers() -> None:
    assert owners() == ["acme"] * 2
