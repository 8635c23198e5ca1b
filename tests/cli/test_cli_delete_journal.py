"""The journal of deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openai_models.cli._journal import Journal, read_journal

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_event_of_each_model_counts_across_runs(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.write("started", "ft:a")
        journal.write("failed", "ft:a", "refused")
        journal.write("started", "ft:b")
    with Journal(path) as journal:
        journal.write("done", "ft:a")
    assert read_journal(path) == {"ft:a": "done", "ft:b": "started"}


def test_an_event_can_be_read_before_the_journal_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.write("started", "ft:a")
        assert read_journal(path) == {"ft:a": "started"}


@pytest.mark.parametrize("lost", [2, 5, 40, 60])
def test_a_line_cut_short_neither_counts_nor_swallows_the_next(lost: int, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.write("started", "ft:a")
        journal.write("done", "ft:a")
    path.write_bytes(path.read_bytes()[:-lost])
    assert read_journal(path) == {"ft:a": "started"}
    with Journal(path) as journal:
        journal.write("done", "ft:b")
    assert read_journal(path) == {"ft:a": "started", "ft:b": "done"}


@pytest.mark.parametrize("line", ["[]", "gpt-4o", '{"event": "gone", "model": "ft:a"}'])
def test_a_file_that_is_no_journal_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "models.txt"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: not a line of a journal"):
        read_journal(path)


def test_no_file_is_an_empty_journal(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none.jsonl") == {}
