"""OpenTelemetry's instrumentation of httpx makes a span of each request of this package's default clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import (  # pyright: ignore[reportMissingImports]
    AsyncOpenTelemetryTransport,
    HTTPXClientInstrumentor,
    SyncOpenTelemetryTransport,
)
from opentelemetry.sdk.trace import TracerProvider  # pyright: ignore[reportMissingImports]
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # pyright: ignore[reportMissingImports]
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # pyright: ignore[reportMissingImports]
    InMemorySpanExporter,
)
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo

from openai_models import APIConnectionError, DefaultAsyncHttpxClient, DefaultHttpxClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.hard.wire import Head
    from tests.ecosystem.caller import Caller


class Tracing:
    """Spans, and the provider that keeps them."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._kept))

    def turn_on(self) -> None:
        HTTPXClientInstrumentor().instrument(tracer_provider=self.provider)

    def turn_off(self) -> None:
        HTTPXClientInstrumentor().uninstrument()

    def take(self) -> list[Any]:
        """Return the spans since the last time."""
        spans = list(self._kept.get_finished_spans())
        self._kept.clear()
        return spans


@pytest.fixture
def tracing() -> Iterator[Tracing]:
    tracing = Tracing()
    yield tracing
    if HTTPXClientInstrumentor().is_instrumented_by_opentelemetry:
        tracing.turn_off()


def trace_ids(server: WireServer) -> list[str]:
    """Return which trace each request has named."""
    return [dict(head.headers)["traceparent"].split("-")[1] for head in server.heads]


def test_a_call_is_one_span_and_one_request_of_that_trace(caller: Caller, server: WireServer, tracing: Tracing) -> None:
    tracing.turn_on()
    assert caller.retrieve("m").owned_by == "acme"
    (span,) = tracing.take()
    assert (span.name, span.kind.name) == ("GET", "CLIENT")
    assert span.attributes["http.url"] == f"{server.base_url}/models/m"
    assert span.attributes["http.status_code"] == 200
    assert trace_ids(server) == [f"{span.context.trace_id:032x}"]


def test_list_and_delete_are_a_span_each(caller: Caller, server: WireServer, tracing: Tracing) -> None:
    tracing.turn_on()
    assert caller.list() == ["a"]
    assert caller.delete("m").deleted
    assert [span.name for span in tracing.take()] == ["GET", "DELETE"] == [head.method for head in server.heads]


def test_spans_are_children_of_the_program_s_own(caller: Caller, tracing: Tracing) -> None:
    tracing.turn_on()
    with tracing.provider.get_tracer("program").start_as_current_span("program") as own:
        caller.retrieve("m")
    request, _ = tracing.take()
    assert request.parent.span_id == own.context.span_id


def test_without_the_instrumentation_the_same_client_calls_and_makes_no_span(
    caller: Caller, server: WireServer, tracing: Tracing
) -> None:
    for _ in range(2):
        tracing.turn_on()
        caller.retrieve("m")
        assert len(tracing.take()) == 1
        tracing.turn_off()
        caller.retrieve("m")
        assert tracing.take() == []
    assert ["traceparent" in dict(head.headers) for head in server.heads] == [True, False] * 2


def test_the_instrumentation_sees_a_program_that_turned_it_on_before_the_import(
    server: WireServer, alone: Callable[..., str]
) -> None:
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "opentelemetry"))
    assert told == {"during": ["acme"] * 2, "after": ["acme"] * 2, "seen": ["GET"] * 2}
    assert ["traceparent" in dict(head.headers) for head in server.heads] == [True, True, False, False]


def test_each_attempt_of_a_call_is_a_span(caller: Caller, server: WireServer, tracing: Tracing) -> None:
    def fail_first(head: Head) -> Reply:
        return echo(head) if server.heads else Reply((answer(b"", "503 Service Unavailable"),))

    server.reply = fail_first
    tracing.turn_on()
    assert caller.retrieve("m").id == "m"
    assert [span.attributes["http.status_code"] for span in tracing.take()] == [503, 200]


def test_a_server_that_is_gone_is_a_span_with_that_error(make: Callable[..., Caller], tracing: Tracing) -> None:
    with WireServer() as server:
        caller = make(server.base_url)
        assert caller.retrieve("m").id == "m"
    tracing.turn_on()
    with pytest.raises(APIConnectionError):
        caller.retrieve("m")
    spans = tracing.take()
    assert [span.status.status_code.name for span in spans] == ["ERROR"] * 2
    assert {span.events[0].attributes["exception.type"] for span in spans} == {"httpx.ConnectError"}


def default_client(kind: str) -> DefaultHttpxClient | DefaultAsyncHttpxClient:
    return DefaultHttpxClient() if kind == "sync" else DefaultAsyncHttpxClient()


def test_instrumenting_one_client_makes_spans_of_its_requests_alone(
    kind: str, make: Callable[..., Caller], server: WireServer, tracing: Tracing
) -> None:
    http = default_client(kind)
    watched, other = make(server.base_url, http), make(server.base_url)
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=tracing.provider)
    watched.retrieve("m")
    other.retrieve("m")
    (span,) = tracing.take()
    assert span.attributes["http.url"] == f"{server.base_url}/models/m"
    assert ["traceparent" in dict(head.headers) for head in server.heads] == [True, False]
    HTTPXClientInstrumentor.uninstrument_client(http)
    watched.retrieve("m")
    assert tracing.take() == []
    assert len(server.heads) == 3


def test_instrumenting_the_clients_that_are_to_come_and_one_that_is_there_makes_as_many_spans_as_with_httpx(
    kind: str, make: Callable[..., Caller], server: WireServer, tracing: Tracing
) -> None:
    def count(http: object) -> int:
        HTTPXClientInstrumentor.instrument_client(http, tracer_provider=tracing.provider)
        make(server.base_url, http).retrieve("m")
        return len(tracing.take())

    tracing.turn_on()
    plain = httpx.Client() if kind == "sync" else httpx.AsyncClient()
    assert count(default_client(kind)) == count(plain)
    assert len(server.heads) == 2


def test_a_transport_of_the_instrumentation_makes_spans(
    kind: str, make: Callable[..., Caller], server: WireServer, tracing: Tracing
) -> None:
    http: DefaultHttpxClient | DefaultAsyncHttpxClient
    if kind == "sync":
        http = DefaultHttpxClient(transport=SyncOpenTelemetryTransport(httpx.HTTPTransport(), tracing.provider))
    else:
        transport = AsyncOpenTelemetryTransport(httpx.AsyncHTTPTransport(), tracing.provider)
        http = DefaultAsyncHttpxClient(transport=transport)
    make(server.base_url, http).retrieve("m")
    assert len(tracing.take()) == len(server.heads) == 1
