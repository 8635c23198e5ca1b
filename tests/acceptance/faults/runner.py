"""Runs cells (a fault on a shell) and judges what came of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.acceptance.faults.fault import Fails, Fault, Seen, Value

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[3]
SHELLS = ("sync", "asyncio", "trio")


@dataclass(frozen=True)
class Cell:
    """What came of a fault on a shell.

    Attributes:
        outcome: In a few words, what came.
        problems: What is not as expected, in words.
        seconds: How long it took.
        megabytes: By how much the process' peak of memory grew; None if it was ended.
    """

    fault: Fault
    shell: str
    outcome: str
    problems: tuple[str, ...]
    seconds: float
    megabytes: float | None


class Runner:
    """Runs cells of one library, one after the other."""

    def __init__(self, library: str = "openai_models") -> None:
        self._library = library
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OPENAI_") and not name.lower().endswith("_proxy")
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.faults.forker", library],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, fault: Fault, shell: str) -> Cell:
        """Run one cell."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{shell} {fault.name}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            msg = f"the process that runs the cells ended at {fault.name!r} on {shell}"
            raise RuntimeError(msg)
        came: dict[str, Any] = json.loads(line)
        problems = tuple(judge(fault, came, ours=self._library == "openai_models"))
        return Cell(fault, shell, outcome_of(came), problems, came["seconds"], came.get("megabytes"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def outcome_of(came: dict[str, Any]) -> str:
    """Return the outcome in a few words."""
    if "error" in came:
        status = f" {came['status']}" if came["status"] is not None else ""
        foreign = "" if "OpenAIError" in came["bases"] else "raw "
        return f"{foreign}{came['error']}{status}"
    if "value" in came:
        return "a value"
    return "hangs" if came["hangs"] else "the process died"


def judge(fault: Fault, came: dict[str, Any], *, ours: bool) -> list[str]:
    """Return what is not as expected.

    Args:
        fault: The fault.
        came: What the cell's process told.
        ours: Whether to look at what only this package promises, too: its own words,
            causes, and the exact number of requests.
    """
    expected = fault.expected
    if isinstance(expected, Value):
        problems = _value_problems(expected, came)
    else:
        problems = _error_problems(expected, came, ours=ours)
    if came["seconds"] > fault.seconds:
        problems.append(f"took {came['seconds']} s, with a bound of {fault.seconds} s")
    if came.get("megabytes", 0.0) > fault.megabytes:
        problems.append(f"took {came['megabytes']} MB, with a bound of {fault.megabytes} MB")
    requests = [Seen(**{**seen, "headers": tuple(map(tuple, seen["headers"]))}) for seen in came["requests"]]
    if ours and fault.requests is not None and len(requests) != fault.requests:
        problems.append(f"{len(requests)} requests, where {fault.requests} were expected")
    wrong = fault.check(requests) if fault.check else None
    if wrong:
        problems.append(wrong)
    return problems


def _value_problems(expected: Value, came: dict[str, Any]) -> list[str]:
    if came.get("value") == expected.value and "value" in came:
        return [
            f"{name} is {came['attributes'][name]!r}, where {wanted!r} was expected"
            for name, wanted in expected.attributes.items()
            if came["attributes"][name] != wanted
        ]
    return [f"{_told(came)}, where the value {expected.value!r} was expected"]


def _error_problems(expected: Fails, came: dict[str, Any], *, ours: bool) -> list[str]:
    if came.get("error") != expected.kind or "OpenAIError" not in came["bases"]:
        return [f"{_told(came)}, where {expected.kind} was expected"]
    problems = []
    if expected.status is not None and came["status"] != expected.status:
        problems.append(f"status_code is {came['status']}, where {expected.status} was expected")
    everything = "\n".join([came["text"], *came["notes"]])
    problems += [f"{said!r} is not in {came['text']!r}" for said in expected.says if said not in came["text"]]
    for name, wanted in expected.attributes.items():
        if came["attributes"][name] != wanted:
            problems.append(f"{name} is {came['attributes'][name]!r}, where {wanted!r} was expected")
    if ours:
        problems += [f"{said!r} is not in {everything!r}" for said in expected.explains if said not in everything]
        if expected.cause is not None and expected.cause not in came["cause"]:
            problems.append(f"the cause is {came['cause'][:1]}, where {expected.cause} was expected")
    return problems


def _told(came: dict[str, Any]) -> str:
    if "error" in came:
        return f"{outcome_of(came)}: {came['text'][:200]}"
    if "value" in came:
        return f"the value {came['value']!r:.200}"
    return outcome_of(came)
