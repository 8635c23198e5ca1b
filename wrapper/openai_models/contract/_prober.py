"""Sends what is asked on purpose, through schemathesis, and puts its checks to the answers."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from schemathesis.core.failures import FailureGroup

from . import _probes
from ._check import CUSTOM_CHECKS, PLAIN_CHECKS
from ._context import Kind, Probe
from ._engine import load
from ._exchange import GatewayError, NotSentError, ResponseTimeoutError
from ._response_helpers import (
    LISTING,
    ONE,
    RATE_LIMITED,
    content,
    is_freedom,
    model_id,
    models_of,
    requested_id,
    shape_of,
)
from ._secrets import curl_line

if TYPE_CHECKING:
    from schemathesis import Case, HookContext
    from schemathesis.checks import CheckResult
    from schemathesis.core.transport import Response

    from ._context import RunContext
    from ._gateway import Gateway
    from ._report import Report
    from ._target import Target

# Of requests that fail at once; how many are waited for in vain is for the gateway to say.
MAX_FAILURES: Final = 5


class Prober:
    """Sends what is asked on purpose.

    Args:
        target: The server.
        gateway: The way to it.
        context: What the checks know.
        report: Where to put down what they say.
    """

    def __init__(self, target: Target, gateway: Gateway, context: RunContext, report: Report) -> None:
        self._target = target
        self._schema = load(gateway, None)
        self._schema.hooks.register_hook_with_name(self._record_results, "after_validate")
        self._run = context
        self._report = report
        self._unanswered = 0
        self._overdue: set[Kind] = set()
        self._sent: set[Kind] = set()
        self._unsent = 0
        self._unchecked: list[tuple[Case[Any], Response]] = []

    def probe_all(self) -> None:
        """Send everything."""
        self._send(Probe(Kind.LIST, "list"))
        listed = list(self._run.listed)
        for probe in _probes.all_of(self._target.key, listed, self._run):
            if self._unanswered == MAX_FAILURES or probe.kind in self._overdue:
                self._unsent += 1
            elif self._target.key_header == "Authorization" or not probe.is_about_scheme:
                self._send(probe)
        self._check_all()
        if self._unsent:
            self._report.errors.append(
                f"{self._unsent} requests were not sent, as {self._unanswered} before them had no answer"
            )
        model = self._run.delete_model
        if model is not None and Kind.DELETE not in self._sent:
            still = self._run.still_listed
            unlisted = Kind.LIST in self._run.judged and still is not None and model not in still
            why = "is not listed, so nothing was deleted" if unlisted else "was not deleted: that request was not sent"
            self._report.errors.append(f"{model} {why}")

    def _send(self, probe: Probe) -> None:
        case = self._case(probe)
        self._run.probes[case.id] = probe
        try:
            response = case.call(headers=headers_of(probe))
        except NotSentError:
            self._unsent += 1
            return
        except GatewayError as error:
            self._sent.add(probe.kind)
            self._unanswered += 1
            if isinstance(error, ResponseTimeoutError):
                # The next one of the same sort would be waited for as long.
                self._overdue.add(probe.kind)
            curl = curl_line(self._target, *error.sent)
            self._report.add("answered", probe.label, f"no answer: {error}", "an answer", curl, None)
            return
        self._sent.add(probe.kind)
        self._update_context(probe, response)
        self._unchecked.append((case, response))
        # Whether a listed model that wasn't found is still there, the next list says.
        if not self._run.missed:
            self._check_all()

    def _check_all(self) -> None:
        for case, response in self._unchecked:
            if response.status_code != RATE_LIMITED:
                with contextlib.suppress(FailureGroup):  # which `_record_results` has seen
                    case.validate_response(response)
        self._unchecked.clear()

    def _record_results(self, _: HookContext, case: Case[Any], response: Response, results: list[CheckResult]) -> None:
        """Record what the checks say of a response."""
        probe = self._run.probes[case.id]
        names = {*CUSTOM_CHECKS, *(PLAIN_CHECKS if probe.kind is not Kind.METHOD else ())} - {"answered"}
        for result in results:
            if result.name in names:
                self._report.answers[result.name] += 1
                is_free = result.name in PLAIN_CHECKS and is_freedom(result.name, response, is_odd=probe.is_odd)
                if result.failure is not None and not is_free:
                    sent = response.request
                    curl = curl_line(self._target, str(sent.method), str(sent.url), sent.headers)
                    self._report.add_found(result.name, probe.label, result.failure, curl, response)

    def _case(self, probe: Probe) -> Case[Any]:
        path = LISTING if probe.segment is None else ONE
        documented = "DELETE" if probe.method == "DELETE" else "GET"
        parameters = {} if probe.segment is None else {"model": probe.segment}
        method: Any = probe.method
        return self._schema[path][documented].Case(method=method, path_parameters=parameters)

    def _update_context(self, probe: Probe, response: Response) -> None:
        run = self._run
        (run.refused if response.status_code == RATE_LIMITED else run.judged).add(probe.kind)
        if probe.kind is Kind.LIST:
            models = models_of(content(response)) or []
            run.listed = {name: model for model in models if (name := model_id(model))}
            run.still_listed = set(run.listed)
        elif probe.kind is Kind.LIST_AGAIN:
            run.missed.clear()
            again = models_of(content(response))
            if again is not None:
                run.still_listed = {name for model in again if (name := model_id(model))}
        elif probe.kind is Kind.LISTED and response.status_code == 200:
            run.retrieved.append(requested_id(response))
        elif probe.kind is Kind.LISTED and response.status_code != RATE_LIMITED:
            run.missed.append(requested_id(response))
        elif probe.kind is Kind.UNKNOWN and run.unknown is None and response.status_code == 404:
            run.unknown = shape_of(response)
        elif probe.kind is Kind.DELETE and response.status_code == 200:
            body = content(response)
            run.deleted = isinstance(body, dict) and body.get("deleted") is True


def headers_of(probe: Probe) -> dict[str, str]:
    """Return the headers of a request, beside those of schemathesis."""
    return {} if probe.authorization is None else {"Authorization": probe.authorization}
