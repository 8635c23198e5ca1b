"""The contract, as schemathesis tries it on a server.

    schemathesis' engine, once for each phase, over openapi.yaml
      examples   the documented examples
      coverage   the edges of the schema, unknown methods, a malformed content type
      fuzzing    generated ids
      stateful   along the links: list, retrieve
    then what is asked on purpose: unknown and odd ids, keys, methods, and one deletion if one is allowed
    every answer -> every check -> Report

A check fails by its name, on any server, in any phase.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from schemathesis.engine import events, from_schema

from .._client import OpenAI
from .._core.request import path_segment
from . import _checks, _checks_auth_delete, _checks_errors, _rate_limited
from ._check import BUILTIN_CHECKS
from ._context import RunContext, under_way
from ._engine import PHASES, isolated, load
from ._exchange import GatewayError, NotSentError
from ._gateway import Gateway
from ._level import Level
from ._prober import Prober
from ._probes import deletable
from ._report import Report
from ._response_helpers import is_freedom, is_inconclusive
from ._secrets import curl_line
from ._summary import counted
from ._target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemathesis.engine.recorder import ScenarioRecorder

CHECK_MODULES: Final = (_checks, _checks_errors, _checks_auth_delete)
DEFAULT_RATE: Final = 5


def run(
    target: Target | str,
    *,
    api_key: str | None = None,
    level: Level | str = Level.OFFICIAL,
    delete_model: str | None = None,
    rate: int | None = None,
    max_examples: int | None = None,
    on_request: Callable[[int], object] | None = None,
    on_phase: Callable[[str], object] = lambda _: None,
) -> Report:
    """Check a server against the contract.

    Args:
        target: The server, or its base URL, with its `/v1`.
        api_key: The key, where the target is a base URL. None: that of OPENAI_API_KEY.
        level: `"official"`: require all that the OpenAI API does; `"compatible"`: only what a client needs.
        delete_model: The id of a model that may be deleted. Without one, no request has the method DELETE.
        rate: The most requests in any second, 1 or more. None: 5, or no limit for a server on this machine.
        max_examples: The number of ids that schemathesis generates, 1 or more. None: 30.
        on_request: Called for each request, with the number of requests so far.
        on_phase: Called with the name of each phase when it begins.

    Returns:
        The report: `passed`, `failures`, `notes`.

    Raises:
        UnreadableSpecError: The spec can't be read.
        UnusableTargetError: There is no server at the base URL, or it doesn't accept the key.
        OpenAIError: There is no key.
        ValueError: There is no such level, or `delete_model` cannot be the id of a model.
    """
    if delete_model is not None:
        path_segment(delete_model)
    if isinstance(target, str):
        with OpenAI(base_url=target, api_key=api_key) as client:
            target = Target.of_client(client)
    began = monotonic()
    report = Report(target.base_url, Level(level), target.key, target.secrets, deletes=delete_model is not None)
    context = RunContext(delete_model=delete_model, may_delete=deletable(delete_model) if delete_model else set())
    if rate is None and not target.is_loopback:
        rate = DEFAULT_RATE
    gateway = Gateway(target, rate=rate, before=target.spent(), on_request=on_request, may_delete=context.may_delete)
    stage = "the first phase"
    try:
        with isolated(), under_way(context):
            for stage in PHASES:
                on_phase(stage)
                target.reset()
                try_phase(stage, gateway, target, report, max_examples)
            stage = "the probes"
            on_phase(stage)
            target.reset()
            of_schemathesis, gateway.errors = gateway.errors, []
            Prober(target, gateway, context, report).probe_all()
    except KeyboardInterrupt:
        message = f"interrupted after {counted(gateway.count, 'request')}, in {stage}: there is no verdict"
        raise KeyboardInterrupt(message) from None
    finally:
        gateway.stop()
    # The prober's come first, as they say more than a method and a path.
    for error in of_schemathesis:
        if not isinstance(error, NotSentError):
            report.add(
                "answered",
                "a request of schemathesis",
                f"no answer: {error}",
                "an answer",
                curl_line(target, *error.sent),
                None,
            )
    report.requests, report.refused = gateway.count, gateway.rate_limited
    report.answers["answered"] = gateway.count
    _rate_limited.report_untried(report, context)
    report.seconds = monotonic() - began
    return report


def try_phase(phase: str, gateway: Gateway, target: Target, report: Report, max_examples: int | None) -> None:
    """Run one phase of schemathesis."""
    stream = from_schema(load(gateway, phase, max_examples)).execute()
    try:
        for event in in_background(stream):
            match event:
                case events.ScenarioFinished():
                    add_scenario(report, event.recorder, target)
                # The gateway has its own errors put down, of which the engine passes on the first ones.
                case events.NonFatalError() if not isinstance(event.value, GatewayError):
                    report.errors.append(report.redact(f"{phase}, {event.label}: {event.value}"))
                case events.FatalError():
                    report.errors.append(report.redact(f"{phase}: {event.exception}"))
    except KeyboardInterrupt:
        gateway.stop()
        stream.stop()
        raise


def in_background(stream: Iterable[events.EngineEvent]) -> Iterator[events.EngineEvent]:
    """Iterate over a stream of events in a daemon thread, to which no Ctrl-C comes.

    In the main thread the engine would go on after one: it makes an event of it, if anything, and then waits for what
    its own threads are at. Those are daemons, too, if this one is, and nobody waits for them.
    """
    received: SimpleQueue[Any] = SimpleQueue()

    def forward() -> None:
        try:
            for event in stream:
                received.put(event)
        except BaseException as error:  # noqa: BLE001 - raised in the main thread
            received.put(error)
        received.put(None)

    Thread(target=forward, daemon=True).start()
    while (event := received.get()) is not None:  # an event may refuse to be compared
        if isinstance(event, BaseException):
            raise event
        yield event


def add_scenario(report: Report, scenario: ScenarioRecorder, target: Target) -> None:
    """Record what the checks made of some of schemathesis' requests."""
    for case_id, checks in scenario.checks.items():
        for check in checks:
            failure = check.failure_info.failure if check.failure_info else None
            exchange = scenario.interactions.get((failure and failure.case_id) or case_id)
            if exchange is None or exchange.response is None or is_inconclusive(exchange.response):
                continue
            report.answers[check.name] += 1
            if failure is not None and not (check.name in BUILTIN_CHECKS and is_freedom(check.name, exchange.response)):
                sent = exchange.request
                curl = curl_line(target, sent.method, sent.uri, sent.headers)
                report.add_found(check.name, scenario.label, failure, curl, exchange.response)


hold = run  # the name that it had before
