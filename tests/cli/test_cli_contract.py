"""`openai-models contract` as a program; what it finds is the business of tests/contract."""

import json
import re
from pathlib import Path

from tests.cli.conftest import DIFFERS, FINE, KEY, REFUSED, USAGE, Run, Show

from openai_models.testing import MockServer


def test_a_terminal_shows_the_phase_the_requests_and_the_time_while_it_runs(show: Show, mock: MockServer) -> None:
    screen = show("contract --max-examples 1 --verbose", mock.base_url, width=120)
    assert screen.status == FINE
    during, _, _ = screen.out.partition("checks passed")
    assert re.search(r"looking for the server.*examples.*coverage.*fuzzing.*stateful.*the probes", during, re.DOTALL)
    assert re.search(r"[1-9][0-9]* requests", during)
    assert re.search(r"0:00:[0-9]", during)
    assert screen.text.startswith(f"{mock.base_url}, level official")
    assert len(re.findall("passes|not tried", screen.text.partition("checks passed")[0])) == 36


def test_a_pipe_gets_the_report_and_nothing_else(run: Run, mock: MockServer) -> None:
    done = run("contract --max-examples 1", mock.base_url)
    assert (done.status, done.err) == (FINE, "")
    assert re.fullmatch(
        rf"{mock.base_url}, level official\n\n30 of 36 checks passed, 6 not tried \(.*\)\npasses \([0-9]+ requests\)\n",
        done.out,
    )


def test_json_is_the_report_and_the_folder_has_it_too(run: Run, mock: MockServer, tmp_path: Path) -> None:
    done = run("contract --max-examples 1 --format json --report", tmp_path / "out", mock.base_url)
    assert (done.status, done.err) == (FINE, "")
    assert json.loads(done.out)["outcome"] == "passes"
    assert (tmp_path / "out/report.json").read_text("utf-8") == done.out


def test_a_rate_beyond_all_numbers_is_a_usage_error(run: Run, mock: MockServer) -> None:
    assert run(f"contract --max-examples 1 --rate {10**20}", mock.base_url).status == USAGE


def test_a_workflow_gets_annotations_and_a_step_summary(run: Run, tmp_path: Path) -> None:
    steps = tmp_path / "summary.md"
    steps.write_text("# Before\n", "utf-8")
    line = "contract --level compatible --max-examples 1 --format github"
    with MockServer(profile="mistral") as mock:
        done = run(line, mock.base_url, OPENAI_API_KEY=mock.api_key, GITHUB_STEP_SUMMARY=str(steps))
    assert (done.status, done.err) == (DIFFERS, "")
    first, *_, last = done.out.splitlines()
    assert first.startswith("::error title=contract unknown_model::A model that doesn't exist gets 404.%0A")
    assert last.startswith("fails: unknown_model (")
    assert steps.read_text("utf-8").startswith("# Before\n## ❌ The server fails 1 of 36 checks\n")


def test_a_server_that_cannot_be_tried_is_explained_in_plain_words(run: Run) -> None:
    done = run("contract --format github", REFUSED)
    assert (done.status, done.err) == (USAGE, f"openai-models: no server answers at {REFUSED}: Connection refused\n")
    assert done.out.startswith(f"::error title=contract incomplete::no server answers at {REFUSED}")
    keyless = run("contract", REFUSED, OPENAI_API_KEY="")
    assert (keyless.status, keyless.err) == (KEY, run("list", OPENAI_API_KEY="").err)
