"""The contract: schemathesis, with every phase and check that it has, over openapi.yaml.

It runs from a fixed seed and keeps no examples, so that the same server gets the same
verdict each time. A server that isn't ours gets no DELETE: the operation is taken out of
the document, the links to it as well, and DELETE out of the methods that are tried as
unknown ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from attrs import field, frozen
from ruamel.yaml import YAML
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.engine.recorder import ScenarioRecorder

SPEC = Path(__file__).parents[2] / "openapi.yaml"
SEED = 1
UNKNOWN_METHODS = {"POST", "PUT", "PATCH", "OPTIONS"}


@frozen
class Fault:
    """One demand that the server doesn't meet.

    Attributes:
        check: The name of schemathesis' check.
        operation: Where.
        message: What came, and what should have.
        curl: A command line that shows it.
    """

    check: str
    operation: str
    message: str
    curl: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.check}\n{self.message}\nReproduce: {self.curl}\n"


@frozen
class Verdict:
    """What a run found.

    Attributes:
        faults: The demands that the server doesn't meet, each once for an operation.
        checks: The names of the checks that ran.
        requests: How many requests were sent.
        broken: What kept the run from its end.
    """

    faults: list[Fault] = field(factory=list)
    checks: set[str] = field(factory=set)
    requests: int = 0
    broken: list[str] = field(factory=list)

    def __str__(self) -> str:
        return "\n".join([f"{len(self.faults)} demands are not met", *map(str, self.faults), *self.broken])


def hold(base_url: str, api_key: str, *, deletes: bool, max_examples: int = 20) -> Verdict:
    """Hold a server to the contract.

    Args:
        base_url: Where its API is, version included.
        api_key: A key that it accepts.
        deletes: Whether DELETE requests may be sent at all.
        max_examples: How many requests are made up for each operation.
    """
    schema = schemathesis.openapi.from_dict(_document(deletes=deletes), config=SchemathesisConfig(seed=SEED))
    schema.config.update(base_url=base_url, headers={"Authorization": f"Bearer {api_key}"})
    schema.config.generation.update(
        deterministic=True, database="none", max_examples=max_examples, modes=list(GenerationMode)
    )
    schema.config.phases.coverage.unexpected_methods = set(UNKNOWN_METHODS)
    # A server may rightly allow the DELETE that has been taken out of the document.
    schema.config.checks.allow_header_conformance.enabled = deletes
    faults: dict[tuple[str, str], Fault] = {}
    checks: set[str] = set()
    broken: list[str] = []
    requests = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.interactions)
            checks |= {check.name for found in event.recorder.checks.values() for check in found}
            for fault in _faults(event.recorder):
                faults.setdefault((fault.check, fault.operation), fault)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            broken.append(str(getattr(event, "value", None) or getattr(event, "exception", event)))
    return Verdict(list(faults.values()), checks, requests, broken)


def _faults(recorder: ScenarioRecorder) -> Iterator[Fault]:
    for case_id, found in recorder.checks.items():
        for check in found:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                operation = recorder.cases[case_id].value.operation.label
                yield Fault(
                    check.name, operation, f"{failure.title}. {failure.message}", check.failure_info.code_sample
                )


def _document(*, deletes: bool) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(SPEC.read_text("utf-8"))
    if deletes:
        return document
    for item in document["paths"].values():
        item.pop("delete", None)
        for response in item["get"]["responses"].values():
            links = response.get("links", {})
            response["links"] = {name: link for name, link in links.items() if link["operationId"] != "deleteModel"}
    return document
