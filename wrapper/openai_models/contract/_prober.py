"""Sends what is asked on purpose, through schemathesis, and puts its checks to the answers."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any, Final

import requests
from schemathesis.checks import CheckContext, run_checks
from schemathesis.core.curl import generate

from . import _probes
from ._check import CUSTOM_CHECKS
from ._context import Kind, Probe
from ._response_helpers import BUSY, LISTING, ONE, asked_id, content, model_id, models_of, shape_of
from ._watchdog import NotSentError

if TYPE_CHECKING:
    from schemathesis import BaseSchema, Case
    from schemathesis.checks import CheckFunction
    from schemathesis.core.failures import Failure
    from schemathesis.core.transport import Response

    from ._context import RunContext
    from ._report import Report
    from ._target import Target

# Of schemathesis' own; the others look at what its phases generated.
BUILTIN_CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# Of requests that fail at once; how many are waited for in vain is for Wire to say.
PATIENCE: Final = 5
PLAIN: Final = frozenset(Kind) - {Kind.METHOD}


class Prober:
    """Sends what is asked on purpose.

    Args:
        target: The server.
        schema: The spec, with its deletion.
        run: What the checks know.
        report: Where to put down what they say.
    """

    def __init__(self, target: Target, schema: BaseSchema, run: RunContext, report: Report) -> None:
        self._target = target
        self._schema = schema
        self._run = run
        self._report = report
        self._unanswered = 0
        self._overdue: set[Kind] = set()
        self._sent: set[Kind] = set()
        self._unsent = 0
        self._unjudged: list[tuple[Probe, Case[Any], Response, str]] = []
        self._session = requests.Session()
        config = schema.config.checks_config_for()
        self._context = CheckContext(None, None, None, config, None, response_checks=None)

    def probe_all(self) -> None:
        """Send everything."""
        with self._session:
            self._put(Probe(Kind.LIST, "list"))
            listed = list(self._run.listed)
            for probe in _probes.all_of(self._target.api_key, listed, self._run):
                if self._unanswered == PATIENCE or probe.kind in self._overdue:
                    self._unsent += 1
                else:
                    self._put(probe)
            self._judge_all()
        if self._unsent:
            self._report.errors.append(
                f"{self._unsent} requests were not sent, as {self._unanswered} before them had no answer"
            )
        model = self._run.delete_model
        if model is not None and Kind.DELETE not in self._sent:
            unlisted = Kind.LIST in self._run.judged and model not in (self._run.still_listed or {model})
            why = "is not listed, so nothing was deleted" if unlisted else "was not deleted: that request was not sent"
            self._report.errors.append(f"{model} {why}")

    def _put(self, probe: Probe) -> None:
        case = self._case(probe)
        self._run.probes[case.id] = probe
        headers = dict(self._target.headers)
        if probe.authorization is None:
            del headers["Authorization"]
        elif probe.authorization:
            headers["Authorization"] = probe.authorization
        curl = curl_of(case, probe)
        try:
            response = case.call(headers=headers, session=self._session)
        except NotSentError:
            self._unsent += 1
            return
        except requests.RequestException as error:
            self._count(probe)
            self._unanswered += 1
            if isinstance(error, requests.Timeout):
                # The next one of the same sort would be waited for as long.
                self._overdue.add(probe.kind)
            self._report.add("answered", probe.label, f"no answer: {error}", "an answer", curl, None)
            return
        self._count(probe)
        self._learn(probe, response)
        self._unjudged.append((probe, case, response, curl))
        # Whether a listed model that wasn't found is still there, the next list says.
        if not self._run.missed:
            self._judge_all()

    def _count(self, probe: Probe) -> None:
        self._sent.add(probe.kind)
        self._report.answers["answered"] += 1

    def _judge_all(self) -> None:
        for each in self._unjudged:
            self._judge(*each)
        self._unjudged.clear()

    def _case(self, probe: Probe) -> Case[Any]:
        path = LISTING if probe.segment is None else ONE
        documented = "DELETE" if probe.method == "DELETE" else "GET"
        parameters = {} if probe.segment is None else {"model": probe.segment}
        method: Any = probe.method
        return self._schema[path][documented].Case(method=method, path_parameters=parameters)

    def _learn(self, probe: Probe, response: Response) -> None:
        run = self._run
        (run.refused if response.status_code == BUSY else run.judged).add(probe.kind)
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
            run.retrieved.append(asked_id(response))
        elif probe.kind is Kind.LISTED and response.status_code != BUSY:
            run.missed.append(asked_id(response))
        elif probe.kind is Kind.UNKNOWN and run.unknown is None and response.status_code == 404:
            run.unknown = shape_of(response)
        elif probe.kind is Kind.DELETE and response.status_code == 200:
            body = content(response)
            run.deleted = isinstance(body, dict) and body.get("deleted") is True

    def _judge(self, probe: Probe, case: Case[Any], response: Response, curl: str) -> None:
        if response.status_code == BUSY:
            return

        def on_failure(name: str, _: set[Failure], failure: Failure) -> None:
            self._report.answers[name] += 1
            self._report.add_found(name, probe.label, failure, curl, response)

        def on_success(name: str, _: Case[Any]) -> None:
            self._report.answers[name] += 1

        names = {*CUSTOM_CHECKS, *(BUILTIN_CHECKS if probe.kind in PLAIN else ())} - {"answered"}
        checks: list[CheckFunction] = [check for check in self._context.internals.checks if check.__name__ in names]
        run_checks(
            case=case,
            response=response,
            ctx=self._context,
            checks=checks,
            on_failure=on_failure,
            on_success=on_success,
        )


def curl_of(case: Case[Any], probe: Probe) -> str:
    """Give the command that sends the same, with the key taken from the environment."""
    command, _, url = case.as_curl_command().rpartition(" ")
    # With -X HEAD, curl waits for the body that Content-Length speaks of.
    command = command.replace("-X HEAD", "--head")
    header = "" if probe.authorization is None else f' -H "Authorization: {probe.shown}"'
    return f"{command}{header} {url}"


def curl_of_sent(request: requests.PreparedRequest, api_key: str) -> str:
    """Give the command that sends again what schemathesis sent, with the key taken from the environment."""
    command = generate(
        method=str(request.method),
        url=str(request.url),
        body=request.body,
        verify=True,
        headers=dict(request.headers),
        known_generated_headers=None,
    ).command
    return command.replace(quote(f"Authorization: Bearer {api_key}"), '"Authorization: Bearer $OPENAI_API_KEY"')
