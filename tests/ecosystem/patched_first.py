"""A program that turns a tool on before it imports `openai_models`, calls, turns it off, and calls again.

    python -m tests.ecosystem.patched_first respx|vcrpy|opentelemetry|sentry [a cassette]

It prints as JSON who owned the models that it got, and the methods of the requests that the tool saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import respx  # pyright: ignore[reportMissingImports]
import vcr  # pyright: ignore[reportMissingImports]
from tests.ecosystem.tracers import opentelemetry, sentry


@contextmanager
def mocked() -> Iterator[tuple[()]]:
    """Answer by respx."""
    with respx.mock:
        model = {"id": "m", "object": "model", "created": 1, "owned_by": "the tool"}
        respx.get(f"{os.environ['OPENAI_BASE_URL']}/models/m").respond(json=model)
        yield ()


@contextmanager
def recorded() -> Iterator[tuple[()]]:
    """Answer from a cassette."""
    with vcr.use_cassette(sys.argv[2], record_mode="none", allow_playback_repeats=True):
        yield ()


TOOLS: dict[str, Any] = {"respx": mocked, "vcrpy": recorded, "opentelemetry": opentelemetry, "sentry": sentry}


def main(tool: str) -> None:
    """Turn a tool on, then import; print as told above."""
    with TOOLS[tool]() as seen:
        assert "openai_models" not in sys.modules
        from openai_models import AsyncOpenAI, OpenAI

        client = OpenAI()
        during = [client.models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]
    after = [client.models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]
    print(json.dumps({"during": during, "after": after, "seen": [span.method for span in seen]}))


if __name__ == "__main__":
    main(sys.argv[1])
