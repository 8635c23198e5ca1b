"""A program that turns a tool on before it imports `openai_models`, calls, turns it off, and calls again.

    python -m tests.ecosystem.patched_first respx|vcrpy|opentelemetry|sentry [a cassette]

It prints as JSON who owned the models that it got, and what the tool saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = f"{os.environ['OPENAI_BASE_URL']}/models/m"


@contextmanager
def respx(seen: list[str]) -> Iterator[None]:
    """Answer by respx."""
    import respx  # pyright: ignore[reportMissingImports]

    with respx.mock:
        respx.get(URL).respond(json={"id": "m", "object": "model", "created": 1, "owned_by": "the tool"})
        yield


@contextmanager
def vcrpy(seen: list[str]) -> Iterator[None]:
    """Answer from a cassette."""
    import vcr  # pyright: ignore[reportMissingImports]

    with vcr.use_cassette(sys.argv[2], record_mode="none", allow_playback_repeats=True):
        yield


@contextmanager
def opentelemetry(seen: list[str]) -> Iterator[None]:
    """Make a span of each request."""
    from opentelemetry.instrumentation.httpx import (  # pyright: ignore[reportMissingImports]
        HTTPXClientInstrumentor,
    )
    from opentelemetry.sdk.trace import TracerProvider  # pyright: ignore[reportMissingImports]
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # pyright: ignore[reportMissingImports]
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # pyright: ignore[reportMissingImports]
        InMemorySpanExporter,
    )

    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    yield
    HTTPXClientInstrumentor().uninstrument()
    seen += [str(span.name) for span in spans.get_finished_spans()]


@contextmanager
def sentry(seen: list[str]) -> Iterator[None]:
    """Make a breadcrumb of each request."""
    import sentry_sdk  # pyright: ignore[reportMissingImports]

    def keep(crumb: Any, _hint: Any) -> None:
        seen.append(crumb["data"]["http.method"])

    # The address is never asked: nothing is reported.
    sentry_sdk.init(dsn="http://key@127.0.0.1:9/1", before_breadcrumb=keep)
    yield
    sentry_sdk.init()


def main(tool: str) -> None:
    """Turn a tool on, then import; print as told above."""
    seen: list[str] = []
    with {"respx": respx, "vcrpy": vcrpy, "opentelemetry": opentelemetry, "sentry": sentry}[tool](seen):
        assert "openai_models" not in sys.modules
        from openai_models import AsyncOpenAI, OpenAI

        client = OpenAI()
        during = [client.models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]
    after = [client.models.retrieve("m").owned_by, asyncio.run(AsyncOpenAI().models.retrieve("m")).owned_by]
    print(json.dumps({"during": during, "after": after, "seen": seen}))


if __name__ == "__main__":
    main(sys.argv[1])
