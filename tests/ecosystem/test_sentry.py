"""Sentry's integration with httpx sees the requests of this package's default clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sentry_sdk  # pyright: ignore[reportMissingImports]
from sentry_sdk.integrations.httpx import HttpxIntegration  # pyright: ignore[reportMissingImports]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.hard.wire import WireServer
    from tests.ecosystem.caller import Caller

Event = dict[str, Any]


class Sentry:
    """Sentry, whose events stay here.

    Attributes:
        events: What would have been reported: messages, errors and transactions.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []

    def turn_on(self) -> None:
        bare = httpx.Client.send
        sentry_sdk.init(
            dsn="http://key@127.0.0.1:9/1",  # never asked: nothing is reported
            before_send=self._keep,
            before_send_transaction=self._keep,
            traces_sample_rate=1.0,
            default_integrations=False,
            integrations=[HttpxIntegration()],
        )
        # It patches once in a process; here it does so in each test.
        if httpx.Client.send is bare:
            HttpxIntegration.setup_once()

    def turn_off(self) -> None:
        sentry_sdk.init(default_integrations=False)

    def _keep(self, event: Event, _hint: Event) -> None:
        self.events.append(event)


@pytest.fixture
def sentry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sentry]:
    for kind in (httpx.Client, httpx.AsyncClient):
        monkeypatch.setattr(kind, "send", kind.send)  # put back at the end
    sentry = Sentry()
    with sentry_sdk.isolation_scope():
        yield sentry
    sentry.turn_off()


def test_a_call_is_one_breadcrumb_and_one_request(caller: Caller, server: WireServer, sentry: Sentry) -> None:
    sentry.turn_on()
    assert caller.retrieve("m").owned_by == "acme"
    sentry_sdk.capture_message("look")
    (event,) = sentry.events
    (crumb,) = event["breadcrumbs"]["values"]
    assert crumb["category"] == "httplib"
    assert crumb["data"]["url"] == f"{server.base_url}/models/m"
    assert (crumb["data"]["http.method"], crumb["data"]["http.response.status_code"]) == ("GET", 200)
    assert len(server.heads) == 1


def test_a_call_is_one_span_of_the_program_s_transaction_and_the_request_names_it(
    caller: Caller, server: WireServer, sentry: Sentry
) -> None:
    sentry.turn_on()
    with sentry_sdk.start_transaction(name="program"):
        assert caller.list() == ["a"]
    (transaction,) = sentry.events
    (span,) = transaction["spans"]
    assert (span["op"], span["description"]) == ("http.client", f"GET {server.base_url}/models")
    (head,) = server.heads
    assert dict(head.headers)["sentry-trace"] == f"{span['trace_id']}-{span['span_id']}-1"


def test_without_sentry_the_same_client_calls_and_leaves_no_breadcrumb(
    caller: Caller, server: WireServer, sentry: Sentry
) -> None:
    sentry.turn_on()
    assert caller.retrieve("m").owned_by == "acme"
    sentry.turn_off()
    assert caller.list() == ["a"]
    sentry.turn_on()
    sentry_sdk.capture_message("look")
    (event,) = sentry.events
    assert [crumb["data"]["url"] for crumb in event["breadcrumbs"]["values"]] == [f"{server.base_url}/models/m"]
    assert len(server.heads) == 2


def test_sentry_sees_a_program_that_turned_it_on_before_the_import(
    server: WireServer, alone: Callable[..., str]
) -> None:
    told = json.loads(alone("-m", "tests.ecosystem.patched_first", "sentry"))
    assert told == {"during": ["acme"] * 2, "after": ["acme"] * 2, "seen": ["GET"] * 2}
    assert len(server.heads) == 4
