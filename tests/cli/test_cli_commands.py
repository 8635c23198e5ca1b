"""diff, check, delete, mock and profiles, as a person uses them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openai_models import OpenAI
from openai_models.cli._exit_codes import Exit
from openai_models.cli._journal import read_journal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Show

    from openai_models.testing import MockServer

MINE = "ft:gpt-4o-mini:acemeco:suffix:abc123"
COMMAND = [sys.executable, "-m", "openai_models"]


def deletions(mock: MockServer) -> list[str]:
    return [each.path for each in mock.requests if each.method == "DELETE"]


def test_diff_tells_what_came_went_and_changed(run: Run, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    models = json.loads(run("list", "--json").stdout)
    before.write_text(json.dumps(models), "utf-8")
    same = run("diff", str(before))
    assert (same.returncode, same.stdout) == (Exit.FINE, "")
    old = [{**each, "owned_by": "x"} if each["id"] == "gpt-4o" else each for each in models if each["id"] != MINE]
    before.write_text(json.dumps({"data": [*old, {"id": "gone"}]}), "utf-8")
    differs = run("diff", str(before))
    assert differs.returncode == Exit.DIFFERS
    assert differs.stdout.splitlines() == [f"+ {MINE}", "- gone", '~ gpt-4o  owned_by: "x" -> "system"']
    found = json.loads(run("diff", str(before), "--json").stdout)
    assert found["added"] == [MINE]
    assert found["changed"] == {"gpt-4o": {"owned_by": {"before": "x", "after": "system"}}}


def test_check_names_each_and_where_it_stands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "models.txt").write_text("gpt-4o  # fine\n\ngpt-4-0613\n", "utf-8")
    source = tmp_path / "src"
    source.mkdir()
    (source / "app.py").write_text('ask("gpt-3.5-turbo") or ask("gpt-3.5-turbo")\n', "utf-8")
    done = run("check", "--file", str(tmp_path / "models.txt"), "--scan", str(source), "--scan", str(source), "--json")
    assert done.returncode == Exit.CHECK_FAILED
    found = {each["id"]: each for each in json.loads(done.stdout)["models"]}
    assert {name: each["status"] for name, each in found.items()} == {
        "gpt-4o": "ok",
        "gpt-4-0613": "missing",
        "gpt-3.5-turbo": "shut_down",
    }
    assert found["gpt-4-0613"]["places"] == [f"{tmp_path / 'models.txt'}:3"]
    assert found["gpt-3.5-turbo"]["places"] == [f"{source / 'app.py'}:1"]


@pytest.mark.parametrize("folder", ["node_modules/a", "venv/lib/python3.13/site-packages/a", ".git", "__pycache__"])
def test_what_others_wrote_is_not_scanned(folder: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "src" / folder).mkdir(parents=True)
    (tmp_path / "src" / folder / "a.py").write_text("x = 'gpt-4-0613'", "utf-8")
    done = run("check", "--scan", str(tmp_path / "src"))
    assert (done.returncode, done.stdout) == (Exit.FINE, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_that_powershell_wrote_is_read(encoding: str, run: Run, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(run("list", "--json").stdout, encoding)
    done = run("diff", str(before))
    assert (done.returncode, done.stdout) == (Exit.FINE, ""), done.stderr


def test_a_file_of_ids_may_begin_with_a_byte_order_mark(run: Run, tmp_path: Path) -> None:
    (tmp_path / "models.txt").write_text("gpt-4o\r\n", "utf-8-sig")
    assert run("check", "--file", str(tmp_path / "models.txt")).returncode == Exit.FINE


def test_a_file_of_ids_that_is_no_text_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "models.txt").write_bytes(b"gpt-4o\xff\n")
    done = run("check", "--file", str(tmp_path / "models.txt"))
    assert done.returncode == Exit.USAGE
    assert "models.txt is not UTF-8 text" in done.stderr


def test_a_dry_run_deletes_nothing(run: Run, mock: MockServer) -> None:
    assert len(run("delete", "--fine-tuned", "--dry-run").stdout.split()) == 3
    assert deletions(mock) == []


def test_nothing_is_deleted_unattended_without_yes(run: Run, mock: MockServer) -> None:
    done = run("delete", "--fine-tuned", stdin="y\n")
    assert done.returncode == Exit.USAGE
    assert "--yes" in done.stderr
    assert deletions(mock) == []


@pytest.mark.parametrize(("answer", "count", "status"), [("y\n", 1, Exit.FINE), ("n\n", 0, Exit.DIFFERS)])
def test_a_person_is_asked(answer: str, count: int, status: Exit, show: Show, mock: MockServer) -> None:
    seen = show("delete", MINE, typed=answer)
    assert "Delete this model for good?" in seen.raw
    assert seen.status == status
    assert len(deletions(mock)) == count


def test_a_failure_stops_no_other_and_the_journal_has_all(run: Run, mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    done = run("delete", "gpt-4o", MINE, "--yes", "--jobs", "1", "--journal", str(journal))
    assert done.returncode == Exit.KEY
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["failed", "gpt-4o"], ["done", MINE]]
    assert read_journal(journal) == {"gpt-4o": "failed", MINE: "done"}


def test_a_bar_on_a_terminal_counts_the_deletions_and_goes(show: Show) -> None:
    seen = show("delete", MINE, "ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx", "--yes", "--jobs", "1")
    assert seen.status == Exit.FINE
    assert re.search(r"deleting.*[0-2]/2", seen.raw)
    assert "deleting" not in seen.text
    assert "2 done, 0 failed, 0 skipped" in seen.text


def test_a_pipe_gets_no_bar(run: Run) -> None:
    done = run("delete", MINE, "--yes", FORCE_COLOR="1")
    assert "deleting" not in done.stdout + done.stderr


def test_a_second_run_skips_what_the_journal_says_is_done(run: Run, mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    run("delete", MINE, "--yes", "--journal", str(journal))
    journal.write_text(journal.read_text("utf-8") + '{"event": "started", "model": "ft:lost"}\n', "utf-8")
    before = len(deletions(mock))
    done = run("delete", MINE, "ft:lost", "--yes", "--journal", str(journal))
    assert done.returncode == Exit.FINE
    assert len(deletions(mock)) == before + 1
    assert "0 done, 0 failed, 2 skipped" in done.stderr
    assert read_journal(journal) == {MINE: "done", "ft:lost": "done"}


def test_ctrl_c_finishes_what_is_under_way(environment: dict[str, str], mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    mock.delay_next(3.0, on="delete")
    command = [*COMMAND, "delete", MINE, "ft:b", "ft:c", "--yes", "--jobs", "1", "--journal", str(journal)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 20
        while "started" not in (journal.read_text("utf-8") if journal.exists() else ""):
            assert time.monotonic() < until
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == Exit.INTERRUPTED
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["done", "skipped", "skipped"]
    assert read_journal(journal) == {MINE: "done"}
    assert "Traceback" not in err


def test_the_mock_serves_until_sigterm(environment: dict[str, str]) -> None:
    command = [*COMMAND, "mock", "--profile", "vllm"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        names = []
        for line in process.stdout:
            names += [line.removeprefix("export ").partition("=")[0]] if line.startswith("export ") else []
            if "OPENAI_API_KEY" in line:
                process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert names == ["OPENAI_BASE_URL", "OPENAI_API_KEY"]


def test_mock_env_leaves_a_server_for_the_shell(run: Run) -> None:
    done = run("mock", "--env")
    assert done.returncode == 0, done.stderr
    assert "Ctrl-C" not in done.stdout
    exports = dict(
        line.removeprefix("export ").split("=", 1) for line in done.stdout.splitlines() if line.startswith("export ")
    )
    try:
        with OpenAI(base_url=exports["OPENAI_BASE_URL"], api_key=exports["OPENAI_API_KEY"]) as client:
            assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    finally:
        os.kill(int(exports["OPENAI_MODELS_MOCK_PID"]), signal.SIGTERM)


def test_a_profile_names_a_server_and_its_key(run: Run, mock: MockServer, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[profiles.local]\nbase_url = "{mock.base_url}"\napi_key_env = "LOCAL_KEY"\n', "utf-8"
    )
    done = run("list", "--profile", "local", OPENAI_BASE_URL="http://127.0.0.1:9", LOCAL_KEY=mock.api_key)
    assert done.returncode == 0, done.stderr
    shown = run("profiles")
    assert shown.stdout.split() == ["name", "base_url", "key", "local", mock.base_url, "LOCAL_KEY"]


def test_a_profile_without_a_key_does_not_get_that_of_the_environment(
    run: Run, mock: MockServer, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.local]\nbase_url = "{mock.base_url}"\n', "utf-8")
    assert run("list", "--profile", "local").returncode == Exit.KEY


@pytest.mark.parametrize("line", ['api_key = "sk-abcdefgh"', "timeout = true", "colour = 1", "headers = {a = 1}", "!"])
def test_a_profile_with_a_mistake_is_refused(line: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"[profiles.local]\n{line}\n", "utf-8")
    done = run("list", "--profile", "local")
    assert done.returncode == Exit.USAGE
    assert "sk-abcdefgh" not in done.stderr


def test_a_key_file_is_read(run: Run, mock: MockServer, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(mock.api_key + "\n", "utf-8")
    assert run("list", "--api-key-file", str(tmp_path / "key"), OPENAI_API_KEY="").returncode == 0


def test_a_command_imports_no_other(environment: dict[str, str]) -> None:
    code = "import sys; from openai_models.cli.app import run; run(['profiles']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    loaded = {each for each in done.stdout.split() if each.startswith("openai_models.cli.")}
    assert "openai_models.cli._profiles_command" in loaded
    assert not {f"openai_models.cli._{each}" for each in ("list", "get", "check", "diff", "delete", "mock")} & loaded
