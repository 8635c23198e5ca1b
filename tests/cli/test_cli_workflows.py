"""What a job of GitHub Actions reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openai_models.cli._exit_codes import Exit
from openai_models.cli._github import annotation
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_check_annotates_each_place(run: Run, tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    models: list[dict[str, Any]] = [{"id": "gpt-4o"}, {"id": "gpt-4", "shutdown_date": soon}]
    source = tmp_path / "app.py"
    source.write_text("ask('gpt-4o')\nask('gpt-4')\nask('gpt-4x')\nask('gpt-4x')\n", "utf-8")
    with MockServer(models=models) as server:
        url = server.base_url
        done = run("check", "gone", "--scan", str(source), "--format", "github", OPENAI_BASE_URL=url)
    assert done.returncode == Exit.CHECK_FAILED
    assert done.stdout.splitlines() == [
        "::error::gone: there is no such model",
        f"::warning file={source},line=2::gpt-4: shuts down on {soon}",
        f"::error file={source},line=3::gpt-4x: there is no such model",
        f"::error file={source},line=4::gpt-4x: there is no such model",
    ]


def test_a_check_that_passes_annotates_nothing(run: Run) -> None:
    done = run("check", "gpt-4o", "--format", "github")
    assert (done.returncode, done.stdout) == (Exit.FINE, "")


def test_format_json_is_json(run: Run) -> None:
    assert run("check", "nope", "--format", "json").stdout == run("check", "nope", "--json").stdout
    assert json.loads(run("check", "nope", "--format", "json").stdout)["ok"] is False


def test_diff_annotates_the_file_that_is_compared(run: Run, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text('[{"id": "gone"}, {"id": "same"}, {"id": "other", "owned_by": "x"}]', "utf-8")
    after.write_text('[{"id": "new"}, {"id": "same"}, {"id": "other", "owned_by": "y"}]', "utf-8")
    done = run("diff", str(before), str(after), "--format", "github")
    assert done.returncode == Exit.DIFFERS
    assert done.stdout.splitlines() == [
        f"::warning file={before}::new was added",
        f"::error file={before}::gone was removed",
        f'::warning file={before}::other was changed: owned_by: "x" -> "y"',
    ]
    found = json.loads(run("diff", str(before), str(after), "--format", "json").stdout)
    assert (found["added"], found["removed"]) == (["new"], ["gone"])


@pytest.mark.parametrize(
    ("message", "path", "expected"),
    [
        ("100% gone", "src/a.py", "::error file=src/a.py,line=7::100%25 gone\n"),
        ("a::error::b", "a,b:c%.py", "::error file=a%2Cb%3Ac%25.py,line=7::a::error::b\n"),
        ("two\nlines\r", "a\nb.py", "::error file=a\\nb.py,line=7::two\\nlines\\r\n"),
    ],
)
def test_an_annotation_is_one_command_whatever_the_names(message: str, path: str, expected: str) -> None:
    assert annotation("error", message, Path(path), 7) == expected
