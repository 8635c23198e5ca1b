"""`delete`: the question, the dry run, the journal and Ctrl-C."""

import re
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import COMMAND, DIFFERS, FINE, INTERRUPTED, KEY, MINE, NEWEST, SERVER, USAGE, Run, Show

from openai_models.testing import MockServer

DONE = '{{"time": "2025-01-01T00:00:00.000+00:00", "event": "done", "model": "{}"}}\n'
STARTED = DONE.replace("done", "started")


def deletions(mock: MockServer) -> list[str]:
    return [each.path.rpartition("/")[2] for each in mock.requests if each.method == "DELETE"]


def events(journal: Path) -> list[tuple[str, ...]]:
    return re.findall(r'"event": "(\w+)", "model": "([^"]+)"', journal.read_text("utf-8"))


def test_nothing_is_deleted_unattended_without_yes(run: Run, mock: MockServer) -> None:
    done = run("delete --fine-tuned")
    assert done.status == USAGE
    assert "--yes" in done.err
    assert deletions(mock) == []


@pytest.mark.parametrize(("typed", "count", "status"), [("y\n", 1, FINE), ("n\n", 0, DIFFERS)])
def test_a_person_is_asked(typed: str, count: int, status: int, show: Show, mock: MockServer) -> None:
    seen = show("delete", MINE, typed=typed)
    assert "Delete this model for good?" in seen.out
    assert seen.status == status
    assert len(deletions(mock)) == count


def test_a_bar_on_a_terminal_counts_the_deletions_and_goes(show: Show, run: Run) -> None:
    seen = show("delete --yes --jobs 1", MINE, NEWEST)
    assert seen.status == FINE
    assert re.search(r"deleting.*[0-2]/2", seen.out)
    assert "deleting" not in seen.text
    assert "2 done, 0 failed, 0 skipped" in seen.text
    piped = run("delete --yes", "ft:nope", FORCE_COLOR="1")
    assert "deleting" not in piped.out + piped.err


@pytest.mark.parametrize(
    "ids",
    [[MINE], ["ft:nope"], ["gpt-4o"], [MINE, "ft:nope"], [MINE, "gpt-4o", "ft:nope"], [".."]],
    ids=["mine", "unknown", "base", "mine and unknown", "all", "no id"],
)
def test_a_dry_run_ends_with_the_status_of_the_real_run(ids: list[str], run: Run, mock: MockServer) -> None:
    dry = run("delete --dry-run", *ids)
    assert {each.method for each in mock.requests} <= {"GET"}
    assert dry.status == run("delete --yes", *ids).status


def test_a_dry_run_reports_each_model(run: Run, mock: MockServer) -> None:
    done = run("delete ft:nope gpt-4o --dry-run", MINE)
    assert done.out == f"{MINE}\n"
    assert done.err.splitlines() == [
        "openai-models: ft:nope: there is no such model",
        "openai-models: gpt-4o: cannot be deleted: it is a base model, not a fine-tuned one",
        "1 would be deleted, 2 would fail",
    ]
    assert run("delete --match gpt-4o --dry-run").status == KEY
    mock.fail_next(500)
    refused = run("delete --dry-run --max-retries 0", MINE)
    assert (refused.status, refused.out) == (SERVER, "")
    assert refused.err.splitlines()[-1] == "0 would be deleted, 1 would fail"


def test_a_listed_model_that_is_gone_is_no_failure_in_either_run(run: Run) -> None:
    with MockServer(profile="vllm") as server:  # it has no route for one model
        dry, real = (run("delete --match *", each, OPENAI_BASE_URL=server.base_url) for each in ("--dry-run", "--yes"))
    assert dry.status == real.status == FINE
    assert "is gone already" in dry.err


def test_a_failure_stops_no_other_and_the_journal_has_all(run: Run, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    done = run("delete gpt-4o --yes --jobs 1 --journal", journal, MINE)
    assert done.status == KEY
    assert [line.split()[:2] for line in done.out.splitlines()[1:]] == [["failed", "gpt-4o"], ["done", MINE]]
    assert events(journal) == [("started", "gpt-4o"), ("failed", "gpt-4o"), ("started", MINE), ("done", MINE)]


@pytest.mark.parametrize(("options", "jobs"), [("", 4), ("--jobs 2", 2)], ids=["default", "two"])
def test_so_many_are_deleted_at_a_time(options: str, jobs: int, run: Run, mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    mock.delay_next(0.5, times=5, on="delete")
    run(f"delete ft:a ft:b ft:c ft:d ft:e --yes {options} --journal", journal)
    steps = [step for step, _ in events(journal)]
    assert steps[: jobs + 1] == ["started"] * jobs + ["failed"]


def test_the_journal_says_what_is_done_and_what_may_be_gone(run: Run, mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text(STARTED.format(NEWEST) + DONE.format(NEWEST) + STARTED.format("ft:lost"), "utf-8")
    dry = run("delete ft:lost --dry-run --journal", journal, NEWEST, MINE)
    assert (dry.status, dry.out) == (FINE, f"{MINE}\n")
    assert "ft:lost: is gone already" in dry.err
    real = run("delete ft:lost --yes --journal", journal, NEWEST)
    assert (real.status, real.err) == (FINE, "0 done, 0 failed, 2 skipped\n")
    assert deletions(mock) == ["ft:lost"]
    assert events(journal)[-1] == ("done", "ft:lost")


@pytest.mark.parametrize("lost", [2, 5, 40, 60])
def test_a_line_cut_short_neither_counts_nor_swallows_the_next(
    lost: int, run: Run, mock: MockServer, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text(STARTED.format(MINE) + DONE.format(MINE)[:-lost], "utf-8")
    assert run("delete --yes --journal", journal, MINE).err == "1 done, 0 failed, 0 skipped\n"
    again = run("delete --yes --journal", journal, MINE)
    assert (again.status, again.err) == (FINE, "nothing to delete\n")


def test_a_journal_on_a_full_disk_is_named_and_what_was_done_is_shown(
    bash: Run, mock: MockServer, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(DONE.format("ft:" + 780 * "a"), "utf-8")
    done = bash(f"ulimit -f 1; openai-models delete {MINE} ft:b --yes --jobs 1 --journal a.jsonl")
    assert (done.status, deletions(mock)) == (USAGE, [MINE])
    assert [line.split()[:2] for line in done.out.splitlines()[1:]] == [["done", MINE], ["skipped", "ft:b"]]
    assert done.err == "1 done, 0 failed, 1 skipped\nopenai-models: a.jsonl: File too large\n"


@pytest.mark.parametrize("line", ["[]", "gpt-4o", '{"event": "gone", "model": "ft:a"}'])
def test_a_file_that_is_no_journal_is_refused(line: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "models.txt").write_text(line + "\n", "utf-8")
    done = run("delete ft:a --yes --journal", tmp_path / "models.txt")
    assert done.status == USAGE
    assert "line 1: not a line of a journal" in done.err


def test_ctrl_c_finishes_what_is_under_way(environment: dict[str, str], mock: MockServer, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    mock.delay_next(3.0, on="delete")
    command = [*COMMAND, "delete", MINE, "ft:b", "ft:c", "--yes", "--jobs", "1", "--journal", str(journal)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while "started" not in (journal.read_text("utf-8") if journal.exists() else ""):
            assert time.monotonic() < until
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["done", "skipped", "skipped"]
    assert events(journal) == [("started", MINE), ("done", MINE)]
    assert "Traceback" not in err


def test_ctrl_c_that_does_not_wake_the_main_thread_is_noticed_before_the_next_deletion(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed, known = threading.Event(), signal.signal
    waits: list[bool] = []

    def note(number: int, handler: Any) -> Any:
        if handler is signal.default_int_handler:  # for the second Ctrl-C
            noticed.set()
        return known(number, handler)

    class Handler(BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # to this thread alone
            waits.append(noticed.wait(20))
            body = b'{"id": "ft:a", "object": "model", "deleted": true}'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setattr(signal, "signal", note)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run("delete ft:a ft:b --yes --jobs 1", OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1")
        server.shutdown()
    assert (waits, done.status) == ([True], INTERRUPTED)
