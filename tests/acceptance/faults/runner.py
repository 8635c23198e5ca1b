"""Runs cells (a fault on a shell) and judges what came of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.acceptance.faults.fault import Fault, Seen, Value

ROOT = Path(__file__).resolve().parents[3]
SHELLS = ("sync", "asyncio", "trio")


@dataclass(frozen=True)
class Cell:
    """What came of a fault on a shell."""

    fault: Fault
    shell: str
    outcome: str  # in a few words
    problems: tuple[str, ...]  # what is not as expected
    seconds: float
    megabytes: float | None  # by which the process' peak of memory grew; None if it was ended


class Runner:
    """Runs faults against one library, one after the other."""

    def __init__(self, library: str = "openai_models") -> None:
        self._is_ours = library == "openai_models"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OPENAI_") and not name.lower().endswith("_proxy")
        }
        command = [sys.executable, "-m", "tests.acceptance.faults.forker", library]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, fault: Fault, shells: Sequence[str]) -> list[Cell]:
        """Run a fault on these shells, at once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{','.join(shells)} {fault.name}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            msg = f"the process that runs the cells ended at {fault.name!r}"
            raise RuntimeError(msg)
        return [self._judged(fault, shell, came) for shell, came in zip(shells, json.loads(line), strict=True)]

    def _judged(self, fault: Fault, shell: str, came: dict[str, Any]) -> Cell:
        problems = tuple(judge(fault, came, ours=self._is_ours))
        return Cell(fault, shell, outcome_of(came), problems, came["seconds"], came.get("megabytes"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def outcome_of(came: dict[str, Any]) -> str:
    """Return the outcome in a few words."""
    if "error" in came:
        status = f" {came['status']}" if came["status"] is not None else ""
        foreign = "" if "OpenAIError" in came["bases"] else "raw "
        return f"{foreign}{came['error']}{status}"
    if "value" in came:
        return "a value"
    return "hangs" if came["hangs"] else "the process died"


def judge(fault: Fault, came: dict[str, Any], *, ours: bool) -> Iterator[str]:
    """Yield what is not as expected; of what only this package promises, its own words and the like, if `ours`."""
    expected = fault.expected
    told = f"{outcome_of(came)}: {came.get('text', came.get('value'))!r:.200}"
    if isinstance(expected, Value):
        is_right = "value" in came and came["value"] == expected.value
    else:
        is_right = came.get("error") == expected.kind and "OpenAIError" in came["bases"]
    if not is_right:
        yield f"{told}, where {expected!r} was expected"
    else:
        yield from _differences(expected.attributes, came["attributes"])
        if not isinstance(expected, Value):
            yield from _differences({"status": expected.status or came["status"]}, came)
            explained = "\n".join([came["text"], *came["notes"]])
            yield from (f"{said!r} is not in {came['text']!r}" for said in expected.says if said not in came["text"])
            if ours:
                yield from (f"{said!r} is not in {explained!r}" for said in expected.explains if said not in explained)
                if expected.cause is not None and expected.cause not in came["cause"]:
                    yield f"the cause is {came['cause'][:1]}, where {expected.cause} was expected"
    for unit, bound in (("seconds", fault.seconds), ("megabytes", fault.megabytes)):
        if came.get(unit, 0.0) > bound:
            yield f"took {came[unit]} {unit}, with a bound of {bound}"
    requests = [Seen(**seen) for seen in came["requests"]]
    if ours and fault.requests not in {None, len(requests)}:
        yield f"{len(requests)} requests, where {fault.requests} were expected"
    if fault.check and (wrong := fault.check(requests)):
        yield wrong


def _differences(expected: Any, came: Any) -> Iterator[str]:
    for name, wanted in expected.items():
        if came[name] != wanted:
            yield f"{name} is {came[name]!r}, where {wanted!r} was expected"
