"""OpenTelemetry and Sentry see the requests of this package's default clients as they see those of httpx."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # pyright: ignore[reportMissingImports]
from tests.acceptance.hard.wire import Reply, WireServer, answer, echo
from tests.ecosystem.tracers import Seen, Spans, opentelemetry, sentry

from openai_models import APIConnectionError, DefaultAsyncHttpxClient, DefaultHttpxClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.acceptance.hard.wire import Head
    from tests.ecosystem.conftest import Caller

    Tracer = Callable[[], AbstractContextManager[list[Seen]]]

with_each_tracer = pytest.mark.parametrize("tracer", [opentelemetry, sentry])


@pytest.fixture(autouse=True)
def _off_at_the_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for client in (httpx.Client, httpx.AsyncClient):
        monkeypatch.setattr(client, "send", client.send)  # put back at the end
    yield
    if HTTPXClientInstrumentor().is_instrumented_by_opentelemetry:
        HTTPXClientInstrumentor().uninstrument()


@with_each_tracer
@pytest.mark.parametrize("caller", ["made later", "made before", "has sent before"], indirect=True)
def test_each_call_is_a_span_of_the_program_s_trace_and_one_request_that_names_it(
    caller: Caller, server: WireServer, tracer: Tracer
) -> None:
    with tracer() as seen:
        assert caller.retrieve("m").owned_by == "acme"
        assert caller.list() == ["a"]
        assert caller.delete("m").deleted
    models = f"{server.base_url}/models"
    expected = [("GET", f"{models}/m", 200), ("GET", models, 200), ("DELETE", f"{models}/m", 200)]
    assert [span[:3] for span in seen] == expected
    assert [head.method for head in server.heads] == ["GET", "GET", "DELETE"]
    for head, span in zip(server.heads, seen, strict=True):
        assert span.ids in dict(head.headers)[span.header]


@with_each_tracer
def test_without_it_the_same_client_calls_and_makes_no_span(caller: Caller, server: WireServer, tracer: Tracer) -> None:
    for _ in range(2):
        with tracer() as seen:
            caller.retrieve("m")
        caller.retrieve("m")
        assert len(seen) == 1
    named = [{"traceparent", "sentry-trace"} & dict(head.headers).keys() for head in server.heads]
    assert [bool(names) for names in named] == [True, False, True, False]


@with_each_tracer
def test_it_sees_a_program_that_turned_it_on_before_the_import(
    server: WireServer, tracer: Tracer, alone: Callable[..., str]
) -> None:
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", tracer.__name__))
    assert told == {"during": ["acme"] * 2, "after": ["acme"] * 2, "seen": ["GET"] * 2}
    assert len(server.heads) == 4


@with_each_tracer
def test_each_attempt_of_a_call_is_a_span(caller: Caller, server: WireServer, tracer: Tracer) -> None:
    def fail_first(head: Head) -> Reply:
        return echo(head) if server.heads else Reply((answer(b"", "503 Service Unavailable"),))

    server.reply = fail_first
    with tracer() as seen:
        assert caller.retrieve("m").id == "m"
    assert [span.outcome for span in seen] == [503, 200]


def test_a_server_that_is_gone_is_a_span_with_that_error(make: Callable[..., Caller]) -> None:
    with WireServer() as server:
        caller = make(server.base_url)
        assert caller.retrieve("m").id == "m"
    with opentelemetry() as seen, pytest.raises(APIConnectionError):
        caller.retrieve("m")
    assert [span.outcome for span in seen] == ["httpx.ConnectError"] * 2


def default_client(kind: str) -> DefaultHttpxClient | DefaultAsyncHttpxClient:
    return DefaultHttpxClient() if kind == "sync" else DefaultAsyncHttpxClient()


def test_instrumenting_one_client_makes_spans_of_its_requests_alone(
    kind: str, make: Callable[..., Caller], server: WireServer
) -> None:
    http, spans = default_client(kind), Spans()
    watched, other = make(server.base_url, http), make(server.base_url)
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=spans.provider)
    watched.retrieve("m")
    other.retrieve("m")
    (span,) = spans.take()
    assert span.attributes["http.url"] == f"{server.base_url}/models/m"
    HTTPXClientInstrumentor.uninstrument_client(http)
    watched.retrieve("m")
    assert spans.take() == ()
    assert ["traceparent" in dict(head.headers) for head in server.heads] == [True, False, False]


def test_instrumenting_all_clients_and_one_that_is_there_makes_as_many_spans_as_with_httpx(
    kind: str, make: Callable[..., Caller], server: WireServer
) -> None:
    def count(http: object) -> int:
        HTTPXClientInstrumentor.instrument_client(http, tracer_provider=spans.provider)
        make(server.base_url, http).retrieve("m")
        return len(spans.take())

    spans = Spans()
    HTTPXClientInstrumentor().instrument(tracer_provider=spans.provider)
    assert count(default_client(kind)) == count(httpx.Client() if kind == "sync" else httpx.AsyncClient())
    assert len(server.heads) == 2
