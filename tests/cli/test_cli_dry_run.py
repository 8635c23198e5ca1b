"""`delete --dry-run` reports what the real run would do, and ends with its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openai_models.cli._exit_codes import Exit
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

MINE = "ft:gpt-4o-mini:acemeco:suffix:abc123"


@pytest.mark.parametrize(
    "ids", [[MINE], ["ft:nope"], ["gpt-4o"], [MINE, "ft:nope"], [MINE, "gpt-4o", "ft:nope"], [".."]]
)
def test_a_dry_run_ends_with_the_status_of_the_real_run(ids: list[str], run: Run, mock: MockServer) -> None:
    dry = run("delete", *ids, "--dry-run")
    assert {each.method for each in mock.requests} <= {"GET"}
    assert dry.returncode == run("delete", *ids, "--yes").returncode


def test_a_dry_run_reports_each_model(run: Run) -> None:
    done = run("delete", MINE, "ft:nope", "gpt-4o", "--dry-run")
    assert done.stdout == f"{MINE}\n"
    assert done.stderr.splitlines() == [
        "openai-models: ft:nope: there is no such model",
        "openai-models: gpt-4o: cannot be deleted: it is a base model, not a fine-tuned one",
        "1 would be deleted, 2 would fail",
    ]


def test_a_dry_run_with_filters_reports_base_models(run: Run) -> None:
    done = run("delete", "--match", "gpt-4o", "--dry-run")
    assert (done.returncode, done.stdout) == (Exit.KEY, "")
    assert "base model" in done.stderr


def test_a_dry_run_with_filters_has_the_real_runs_status_for_a_listed_model_that_is_gone(run: Run) -> None:
    with MockServer(profile="vllm") as server:  # it has no route for one model
        dry, real = (
            run("delete", "--match", "*", each, OPENAI_BASE_URL=server.base_url) for each in ("--dry-run", "--yes")
        )
    assert dry.returncode == real.returncode == Exit.FINE
    assert "is gone already" in dry.stderr


def test_a_dry_run_reports_what_the_server_refuses(run: Run, mock: MockServer) -> None:
    mock.fail_next(500)
    done = run("delete", MINE, "--dry-run", "--max-retries", "0")
    assert (done.returncode, done.stdout) == (Exit.SERVER, "")
    assert done.stderr.splitlines()[-1] == "0 would be deleted, 1 would fail"


def test_what_the_journal_has_is_considered(run: Run, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    lines = ['{"event": "done", "model": "ft:done"}', '{"event": "started", "model": "ft:lost"}']
    journal.write_text("\n".join(lines) + "\n", "utf-8")
    done = run("delete", "ft:done", "ft:lost", MINE, "--dry-run", "--journal", str(journal))
    assert (done.returncode, done.stdout) == (Exit.FINE, f"{MINE}\n")
    assert "ft:lost: is gone already" in done.stderr
