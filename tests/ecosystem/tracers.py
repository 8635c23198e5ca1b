"""OpenTelemetry's instrumentation of httpx and Sentry's integration with it, each turned on for the time of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import sentry_sdk  # pyright: ignore[reportMissingImports]
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # pyright: ignore[reportMissingImports]
from opentelemetry.sdk.trace import TracerProvider  # pyright: ignore[reportMissingImports]
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # pyright: ignore[reportMissingImports]
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # pyright: ignore[reportMissingImports]
    InMemorySpanExporter,
)
from sentry_sdk.integrations.httpx import HttpxIntegration  # pyright: ignore[reportMissingImports]

BARE = httpx.Client.send


class Seen(NamedTuple):
    """A request within the program's own span: its method, URL, status or exception, and its ids in a header."""

    method: str
    url: str
    outcome: object
    header: str
    ids: str


class Spans:
    """A provider of OpenTelemetry that keeps its spans."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._kept))

    def take(self) -> tuple[Any, ...]:
        """Return the spans since the last time."""
        spans: tuple[Any, ...] = self._kept.get_finished_spans()
        self._kept.clear()
        return spans


@contextmanager
def opentelemetry() -> Iterator[list[Seen]]:
    """Make spans, and yield a list that has them at the end."""
    spans, seen = Spans(), list[Seen]()
    HTTPXClientInstrumentor().instrument(tracer_provider=spans.provider)
    with spans.provider.get_tracer("program").start_as_current_span("program"):
        yield seen
    HTTPXClientInstrumentor().uninstrument()
    *requests, program = spans.take()
    for span in requests:
        assert span.parent.span_id == program.context.span_id
        outcome = span.attributes.get("http.status_code") or span.events[0].attributes["exception.type"]
        ids = f"{span.context.trace_id:032x}-{span.context.span_id:016x}"
        seen.append(Seen(span.name, span.attributes["http.url"], outcome, "traceparent", ids))


@contextmanager
def sentry() -> Iterator[list[Seen]]:
    """Make spans and breadcrumbs, and yield a list that has the spans at the end."""
    seen: list[Seen] = []
    events: list[dict[str, Any]] = []
    crumbs: list[dict[str, Any]] = []
    sentry_sdk.init(
        dsn="http://key@127.0.0.1:9/1",  # never asked: nothing is reported
        before_send_transaction=lambda event, _: events.append(event),
        before_breadcrumb=lambda crumb, _: crumbs.append(crumb["data"]),
        traces_sample_rate=1.0,
        default_integrations=False,
        integrations=[HttpxIntegration()],
    )
    # It patches once in a process; here it does so in each test.
    if httpx.Client.send is BARE:
        HttpxIntegration.setup_once()
    with sentry_sdk.isolation_scope(), sentry_sdk.start_transaction(name="program"):
        yield seen
    sentry_sdk.init(default_integrations=False)
    (event,) = events
    for span in event["spans"]:
        data = span["data"]
        outcome, ids = data["http.response.status_code"], f"{span['trace_id']}-{span['span_id']}"
        seen.append(Seen(data["http.method"], data["url"], outcome, "sentry-trace", ids))
    answered = [(crumb["http.method"], crumb["url"], crumb["http.response.status_code"]) for crumb in crumbs]
    assert answered == [request[:3] for request in seen]
