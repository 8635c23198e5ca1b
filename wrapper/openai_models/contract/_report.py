"""What a server was found to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from schemathesis.core.failures import CustomFailure

from ._check import BUILTIN_CHECKS, CUSTOM_CHECKS, Check, ContractViolation
from ._level import Level
from ._secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis.core.failures import Failure as Found
    from schemathesis.core.transport import Response

SHOWN: Final = 500


class Verdict(StrEnum):
    """What became of a check."""

    PASSES = "passes"
    NOTE = "note"
    FAILS = "fails"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Failure:
    """One way in which a server fails.

    Attributes:
        check: The check.
        where: The operation, or the walk along the links, or what was tried.
        actual: What is wrong.
        expected: What should have come.
        curl: The request that shows it, without the key.
        answer: What came back, its beginning, without the key.
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
            f"came: {self.answer}\nexpected: {self.expected}\n"
        )


@dataclass
class Report:
    """What a server was found to do.

    Attributes:
        base_url: The server.
        level: What it was held to.
        key: What is hidden wherever it appears.
        secrets: What else is.
        deletes: Whether a model could be deleted.
        answers: How many answers each check was put to.
        requests: How many requests the server got.
        refused: How many of them it answered with 429.
        times: How often a check said no, by its name and the fingerprint of what came.
        found: What a check said no to, each sentence once; notes are among them.
        errors: What kept the suite from running to its end.
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

    @property
    def checks(self) -> list[Check]:
        """Every check, those that a client needs first."""
        both = [*CUSTOM_CHECKS.values(), *BUILTIN_CHECKS.values()]
        return [check for level in reversed(Level) for check in both if check.level is level]

    @property
    def failures(self) -> list[Failure]:
        """What the server fails at the level."""
        return [failure for failure in self.found if self.counts(failure.check)]

    @property
    def notes(self) -> list[Failure]:
        """What it does unlike the official API, where that is not asked for."""
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
        """Whether all was tried and nothing failed."""
        return not self.failures and not self.errors

    def counts(self, check: Check) -> bool:
        """Whether a check that fails is a failure at the level, not a note."""
        return self.level is Level.OFFICIAL or check.level is Level.COMPATIBLE

    def with_repeat_count(self, failure: Failure) -> str:
        """Say how often more the same came."""
        more = self.times[failure.check.name, fingerprint(failure.actual)] - 1
        return f"{failure.where}, and {more} more" if more else failure.where

    def of(self, name: str) -> list[Failure]:
        """Where one check said no."""
        return [failure for failure in self.found if failure.check.name == name]

    def verdict(self, check: Check) -> Verdict:
        """Say what became of a check."""
        if self.of(check.name):
            return Verdict.FAILS if self.counts(check) else Verdict.NOTE
        return Verdict.PASSES if self.answers[check.name] else Verdict.NOT_TRIED

    def redact(self, text: str) -> str:
        """Return a text without the key and the values of the user's headers."""
        return redact(text, self.key, *self.secrets)

    def add(  # noqa: PLR0917 - the parts of a failure
        self, name: str, where: str, actual: str, expected: str, curl: str, response: Response | None
    ) -> None:
        """Put down that a check said no."""
        check = CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]
        actual = self.redact(actual)
        self.times[name, fingerprint(actual)] += 1
        if self.times[name, fingerprint(actual)] > 1:
            return
        answer = "nothing" if response is None else shown(response, self.redact)
        self.found.append(Failure(check, where, actual, self.redact(expected), self.redact(curl), answer))

    def add_found(self, name: str, where: str, found: Found, curl: str, response: Response) -> None:
        """Put down what a check raised."""
        violation = found.exception if isinstance(found, CustomFailure) else None
        if isinstance(violation, ContractViolation):
            self.add(name, where, violation.actual, violation.expected, curl, response)
            return
        check = CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]
        self.add(name, where, str(found).replace("\n\n", "\n").strip(), check.requirement, curl, response)


def fingerprint(actual: str) -> str:
    """Give what is wrong without schemathesis' copy of the body, which is another for every model that is asked for."""
    return actual.partition("\nValue:\n")[0]


def shown(response: Response, without_secrets: Callable[[str], str]) -> str:
    """Give an answer as people read it: the status, the headers that matter here, the beginning of the body.

    The key is hidden before the body is cut: of one that lies across the cut, the beginning would be left.
    """
    names = ("content-type", "x-request-id", "allow", "location")
    headers = "".join(f"\n{name}: {value}" for name in names for value in response.headers.get(name, []))
    body = without_secrets(response.content.decode("utf-8", "replace"))
    return f"{without_secrets(f'{response.status_code}{headers}')}\n{body[:SHOWN]}"
