"""What a server was found to do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ._check import BUILTIN_CHECKS, CUSTOM_CHECKS, Check, ContractViolation
from ._level import Level
from ._probes import LONG
from ._response_helpers import is_freedom, says_nothing
from ._target import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis.core.failures import Failure as Found
    from schemathesis.core.transport import Response
    from schemathesis.engine.recorder import RecordedScenario

SHOWN: Final = 500
HIDDEN: Final = "[Filtered]"
OURS: Final = f" -H 'User-Agent: {USER_AGENT}'"


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
        """Give a text without the key, in whichever case its letters are."""
        if len(self.key) <= LONG:
            return text
        # JSON may have a backslash before a slash.
        key = [re.escape(letter) if letter.isalnum() else rf"\\?{re.escape(letter)}" for letter in self.key]
        # schemathesis ends a line that is too long for it with three dots, and be it in the middle of the key.
        cut = "|".join("".join(key[:length]) for length in range(len(key) - 1, LONG - 1, -1))
        return re.sub(rf"{''.join(key[:-1])}(?:{key[-1]})?|(?:{cut})(?= ?\.\.\.)", HIDDEN, text, flags=re.IGNORECASE)

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

    def add_found(self, name: str, where: str, found: Found, curl: str, response: Response | None) -> None:
        """Put down what a check raised."""
        if name in BUILTIN_CHECKS and response is not None and is_freedom(name, response):
            return
        if isinstance(found, ContractViolation):
            self.add(name, where, found.actual, found.expected, curl, response)
            return
        check = CUSTOM_CHECKS.get(name) or BUILTIN_CHECKS[name]
        self.add(name, where, str(found).replace("\n\n", "\n").strip(), check.requirement, curl, response)

    def add_scenario(self, scenario: RecordedScenario) -> None:
        """Put down what became of some of schemathesis' requests."""
        for case_id, checks in scenario.checks.items():
            for check in checks:
                found = check.failure_info.failure if check.failure_info else None
                exchange = scenario.interactions.get((found and found.case_id) or case_id)
                response = exchange.response if exchange else None
                if response is not None and says_nothing(response):
                    continue
                self.answers[check.name] += 1
                if found is None or check.failure_info is None:
                    continue
                sample = check.failure_info.code_sample
                curl = sample.replace(OURS, "") if check.name == "ignored_auth" else pasteable(sample)
                self.add_found(check.name, scenario.label, found, curl, response)


def pasteable(text: str) -> str:
    """Give a text with schemathesis' curl lines so that they can be run, with the key taken from the environment."""
    return text.replace(OURS, "").replace(f"'Authorization: {HIDDEN}'", '"Authorization: Bearer $OPENAI_API_KEY"')


def fingerprint(actual: str) -> str:
    """Give what is wrong without schemathesis' copy of the body, which is another for every model that is asked for."""
    return actual.partition("\nValue:\n")[0]


def shown(response: Response, redact: Callable[[str], str]) -> str:
    """Give an answer as people read it: the status, the headers that matter here, the beginning of the body.

    The key is hidden before the body is cut: of one that lies across the cut, the beginning would be left.
    """
    names = ("content-type", "x-request-id", "allow", "location")
    headers = "".join(f"\n{name}: {value}" for name in names for value in response.headers.get(name, []))
    body = redact(response.content.decode("utf-8", "replace"))
    return f"{redact(f'{response.status_code}{headers}')}\n{body[:SHOWN]}"
