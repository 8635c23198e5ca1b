"""What comes out: in a pipe, and on terminals of several widths."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from openai_models.cli._escape import escape_controls, json_text, redact
from openai_models.cli._exit_codes import Exit
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Show

EVIL = "ft:\x1b[31mred\x1b]0;title\x07[bold]\u202eback\nline"


def test_a_pipe_gets_no_colour_and_whole_ids(run: Run) -> None:
    done = run("list", COLUMNS="40")
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["id", "owner", "created", "age", "shutdown"]
    assert lines[1].split()[0] == "ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"
    assert done.stderr == ""


def test_the_newest_is_first_and_reverse_turns_it(run: Run) -> None:
    ids = run("list", "--format", "ids").stdout.split()
    assert ids[0] == "ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"
    assert run("list", "--format", "ids", "--reverse").stdout.split()[0] == ids[-1]
    assert run("list", "--format", "ids", "--sort", "id").stdout.split() == sorted(ids)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ("--fine-tuned", 3),
        ("--match gpt-4* --match whisper*", 3),
        ("--owner openai*", 3),
        ("--created-after 2024-07-01", 3),
        ("--created-before 2023-02-01", 1),
        ("--limit 2", 2),
        ("--fine-tuned --match *:acemeco:*", 2),
    ],
)
def test_filters_keep_what_they_say(options: str, count: int, run: Run) -> None:
    assert len(run("list", "--format", "ids", *options.split()).stdout.split()) == count


def test_formats_hold_the_same_models(run: Run) -> None:
    ids = run("list", "--format", "ids").stdout.split()
    assert [each["id"] for each in json.loads(run("list", "--json").stdout)] == ids
    assert [json.loads(line)["id"] for line in run("list", "--format", "jsonl").stdout.splitlines()] == ids
    rows = list(csv.DictReader(run("list", "--format", "csv").stdout.splitlines()))
    assert [row["id"] for row in rows] == ids


def test_columns_show_what_a_server_adds(environment: dict[str, str], run: Run) -> None:
    with MockServer(profile="vllm") as vllm:
        out = run("list", "--columns", "max_model_len", "--format", "csv", OPENAI_BASE_URL=vllm.base_url).stdout
    assert next(csv.DictReader(out.splitlines()))["max_model_len"] == "8192"


def test_get_writes_the_servers_own_json(run: Run) -> None:
    assert json.loads(run("get", "gpt-4o-mini", "--json").stdout)["shutdown_date"] is None


def test_a_typo_is_answered_with_what_was_meant(run: Run) -> None:
    done = run("get", "gpt-4o-mimi")
    assert "did you mean gpt-4o-mini" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_id_is_cut(width: int, show: Show) -> None:
    seen = show("list", width=width)
    assert seen.status == 0
    assert "\x1b[" in seen.raw
    assert "…" not in seen.text
    rows = seen.text.splitlines()
    assert rows[0].split()[:1] == ["id"]
    assert ("owner" in rows[0]) == (width > 40)
    assert "2026-10-23" in seen.text
    assert "gpt-3.5-turbo" in seen.text


def test_on_the_narrowest_terminal_the_ids_are_left(show: Show) -> None:
    rows = show("list", width=20).text.splitlines()
    assert rows[0].split() == ["id"]
    assert "".join(rows[1:]).startswith("ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx")


def test_a_model_is_a_panel_on_a_terminal(show: Show) -> None:
    seen = show("get", "gpt-4o-mini", width=40)
    assert seen.text.splitlines()[0].startswith("╭")
    assert "gpt-4o-mini" in seen.text.splitlines()[0]
    assert "2024-07-16" in seen.text


def test_no_color_keeps_the_table_and_drops_the_colour(show: Show) -> None:
    raw = show("list", NO_COLOR="1").raw
    assert "\x1b[31m" not in raw
    assert "\x1b[1;31m" not in raw
    assert "gpt-4o-mini" in raw


def test_force_color_decorates_a_pipe(run: Run) -> None:
    assert "\x1b[" in run("list", FORCE_COLOR="1").stdout


def test_columns_in_the_environment_are_the_width(show: Show) -> None:
    assert "owner" not in show("list", width=120, COLUMNS="40").text


def test_wide_characters_are_counted_as_such(environment: dict[str, str], show: Show) -> None:
    models: list[dict[str, Any]] = [{"id": "模型-一", "created": 1700000000, "owned_by": "甲"}]
    with MockServer(models=models) as server:
        seen = show("list", width=40, OPENAI_BASE_URL=server.base_url)
    assert "2023-11-14" in seen.text.splitlines()[1]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "ids"])
def test_escape_sequences_of_a_server_reach_no_terminal(form: str, run: Run, show: Show) -> None:
    models: list[dict[str, Any]] = [{"id": EVIL, "owned_by": EVIL, "note": EVIL}]
    with MockServer(models=models) as server:
        url = server.base_url
        line = ["list", "--format", form, *([] if form == "ids" else ["--columns", "+note"])]
        piped = run(*line, OPENAI_BASE_URL=url).stdout
        seen = show(*line, OPENAI_BASE_URL=url, NO_COLOR="1", width=120)
    for text in (piped, seen.raw):
        assert not {"\x07", "\u202e", "\x1b]"} & {*text}
        assert "\x1b]0" not in text
        assert "\x1b[31m" not in text
    assert "[bold]" in piped
    if form == "json":
        assert json.loads(piped)[0]["id"] == EVIL


def test_safe_text_spells_what_could_harm() -> None:
    assert escape_controls("a\x1bb\u202ec\nd\x7f") == "a\\x1bb\\u202ec\\nd\\x7f"
    assert escape_controls("模型 é") == "模型 é"


def test_json_loses_nothing_to_safety() -> None:
    value = {"id": EVIL + "\x7f\x9b\ud800\U000e0001"}
    text = json_text(value, indent=2)
    assert json.loads(text) == value
    assert not {"\x7f", "\x9b", "\u202e", "\U000e0001"} & {*text}


def test_a_key_is_taken_out_of_a_message() -> None:
    assert redact("bad sk-abcdefgh and hunter2", "hunter2", "", "a") == "bad sk-… and …"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("list --json", Exit.FINE),
        ("list", Exit.FINE),
        ("get gpt-4o", Exit.FINE),
        ("check gpt-4x", Exit.CHECK_FAILED),
        ("delete --fine-tuned --dry-run", Exit.FINE),
        ("--version", Exit.FINE),
        ("--help", Exit.FINE),
        ("list --help", Exit.FINE),
    ],
)
def test_a_reader_that_leaves_changes_no_status_and_gets_no_traceback(
    line: str, status: Exit, environment: dict[str, str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "openai_models", *line.split()],
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.returncode == status
    assert len(done.stderr.splitlines()) <= 1, done.stderr


def test_no_key_is_in_any_output(run: Run, mock: MockServer) -> None:
    for line in ("list --verbose --debug", "get nope --verbose --debug", "--version", "profiles", "--help"):
        done = run(*line.split())
        assert mock.api_key not in done.stdout + done.stderr
