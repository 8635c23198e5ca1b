"""The contract, as schemathesis tries it on a server.

    schemathesis' engine, once for each phase, over openapi.yaml
      examples   the documented examples
      coverage   the edges of the schema, unknown methods, a malformed content type
      fuzzing    generated ids
      stateful   along the links: list, retrieve, delete, retrieve
    every answer -> every check of CHECKS -> Report

A check fails by its name, on any server, in any phase.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import hypothesis.configuration
import schemathesis
from hypothesis.internal.constants_ast import Constants
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from schemathesis import BaseSchema, Case, HookContext
    from schemathesis.engine.recorder import RecordedScenario

    from ._target import Target

SPEC: Final = files("openai_models.contract") / "openapi.yaml"

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "positive_data_acceptance",
    "ignored_auth",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
)
# What schemathesis has beside them could not fail here, whatever a server answers.
EXCLUDED: Final = {
    "negative_data_rejection": "every text is a valid id, so there are no invalid data but methods and content types",
    "missing_required_header": "the one header that a request needs is the key's, which ignored_auth leaves out",
    "ensure_resource_availability": "it looks at what a POST created, and no operation creates anything",
    "object_level_authorization": "it needs the keys of two users who must not see each other's models",
    "max_response_time": "the API promises no time",
}
# They look at what became of something deleted, so without deleting they could not fail.
NEED_DELETING: Final = frozenset({"use_after_free"})

# In this order; each starts from the server's first state.
PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
METHODS: Final = ("get", "put", "post", "delete", "options", "patch", "trace", "query")
# For each operation, or walks in all; `coverage` takes as many as the spec has edges.
MAX_EXAMPLES: Final = {"examples": 10, "fuzzing": 30, "stateful": 15}
SECONDS: Final = 10
SHOWN: Final = 500


@dataclass(frozen=True)
class Failure:
    """One way in which a server falls short.

    Attributes:
        check: The check's name.
        where: The operation, or the walk along the links.
        sentence: What is wrong.
        curl: The request that shows it, without the key.
        answer: What came back, its beginning.
    """

    check: str
    where: str
    sentence: str
    curl: str
    answer: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}\n\n    {self.curl}\n\n{self.answer}"


@dataclass
class Report:
    """What a server was found to do.

    Attributes:
        answers: How many answers each check was put to.
        failures: Where one said no, each sentence once for an operation.
        errors: What kept the suite from running to its end.
    """

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def of(self, check: str) -> list[Failure]:
        """The failures of one check."""
        return [failure for failure in self.failures if failure.check == check]

    @property
    def failed(self) -> set[str]:
        """The names of the checks that failed."""
        return {failure.check for failure in self.failures}

    def add(self, scenario: RecordedScenario) -> None:
        """Take in what became of some requests."""
        known = {(failure.check, failure.where, failure.sentence) for failure in self.failures}
        for case_id, checks in scenario.checks.items():
            for check in checks:
                self.answers[check.name] += 1
                if check.failure_info is None:
                    continue
                found = check.failure_info.failure
                sentence = str(found).replace("\n\n", "\n").strip()
                if (check.name, scenario.label, sentence) in known:
                    continue
                known.add((check.name, scenario.label, sentence))
                response = scenario.interactions[found.case_id or case_id].response
                answer = "" if response is None else f"{response.status_code} {response.text[:SHOWN]}"
                curl = check.failure_info.code_sample
                self.failures.append(Failure(check.name, scenario.label, sentence, curl, answer))


def hold(target: Target, spec: Traversable = SPEC) -> Report:
    """Hold a server to a spec."""
    report = Report()
    with nothing_from_this_machine(), contextlib.nullcontext() if target.may_delete else no_delete():
        for phase in PHASES:
            target.reset()
            for event in from_schema(load(target, phase, spec)).execute():
                match event:
                    case events.ScenarioFinished():
                        report.add(event.recorder)
                    case events.NonFatalError():
                        report.errors.append(f"{phase}, {event.label}: {event.value}")
                    case events.FatalError():
                        report.errors.append(f"{phase}: {event.exception}")
    return report


def load(target: Target, phase: str, spec: Traversable = SPEC) -> BaseSchema:
    """Give the spec as schemathesis is to try it in a phase."""
    config = SchemathesisConfig.from_dict(configuration(target, phase))
    with as_file(spec) as path:
        schema: BaseSchema = schemathesis.openapi.from_path(path, config=config)
    return schema if target.may_delete else schema.exclude(method="DELETE")


def configuration(target: Target, phase: str) -> dict[str, Any]:
    """Give schemathesis' settings, as its `schemathesis.toml` would have them."""
    phases: dict[str, dict[str, Any]] = {name: {"enabled": name == phase} for name in PHASES}
    phases["coverage"]["unexpected-methods"] = [name for name in METHODS if name != "delete" or target.may_delete]
    for name, examples in MAX_EXAMPLES.items():
        phases[name]["generation"] = {"max-examples": examples}
    # Else the ids that a list gave would crowd out the generated ones; `stateful` is for those.
    phases["fuzzing"]["extra-data-sources"] = {"responses": False}
    return {
        "seed": 1,
        "base-url": target.base_url,
        "headers": target.headers,
        "request-timeout": SECONDS,
        "continue-on-failure": True,
        "workers": 1,
        # The cache and the database leave files behind, and make a run depend on those before it.
        "cache": {"enabled": False},
        "generation": {
            "database": "none",
            "deterministic": True,
            # A made-up organization is refused like a wrong key, and hides what else an answer may lack.
            "with-security-parameters": False,
        },
        "analysis": {"constants": {"enabled": False}},
        "phases": phases,
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
    }


@contextlib.contextmanager
def no_delete() -> Iterator[None]:
    """Stop, at the last moment, a DELETE that nothing should have come up with.

    That none comes up is the business of `load` and of the methods in `configuration`; this is for the day on which
    schemathesis has a new idea of its own.
    """

    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        if case.method.upper() == "DELETE":
            message = f"a DELETE of {case.formatted_path} was about to go to a server that is not ours"
            raise PermissionError(message)

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


@contextlib.contextmanager
def nothing_from_this_machine() -> Iterator[None]:
    """Have hypothesis take nothing from the tree and its modules, and leave nothing there.

    It strews constants of the modules that happen to be imported among its data, which would make a run depend on
    what else ran. There is no setting for this.
    """
    constants = "hypothesis.internal.conjecture.providers._get_local_constants"
    with tempfile.TemporaryDirectory() as home, patch(constants, return_value=Constants()):
        hypothesis.configuration.set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            hypothesis.configuration.set_hypothesis_home_dir(None)
