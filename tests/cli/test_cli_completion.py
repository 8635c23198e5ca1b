"""Completion of ids and dates, in the shells that there is a script for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from openai_models import OpenAI, OpenAIError
from openai_models.cli._completion import SECONDS, fetch_ids
from openai_models.cli._exit_codes import Exit
from openai_models.cli._global_options import GlobalOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

    from openai_models.testing import MockServer

SHELLS = ("bash", "zsh", "fish")


def complete(run: Run, shell: str, words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Ask as the shell's script does, with the cursor at the end of the last word."""
    split = ["openai-models", *words.split(" ")]
    cursor = split[-1] if shell == "fish" else str(len(split) - 1)
    typed = "\n".join(split) if shell == "bash" else " ".join(split)
    return run(_OPENAI_MODELS_COMPLETE=f"{shell}_complete", COMP_WORDS=typed, COMP_CWORD=cursor, **more)


def offered(run: Run, shell: str, words: str, **more: str) -> list[str]:
    """Return what is offered; on a busy machine, half a second may be too short for the first times."""
    lines = [""]
    tries = iter(range(20))
    while lines == [""] and next(tries, None) is not None:
        done = complete(run, shell, words, **more)
        assert done.stderr == ""
        lines = done.stdout.splitlines()
    return lines[1::3] if shell == "zsh" else [line.removeprefix("plain,").partition("\t")[0] for line in lines]


@pytest.mark.parametrize("shell", SHELLS)
def test_ids_are_completed_and_cached(shell: str, run: Run, mock: MockServer) -> None:
    assert offered(run, shell, "get gpt-4") == ["gpt-4o-mini", "gpt-4o"]
    count = len(mock.requests)
    assert offered(run, shell, "get gpt-4") == ["gpt-4o-mini", "gpt-4o"]
    assert len(mock.requests) == count


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("get gpt-4o gpt-3", ["gpt-3.5-turbo"]),
        ("delete ft:gpt-4o-mini-2", ["ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"]),
        ("list --created-after y", ["yesterday"]),
        ("check --within 9", ["90d"]),
        ("list --format j", ["json", "jsonl"]),
        ("list --fine", ["--fine-tuned"]),
        ("che", ["check"]),
    ],
)
def test_words_are_completed(words: str, expected: list[str], shell: str, run: Run) -> None:
    assert [each.replace("\\:", ":") for each in offered(run, shell, words)] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("get ft : gpt-4o-mini-2", ["gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"]),
        ("check ft : gpt-4o-mini-2", ["gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"]),
        ("delete ft : gpt-4o-mini : acemeco : suf", ["suffix:abc123"]),
        ("delete ft : gpt-4o-mini-2024-07-18 : acemeco :: 9", ["9zTq3vKx"]),
    ],
)
def test_ids_are_completed_where_bash_breaks_them_at_colons(words: str, expected: list[str], run: Run) -> None:
    assert offered(run, "bash", words) == expected


@pytest.mark.parametrize("words", ["--base-url URL get gpt-4", "get --base-url URL gpt-4"])
def test_the_server_may_be_named_before_or_after_the_command(words: str, run: Run, mock: MockServer) -> None:
    line = words.replace("URL", mock.base_url)
    assert offered(run, "zsh", line, OPENAI_BASE_URL="http://127.0.0.1:9") == ["gpt-4o-mini", "gpt-4o"]


def test_an_option_without_its_value_disturbs_no_completion(run: Run) -> None:
    assert complete(run, "zsh", "get --base-url htt").stdout.strip() == ""


def test_bash_takes_the_script(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    command = tmp_path / "bin" / "openai-models"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openai_models "$@"\n', "utf-8")
    command.chmod(0o755)
    function = "_openai_models_completion"
    lines = [
        run("--show-completion", "bash").stdout,
        "COMP_WORDS=(openai-models get ft : gpt-4o-mini-2) COMP_CWORD=4",
        f'{function} openai-models; printf "%s\n" "${{COMPREPLY[@]}}"; complete -p openai-models',
    ]
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(lines)],
        env=environment | {"PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0] == "gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx"
    assert function in done.stdout.splitlines()[1]


@pytest.mark.parametrize(
    ("shell", "name", "startup"),
    [
        ("bash", ".bash_completions/openai-models.sh", ".bashrc"),
        ("zsh", ".zfunc/openai-models.zsh", ".zshrc"),
        ("fish", ".config/fish/completions/openai-models.fish", None),
    ],
)
def test_completion_is_installed_once(shell: str, name: str, startup: str | None, run: Run, tmp_path: Path) -> None:
    if startup is not None:
        (tmp_path / startup).write_text("alias x=y\n", "utf-8")
    for arguments in (["--install-completion", shell], ["--install-completion"]):
        done = run(*arguments, SHELL=f"/bin/{shell}")
        assert done.returncode == Exit.FINE, done.stderr
        assert name in done.stderr
    assert "_OPENAI_MODELS_COMPLETE" in (tmp_path / name).read_text("utf-8")
    if startup is not None:
        lines = (tmp_path / startup).read_text("utf-8").splitlines()
        assert lines[0] == "alias x=y"
        assert len(lines) == 3


def test_a_shell_without_a_script_is_refused(run: Run) -> None:
    done = run("--install-completion", SHELL="/bin/tcsh")
    assert done.returncode == Exit.USAGE
    assert "'tcsh'" in done.stderr


def test_completion_ends_while_the_server_does_not_answer(run: Run) -> None:
    """Its process ends by itself: nothing waits for a server that holds the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        done = complete(run, "bash", "get gpt-4", OPENAI_BASE_URL=f"http://127.0.0.1:{mute.getsockname()[1]}/v1")
        mute.setblocking(False)
        mute.accept()[0].close()  # it was asked
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_completion_gives_its_client_less_than_half_a_second_and_no_second_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    given: dict[str, Any] = {}

    def client(_: GlobalOptions, **options: Any) -> OpenAI:
        given.update(options)
        raise OpenAIError("enough")

    monkeypatch.setattr(GlobalOptions, "client", client)
    assert fetch_ids({}) == []
    assert given == {"timeout": SECONDS, "max_retries": 0}
    assert SECONDS < 0.5


def test_completion_waits_no_longer_than_its_time_for_what_has_no_timeout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    answered = threading.Event()

    def client(_: GlobalOptions, **options: Any) -> OpenAI:
        answered.wait()  # a name server that never answers
        raise OpenAIError("late")

    monkeypatch.setattr(GlobalOptions, "client", client)
    try:
        assert fetch_ids({}) == []
        assert not answered.is_set()
    finally:
        answered.set()


def test_completion_is_silent_where_there_is_no_server(run: Run) -> None:
    done = complete(run, "bash", "get gpt-4", OPENAI_BASE_URL="http://127.0.0.1:9")
    assert (done.stdout.strip(), done.stderr) == ("", "")
