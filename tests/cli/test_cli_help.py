"""The help of each command: how it is asked for, what it looks like, and that its examples work."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openai_models.cli._exit_codes import Exit
from openai_models.cli.app import COMMANDS, app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Show

    from openai_models.testing import MockServer

NAMES = [name for name in COMMANDS if name != "help"]
HELPS = ["", *NAMES]
# Words of Python and of libraries, which mean nothing to who reads a help or an error.
LEAKED = re.compile(
    r"<(list|int|float|str|path)|list\[|\[\[|TEXT|INTEGER|FLOAT|integer range|x[<>]=|None|Value error|Input should|pydantic|click"
)


def examples(name: str) -> list[str]:
    """Return the lines under "Examples:" in a command's help."""
    command = app if not name else app.get_command(app.make_context("openai-models", [], resilient_parsing=True), name)
    assert command is not None
    block = re.search(r"^Examples:\n((?:  .*\n)+)", (command.epilog or "") + "\n", re.MULTILINE)
    assert block is not None, f"the help of {name} has no examples"
    return [line.strip() for line in block[1].splitlines()]


EXAMPLES = [line for name in HELPS for line in examples(name)]


@pytest.fixture
def workplace(environment: dict[str, str], mock: MockServer, run: Run, tmp_path: Path) -> dict[str, str]:
    """Return the environment for a shell in a folder that has the files which the examples name."""
    command = tmp_path / "bin" / "openai-models"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openai_models "$@"\n', "utf-8")
    command.chmod(0o755)
    (tmp_path / "models.txt").write_text("gpt-4o\n", "utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text('ask("gpt-4o")\n', "utf-8")
    for name in ("before.json", "after.json"):
        (tmp_path / name).write_text(run("list", "--json").stdout, "utf-8")
    (tmp_path / "config.toml").write_text(
        f'[profiles.local]\nbase_url = "{mock.base_url}"\napi_key_env = "OPENAI_API_KEY"\n', "utf-8"
    )
    return environment | {"PATH": f"{command.parent}:{environment['PATH']}", "PYTHONPATH": ":".join(sys.path)}


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_of_the_help_works(line: str, workplace: dict[str, str], mock: MockServer, tmp_path: Path) -> None:
    if "mock --p" in line:  # which serves until it is stopped
        with socket.create_server(("127.0.0.1", 0)) as free:
            line = line.replace("8000", str(free.getsockname()[1]))
        with subprocess.Popen(
            ["bash", "-c", f"exec {line}"], cwd=tmp_path, env=workplace, stdout=subprocess.PIPE
        ) as server:
            assert server.stdout is not None
            while not server.stdout.readline().startswith(b"export OPENAI_API_KEY"):
                assert server.poll() is None
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=30) == Exit.FINE
        return
    script = f"set -eo pipefail; {line.replace('http://127.0.0.1:8000/v1', mock.base_url)}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=workplace, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == Exit.FINE, done.stderr
    assert done.stdout or line.startswith(("openai-models check", "openai-models diff")) or ">" in line


def test_the_example_of_a_snapshot_writes_one(workplace: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "before.json").unlink()
    line = next(line for line in EXAMPLES if line.endswith("> before.json"))
    subprocess.run(["bash", "-c", line], cwd=tmp_path, env=workplace, check=True)
    assert json.loads((tmp_path / "before.json").read_text("utf-8"))[0]["object"] == "model"


@pytest.mark.parametrize("name", NAMES)
def test_help_is_asked_for_in_three_ways(name: str, run: Run) -> None:
    texts = {run(*line).stdout for line in ([name, "--help"], [name, "-h"], ["help", name])}
    assert len(texts) == 1
    assert f"Usage: openai-models {name}" in texts.pop()


@pytest.mark.parametrize("line", ["", "--help", "-h", "help", "help help"])
def test_the_help_of_the_whole_is_asked_for_in_five_ways(line: str, run: Run) -> None:
    done = run(*line.split())
    assert done.returncode == Exit.FINE
    assert all(re.search(rf"^  {name}  +\S", done.stdout, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", HELPS)
def test_a_help_fits_the_terminal_and_speaks_no_python(name: str, run: Run) -> None:
    text = run(*name.split(), "--help", COLUMNS="80").stdout
    assert not LEAKED.findall(text)
    assert [line for line in text.partition("Examples:")[0].splitlines() if len(line) > 80] == []
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("", ["Usage", "Commands", "Connection", "Options", "Examples", "Exit statuses"]),
        ("list", ["Usage", "Which models", "Output", "Options", "Examples"]),
        ("check", ["Usage", "What to check", "Output", "Options", "Examples"]),
    ],
)
def test_a_help_is_in_sections(name: str, headings: list[str], run: Run) -> None:
    text = run(*name.split(), "--help").stdout
    assert re.findall(r"^(\w[\w ]+):", text, re.MULTILINE) == headings


def test_a_narrow_help_breaks_no_word(show: Show) -> None:
    text = show("list", "--help", width=50).text
    assert {"[default:", "created,", "newest", "first]"} <= {*text.split()}


def test_a_help_is_coloured_on_a_terminal(show: Show) -> None:
    raw = show("list", "--help").raw
    assert "\x1b[32m\x1b[1mOutput:\x1b[0m" in raw
    assert "\x1b[36m\x1b[1m--sort COLUMN\x1b[0m" in raw


def test_no_color_and_force_color_are_obeyed(run: Run, show: Show) -> None:
    assert "\x1b" not in show("--help", NO_COLOR="1").raw
    assert "\x1b" not in show("--help", TERM="dumb").raw
    assert "\x1b" in run("--help", FORCE_COLOR="1").stdout


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"])
def test_options_from_the_environment_show_the_variable(variable: str, run: Run) -> None:
    assert f"[env: {variable}" in run("--help", COLUMNS="200").stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("line", "message", "command"),
    [
        ("list --limit x", "invalid value for '--limit': 'x' is not a whole number of 1 or more", "list"),
        ("list --limit 0", "invalid value for '--limit': '0' is not a whole number of 1 or more", "list"),
        (
            "delete --fine-tuned --jobs 33",
            "invalid value for '--jobs': '33' is not a whole number from 1 to 32",
            "delete",
        ),
        ("mock --fail-rate nan", "invalid value for '--fail-rate': 'nan' is not a number from 0 to 1", "mock"),
        ("list --timeout x", "invalid value for '--timeout': 'x' is not a number from 0.001 to 86400", ""),
        ("list --timeout 0", "invalid value for '--timeout': '0' is not a number from 0.001 to 86400", ""),
        ("list --owner", "option '--owner' requires an argument", "list"),
        ("contract x --level", "option '--level' requires an argument", "contract"),
        ("--owner x list", "no such option", ""),
        ("list --max-retries 1.5", "invalid value for '--max-retries': '1.5' is not a whole number of 0 or more", ""),
        ("check x --within soon", "invalid value for '--within': 'soon' is not a span of time", "check"),
        ("check x --within 999999w", "invalid value for '--within': '999999w' is too far ahead", "check"),
        ("list --created-after soon", "invalid value for '--created-after': 'soon' is not a date", "list"),
        ("list --format xml", "invalid value for '--format': 'xml' is not one of 'table', 'json'", "list"),
        ("list --json --format csv", "--json and --format csv exclude each other", "list"),
        ("list --columns id --format ids", "--columns and --format ids exclude each other", "list"),
        ("list extra", "got unexpected extra argument (extra)", "list"),
        ("list --fine-tunes", "no such option", "list"),
        ("get", "missing argument 'ID...'", "get"),
        ("diff", "missing argument 'BEFORE.json'", "diff"),
        ("delete", "name either ids or filters", "delete"),
        ("contract", "missing argument 'URL'", "contract"),
        ("contract x --rate 0", "invalid value for '--rate': '0' is not a whole number of 1 or more", "contract"),
        ("--nonsense", "no such option", ""),
    ],
)
def test_a_usage_error_says_what_is_wrong_and_points_to_the_help_of_its_command(
    line: str, message: str, command: str, run: Run
) -> None:
    done = run(*line.split())
    first, second = done.stderr.splitlines()
    assert done.returncode == Exit.USAGE
    assert first.startswith(f"openai-models: {message}")
    assert second == f"  see {f'openai-models {command}'.strip()} --help"
    assert not LEAKED.findall(done.stderr)


def test_a_command_that_does_not_exist_is_answered_with_the_nearest(run: Run) -> None:
    assert run("lsit").stderr.splitlines() == [
        "openai-models: there is no command 'lsit'", "  did you mean openai-models list?"
    ]  # fmt: skip
    assert run("frobnicate").stderr.splitlines()[1] == "  see openai-models --help"
