"""The help of each command: how it is asked for, and what it looks like. Its examples and those of docs/cli.md work."""

import re
import shlex
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, FINE, USAGE, Run, Show

from openai_models.cli.app import COMMANDS, app
from openai_models.testing import MockServer

NAMES = [name for name in COMMANDS if name != "help"]
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


EXAMPLES = sorted({line for name in ["", *NAMES] for line in examples(name)})
PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SERVING = [line for line in EXAMPLES if "mock --p" in line]  # until it is stopped


@pytest.fixture
def folder(mock: MockServer, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in a folder with the files that the examples name."""
    (tmp_path / "models.txt").write_text("gpt-4o\n", "utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text('ask("gpt-4o")\n', "utf-8")
    for name in ("before.json", "after.json"):
        (tmp_path / name).write_text(run("list --json").out, "utf-8")
    (tmp_path / "config.toml").write_text(
        f'[profiles.local]\nbase_url = "{mock.base_url}"\napi_key_env = "OPENAI_API_KEY"\n', "utf-8"
    )
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", [line for line in EXAMPLES if line not in SERVING])
def test_an_example_of_the_help_works(line: str, bash: Run, run: Run, mock: MockServer) -> None:
    line = line.replace("http://127.0.0.1:8000/v1", mock.base_url).replace('"$OPENAI_BASE_URL"', mock.base_url)
    needs_a_shell = {*line} & {*"|>$;"}
    done = bash(f"set -eo pipefail; {line}") if needs_a_shell else run("", *shlex.split(line)[1:])
    assert done.status == FINE, done.err
    assert done.out or line.startswith(("openai-models check", "openai-models diff")) or ">" in line


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {number}" for number in range(1, len(BLOCKS) + 1)])
def test_a_console_block_shows_what_happens(block: str, bash: Run) -> None:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    done = bash("exec 2>&1\n" + "".join(f"cat <<'END'\n$ {each}\nEND\n{each}\n" for each in commands))
    assert done.out == block


@pytest.mark.parametrize("line", SERVING)
def test_an_example_of_the_mock_serves_until_sigterm(line: str, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        line = line.replace("8000", str(free.getsockname()[1]))
    command = [*COMMAND, *line.split()[1:]]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == FINE
    assert ("vllm" in lines[0]) == ("vllm" in line)
    assert re.findall(r"^export (\w+)=", "".join(lines), re.MULTILINE) == ["OPENAI_BASE_URL", "OPENAI_API_KEY"]


@pytest.mark.parametrize("name", NAMES)
def test_a_help_is_asked_for_in_three_ways_fits_the_terminal_and_speaks_no_python(name: str, run: Run) -> None:
    text, *others = (run(line, COLUMNS="80").out for line in (f"{name} --help", f"{name} -h", f"help {name}"))
    assert others == [text, text]
    assert f"Usage: openai-models {name}" in text
    check_help(text)


def check_help(text: str) -> None:
    assert not LEAKED.findall(text)
    assert [line for line in text.partition("Examples:")[0].splitlines() if len(line) > 80] == []
    assert "\x1b" not in text


def test_the_help_of_the_whole_is_asked_for_in_five_ways(run: Run) -> None:
    dones = [run(line, COLUMNS="80") for line in ("", "--help", "-h", "help", "help help")]
    assert {done.status for done in dones} == {FINE}
    (text,) = {done.out for done in dones}
    check_help(text)
    assert all(re.search(rf"^  {name}  +\S", text, re.MULTILINE) for name in COMMANDS)
    assert {*re.findall(r"\[env:\s+(OPENAI_\w+)", text)} >= {
        f"OPENAI_{name}" for name in ("BASE_URL", "API_KEY", "ORG_ID", "PROJECT_ID")
    }


@pytest.mark.parametrize(
    ("line", "headings"),
    [
        ("--help", ["Usage", "Commands", "Connection", "Options", "Examples", "Exit statuses"]),
        ("--debug help list", ["Usage", "Which models", "Output", "Options", "Examples"]),
        ("check --help", ["Usage", "What to check", "Output", "Options", "Examples"]),
    ],
)
def test_a_help_is_in_sections(line: str, headings: list[str], run: Run) -> None:
    assert re.findall(r"^(\w[\w ]+):", run(line).out, re.MULTILINE) == headings


def test_a_help_is_coloured_on_a_terminal_and_breaks_no_word(show: Show) -> None:
    seen = show("list --help", width=50)
    assert {"[default:", "created,", "newest", "first]"} <= {*seen.text.split()}
    assert "\x1b[32m\x1b[1mOutput:\x1b[0m" in seen.out
    assert "\x1b[36m\x1b[1m--sort COLUMN\x1b[0m" in seen.out


def test_no_color_and_force_color_are_obeyed(run: Run) -> None:
    assert "\x1b" in run("--help", FORCE_COLOR="1").out
    assert "\x1b" not in run("--help", FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b" not in run("--help", FORCE_COLOR="1", TERM="dumb").out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("list --limit 0", "invalid value for '--limit': '0' is not a whole number of 1 or more"),
        ("list --limit x", "invalid value for '--limit': 'x' is not a whole number of 1 or more"),
        ("delete --fine-tuned --jobs 33", "invalid value for '--jobs': '33' is not a whole number from 1 to 32"),
        ("mock --fail-rate nan", "invalid value for '--fail-rate': 'nan' is not a number from 0 to 1"),
        ("--timeout 0 list", "invalid value for '--timeout': '0' is not a number from 0.001 to 86400"),
        ("--max-retries 1.5 list", "invalid value for '--max-retries': '1.5' is not a whole number of 0 or more"),
        ("contract x --rate 0", "invalid value for '--rate': '0' is not a whole number of 1 or more"),
        ("check x --within soon", "invalid value for '--within': 'soon' is not a span of time"),
        ("check x --within 999999w", "invalid value for '--within': '999999w' is too far ahead"),
        ("list --created-after soon", "invalid value for '--created-after': 'soon' is not a date"),
        ("list --format xml", "invalid value for '--format': 'xml' is not one of 'table', 'json'"),
        ("list --json --format csv", "--json and --format csv exclude each other"),
        ("list --columns ,", "--columns names no column"),
        ("list --columns id --format ids", "--columns and --format ids exclude each other"),
        ("list --owner", "option '--owner' requires an argument"),
        ("list extra", "got unexpected extra argument (extra)"),
        ("list --fine-tunes", "no such option"),
        ("--owner x list", "no such option"),
        ("get", "missing argument 'ID...'"),
        ("delete", "name either ids or filters"),
        ("contract", "missing argument 'URL'"),
    ],
)
def test_a_usage_error_says_what_is_wrong_and_points_to_the_help_of_its_command(
    line: str, message: str, run: Run
) -> None:
    done = run(line)
    command, *_ = line.split()
    assert done.status == USAGE
    assert done.err.splitlines()[0].startswith(f"openai-models: {message}")
    assert done.err.splitlines()[1:] == [f"  see openai-models {'' if '-' in command else command + ' '}--help"]
    assert not LEAKED.findall(done.err)


def test_a_command_that_does_not_exist_is_answered_with_the_nearest(run: Run) -> None:
    done = run("lsit")
    assert done.status == USAGE
    assert done.err == "openai-models: there is no command 'lsit'\n  did you mean openai-models list?\n"
    assert run("frobnicate").err.splitlines()[1] == "  see openai-models --help"
