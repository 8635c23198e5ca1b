"""`--base-url`, the server it names or the bundled mock, and what the suite found there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openai_models.contract._suite import CHECKS, Report, hold
from openai_models.contract._target import Target, UnusableTargetError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_RUN = 2
FOUND = pytest.StashKey[Report]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--base-url",
        dest="contract_base_url",
        metavar="URL",
        help="hold this server, not the bundled mock, to openapi.yaml; its key is in OPENAI_API_KEY",
    )


def base_url(config: pytest.Config) -> str | None:
    # pytest doesn't know the option when it was started on a folder above this one.
    url: str | None = config.getoption("contract_base_url", None)
    return url


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The tests of the suite itself have nothing to do with somebody's server.
    if base_url(config):
        kept = [item for item in items if "report" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    url = base_url(request.config)
    if not url:
        with MockServer() as mock:
            yield Target.of_mock(mock)
        return
    try:
        other = Target.of_somebody(url, os.environ)
    except UnusableTargetError as error:
        pytest.exit(str(error), NOT_RUN)
    yield other


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, target: Target) -> Report:
    found = hold(target)
    request.config.stash[FOUND] = found
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(FOUND, None)
    if found is None:
        return
    terminalreporter.section("contract")
    for check in CHECKS:
        failures = len(found.of(check))
        verdict = f"{failures} failures" if failures else "holds" if found.answers[check] else "not tried"
        terminalreporter.write_line(f"{check:30} {verdict:12} {found.answers[check]:5} answers")
