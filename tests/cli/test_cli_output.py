"""What comes out: in a pipe, on terminals of several widths, on consoles of few characters, and where nobody reads."""

import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CHECK_FAILED, COMMAND, FINE, NEWEST, Run, Show

from openai_models.cli._escape import json_text, redact
from openai_models.cli._output import echo_err, emit
from openai_models.testing import MockServer

EVIL = "ft:\x1b[31mred\x1b]0;title\x07[bold]\u202eback\nline"


def test_a_pipe_gets_no_colour_and_whole_ids(run: Run) -> None:
    done = run("list", COLUMNS="40")
    assert "\x1b" not in done.out
    header, first, *_ = done.out.splitlines()
    assert header.split() == ["id", "owner", "created", "age", "shutdown"]
    assert first.split()[0] == NEWEST
    assert done.err == ""
    assert "\x1b[" in run("list", FORCE_COLOR="1").out


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal_and_no_id_is_cut(width: int, show: Show) -> None:
    seen = show("list", width=width)
    assert seen.status == 0
    assert "\x1b[" in seen.out
    assert "…" not in seen.text
    header = seen.text.splitlines()[0].split()
    assert header == (["id", "created", "shutdown"] if width == 40 else ["id", "owner", "created", "age", "shutdown"])
    assert "2026-10-23" in seen.text
    assert "gpt-3.5-turbo" in seen.text


def test_on_the_narrowest_terminal_the_ids_are_left(show: Show) -> None:
    rows = show("list", width=120, COLUMNS="20").text.splitlines()
    assert rows[0].split() == ["id"]
    assert "".join(rows[1:]).startswith(NEWEST)
    assert "2024-08-30" in show("list --columns created", width=5).text.replace("\n", "")


def test_a_model_is_a_panel_on_a_terminal(show: Show) -> None:
    seen = show("get gpt-4o-mini", NEWEST, width=40)
    assert "2024-07-16" in seen.text
    assert seen.text.count("╭") == 2
    assert NEWEST in re.sub(r"[│\s]", "", seen.text)


def test_no_color_keeps_the_table_and_drops_the_colour(show: Show) -> None:
    raw = show("list", NO_COLOR="1", COLUMNS="0").out
    assert "\x1b[31m" not in raw
    assert "\x1b[1;31m" not in raw
    assert "gpt-4o-mini" in raw


def test_wide_characters_are_counted_as_such(show: Show) -> None:
    models: list[dict[str, Any]] = [{"id": "模型-一", "created": 1700000000, "owned_by": "甲"}]
    with MockServer(models=models) as server:
        seen = show("list", width=40, OPENAI_BASE_URL=server.base_url)
    row = seen.text.splitlines()[1]
    assert row.startswith("模型-一")
    assert "2023-11-14" in row


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "ids"])
def test_escape_sequences_of_a_server_reach_no_pipe(form: str, run: Run) -> None:
    text = list_evil(run, form)
    assert "[bold]" in text
    if form == "json":
        assert json.loads(text)[0]["id"] == EVIL


def test_escape_sequences_of_a_server_reach_no_terminal(show: Show) -> None:
    assert "[bold]" in list_evil(show, "table")


def list_evil(command: Run | Show, form: str) -> str:
    with MockServer(models=[{"id": EVIL, "owned_by": EVIL, "note": EVIL}]) as server:
        columns = [] if form == "ids" else ["--columns", "+note"]
        line = ["--format", form, *columns]
        text = command("list", *line, OPENAI_BASE_URL=server.base_url, NO_COLOR="1", COLUMNS="120").out
    assert not {"\x07", "\u202e"} & {*text}
    assert "\x1b]" not in text
    assert "\x1b[31m" not in text
    return text


def test_json_loses_nothing_to_safety() -> None:
    value = {"id": EVIL + "\x7f\x9b\ud800\U000e0001"}
    text = json_text(value, indent=2)
    assert json.loads(text) == value
    assert not {"\x7f", "\x9b", "\u202e", "\U000e0001"} & {*text}


@pytest.mark.parametrize(
    ("line", "status"),
    [("list --json", FINE), ("check gpt-4x", CHECK_FAILED), ("delete --fine-tuned --dry-run", FINE), ("--help", FINE)],
)
def test_a_reader_that_leaves_changes_no_status_and_gets_no_traceback(
    line: str, status: int, environment: dict[str, str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, *line.split()],
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


def test_a_key_is_taken_out_of_a_message() -> None:
    assert redact("bad sk-abcdefgh and hunter2", "hunter2", "", "a") == "bad sk-… and …"


@pytest.mark.parametrize(
    ("encoding", "variables"), [("ascii", {}), ("cp437", {}), ("cp1252", {"FORCE_COLOR": "1"})], ids=str
)
def test_any_model_id_is_shown(encoding: str, variables: dict[str, str], environment: dict[str, str]) -> None:
    models = [{"id": "modèle-ü-模型-😀", "object": "model", "created": 1, "owned_by": "acmé"}]
    console = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONWARNINGS": "error", **variables}
    with MockServer(models=models) as mock:
        given = environment | console | {"OPENAI_BASE_URL": mock.base_url}
        done, lossless = (
            subprocess.run([*COMMAND, "list", *more], env=given, capture_output=True, check=False)
            for more in ([], ["--json"])
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\U0001f600" in done.stdout.decode(encoding)
    assert json.loads(lossless.stdout.decode(encoding)) == models


class FailingStream(io.TextIOWrapper):
    """A stream on which each write fails."""

    def __init__(self, file: Path, number: int) -> None:
        super().__init__(file.open("wb"))
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number), text)


@pytest.mark.parametrize(("name", "write"), [("stdout", emit), ("stderr", echo_err)])
@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL, errno.ENOSPC], ids=["pipe", "on Windows", "full disk"])
def test_a_pipe_that_nobody_reads_is_no_error_and_a_full_disk_is_one_for_data(
    name: str, write: Callable[[str], None], number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FailingStream(tmp_path / "file", number) as stream:
        monkeypatch.setattr(sys, name, stream)
        is_error = (name, number) == ("stdout", errno.ENOSPC)
        with pytest.raises(OSError, match=r"No space .*stdout") if is_error else nullcontext():
            write("text")
