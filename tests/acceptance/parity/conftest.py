"""The servers, and the line for each probe that differs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pytest
from tests.acceptance.parity.scripted import ScriptedServer
from tests.acceptance.parity.side import Servers, Side

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Tally:
    """What the probes came to."""

    ran: int = 0
    lines: dict[str, list[str]] = field(
        default_factory=lambda: {"on purpose": [], "NOT on purpose": [], "no longer": []}
    )


TALLY = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    return request.config.stash[TALLY]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tally = config.stash[TALLY]
    if not tally.ran:
        return
    terminalreporter.section("parity with the official SDK")
    for kind, lines in tally.lines.items():
        for line in lines:
            terminalreporter.write_line(f"differs {kind}: {line}")
    on_purpose, otherwise, _ = (len(lines) for lines in tally.lines.values())
    same = tally.ran - on_purpose - otherwise
    terminalreporter.write_line(
        f"{tally.ran} probes ran with both SDKs: {same} the same, {on_purpose} different on purpose, "
        f"{otherwise} different otherwise"
    )


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ScriptedServer() as scripted, ScriptedServer() as other, MockServer() as mock:
        yield Servers(scripted, other, mock)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


class Sides(Protocol):
    def __call__(self, name: str, mode: str) -> Side: ...


@pytest.fixture
def sides(servers: Servers, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> Sides:
    """Make an SDK's side of a probe."""

    def make(name: str, mode: str) -> Side:
        return Side(name, mode == "async", servers, runner, monkeypatch)

    return make
