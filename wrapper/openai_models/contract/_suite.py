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

from typing import TYPE_CHECKING, Final

from schemathesis.engine import events, from_schema

from .._core.request import path_segment
from . import _checks, _checks_auth_delete, _rate_limited
from ._context import RunContext, under_way
from ._engine import PHASES, as_nobody_else, load, no_delete_but_of
from ._gateway import Wire
from ._level import Level
from ._prober import Prober, curl_of_sent
from ._probes import deletable
from ._report import Report, pasteable

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import BaseSchema

    from ._target import Target

CHECK_MODULES: Final = (_checks, _checks_auth_delete)
DEFAULT_RATE: Final = 5


def run(
    target: Target,
    *,
    level: Level | str = Level.OFFICIAL,
    delete_model: str | None = None,
    rate: int | None = None,
    max_examples: int | None = None,
    on_request: Callable[[int], object] | None = None,
) -> Report:
    """Check a server against the contract.

    Args:
        target: The server.
        level: How much of the API the server is checked against.
        delete_model: The id of a model that may be deleted. Without one, no request has the method DELETE.
        rate: The most requests that the server gets in any second. None: 5, or, on this machine, as many as can be.
        max_examples: How many ids schemathesis makes up.
        on_request: Is called as each request is sent, with how many that makes.

    Raises:
        UnreadableSpecError: The spec can't be read.
        ValueError: There is no such level, or no model can have the id.
    """
    if delete_model is not None:
        path_segment(delete_model)
    report = Report(target.base_url, Level(level), target.api_key, deletes=delete_model is not None)
    context = RunContext(delete_model=delete_model, may_delete=deletable(delete_model) if delete_model else set())
    if rate is None and not target.is_loopback:
        rate = DEFAULT_RATE
    wire = Wire(rate, target.spent(), on_request)
    with as_nobody_else(), under_way(context), no_delete_but_of(context), wire.in_use():
        for phase in PHASES:
            target.reset()
            try_phase(phase, load(target, phase, max_examples), report)
        target.reset()
        of_schemathesis, wire.overdue = wire.overdue, []
        Prober(target, load(target, None), context, report).probe_all()
        # It does not say itself for which requests there was no answer, and some of them are nobody else's. The prober's
        # come first, as they say more than a method and a path.
        for error in of_schemathesis:
            report.answers["answered"] += 1
            curl = curl_of_sent(error.sent, target.api_key)
            report.add("answered", "a request of schemathesis", f"no answer: {error}", "an answer", curl, None)
    report.requests, report.refused = wire.count, wire.refused
    _rate_limited.say(report, context)
    return report


hold = run  # the name that it had before


def try_phase(phase: str, schema: BaseSchema, report: Report) -> None:
    """Have schemathesis go through a phase."""
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                report.add_scenario(event.recorder)
            case events.NonFatalError():
                report.errors.append(pasteable(report.redact(f"{phase}, {event.label}: {event.value}")))
            case events.FatalError():
                report.errors.append(report.redact(f"{phase}: {event.exception}"))
