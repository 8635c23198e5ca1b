"""`openai-models contract` as a program; what it finds is the business of tests/contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Show

    from openai_models.testing import MockServer


def test_a_terminal_shows_how_many_requests_were_sent_while_they_are(show: Show, mock: MockServer) -> None:
    screen = show("contract", mock.base_url, "--max-examples", "1", width=120)
    assert screen.status == 0
    assert "looking for the server" in screen.raw
    assert " requests" in screen.raw.partition("verdict")[0]
    assert "requests" not in screen.text.partition("┏")[0]


def test_a_pipe_gets_the_report_and_nothing_else(run: Run, mock: MockServer) -> None:
    done = run("contract", mock.base_url, "--max-examples", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.lstrip().startswith(f"{mock.base_url}, level official")
