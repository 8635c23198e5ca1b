"""The results of a run, and the verdict on the server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from schemathesis.core.failures import CustomFailure

from ._check import BUILTIN_CHECKS, CUSTOM_CHECKS, Check, ContractViolation
from ._level import Level
from ._response_helpers import text_of
from ._secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis.core.failures import Failure as Found
    from schemathesis.core.transport import Response

SHOWN: Final = 500


class Verdict(StrEnum):
    """The result of a check."""

    PASSES = "passes"
    NOTE = "note"
    FAILS = "fails"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Failure:
    """One way in which a server fails.

    Attributes:
        check: The check.
        where: The operation, or what the probe tried.
        actual: What is wrong.
        expected: What should have been received.
        curl: A `curl` line with the request that shows it; the key is taken from the environment.
        answer: The status, some headers and the beginning of the body of the response, without the key.
    """

    check: Check
    where: str
    actual: str
    expected: str
    curl: str
    answer: str

    def __str__(self) -> str:
        return (
            f"{self.check.name}: {self.check.requirement}\n{self.where}: {self.actual}\n\n    {self.curl}\n\n"
            f"response: {self.answer}\nexpected: {self.expected}\n"
        )


@dataclass
class Report:
    """The results of a run.

    Attributes:
        base_url: The base URL of the server.
        level: The level at which it was checked.
        key: The key, which is redacted wherever it appears.
        secrets: Other values that are redacted.
        deletes: Whether there was a model to delete.
        answers: The number of responses that each check judged.
        requests: The number of requests sent.
        refused: The number of them that the server answered with 429.
        times: How often each check failed, by its name and the fingerprint of the problem.
        found: The failures and notes, each problem once.
        errors: What kept the run from being complete.
        started: When the run began, in UTC.
        seconds: How long it took.
    """

    base_url: str = ""
    level: Level = Level.OFFICIAL
    key: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    deletes: bool = False
    answers: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    refused: int = 0
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0

    def __str__(self) -> str:
        outcome = f"{self.base_url} ({self.level}): {self.outcome}"
        return "\n\n".join([outcome, *map(str, self.failures), *dict.fromkeys(self.errors)])

    @property
    def checks(self) -> list[Check]:
        """All checks, those that a client needs first."""
        both = [*CUSTOM_CHECKS.values(), *BUILTIN_CHECKS.values()]
        return [check for level in reversed(Level) for check in both if check.level is level]

    @property
    def failures(self) -> list[Failure]:
        """The failures at this level."""
        return [failure for failure in self.found if self.counts(failure.check)]

    @property
    def notes(self) -> list[Failure]:
        """The differences from the official API that are no failures at this level."""
        return [failure for failure in self.found if not self.counts(failure.check)]

    @property
    def failed(self) -> set[str]:
        """The names of the checks that failed."""
        return {failure.check.name for failure in self.failures}

    @property
    def holds(self) -> bool:
        """Deprecated alias of `passed`."""
        return self.passed

    @property
    def passed(self) -> bool:
        """Whether the run is complete and no check failed."""
        return self.outcome == "passes"

    @property
    def outcome(self) -> Literal["passes", "fails", "incomplete"]:
        """The verdict on the server; `incomplete` if the run was cut short before a check failed."""
        if self.failures:
            return "fails"
        return "incomplete" if self.errors else "passes"

    def counts(self, check: Check) -> bool:
        """Return whether a check that fails is a failure at this level, not a note."""
        return self.level is Level.OFFICIAL or check.level is Level.COMPATIBLE

    def with_repeat_count(self, failure: Failure) -> str:
        """Return where a failure was found, and how many more times."""
        more = self.times[failure.check.name, fingerprint(failure.actual)] - 1
        return f"{failure.where}, and {more} more" if more else failure.where

    def of(self, name: str) -> list[Failure]:
        """Return the failures or notes of a check."""
        return [failure for failure in self.found if failure.check.name == name]

    def verdict(self, check: Check) -> Verdict:
        """Return the result of a check."""
        if self.of(check.name):
            return Verdict.FAILS if self.counts(check) else Verdict.NOTE
        return Verdict.PASSES if self.answers[check.name] else Verdict.NOT_TRIED

    def redact(self, text: str) -> str:
        """Return a text without the key and the values of the user's headers."""
        return redact(text, self.key, *self.secrets)

    def add(  # noqa: PLR0917 - the parts of a failure
        self, name: str, where: str, actual: str, expected: str, curl: str, response: Response | None
    ) -> None:
        """Record a failed check."""
        check = CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]
        actual = self.redact(actual)
        self.times[name, fingerprint(actual)] += 1
        if self.times[name, fingerprint(actual)] > 1:
            return
        answer = "nothing" if response is None else shown(response, self.redact)
        self.found.append(Failure(check, self.redact(where), actual, self.redact(expected), self.redact(curl), answer))

    def add_found(self, name: str, where: str, found: Found, curl: str, response: Response) -> None:
        """Record what a check raised."""
        violation = found.exception if isinstance(found, CustomFailure) else None
        if isinstance(violation, ContractViolation):
            self.add(name, where, violation.actual, violation.expected, curl, response)
            return
        check = CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]
        self.add(name, where, str(found).replace("\n\n", "\n").strip(), check.requirement, curl, response)


def fingerprint(actual: str) -> str:
    """Return the problem without schemathesis' copy of the body, which differs from model to model."""
    return actual.partition("\nValue:\n")[0]


def shown(response: Response, without_secrets: Callable[[str], str]) -> str:
    """Return the status, the headers that matter here and the beginning of the body.

    The key is redacted before the body is cut, since the cut may lie within the key.
    """
    names = ("content-type", "x-request-id", "allow", "location")
    headers = "".join(f"\n{name}: {value}" for name in names for value in response.headers.get(name, []))
    body = without_secrets(text_of(response))
    return f"{without_secrets(f'{response.status_code}{headers}')}\n{body[:SHOWN]}"
