"""Completion of ids and dates, in the shells that there is a script for."""

import os
import re
import select
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import FINE, NEWEST, REFUSED, USAGE, Done, Run

from openai_models import OpenAI, OpenAIError
from openai_models.cli._completion import SECONDS, fetch_ids
from openai_models.cli._global_options import GlobalOptions
from openai_models.testing import MockServer

SHELLS = ("bash", "zsh", "fish")
CHAT = ["gpt-4o-mini", "gpt-4o"]


def complete(run: Run, shell: str, words: str, line: str = "", **more: str) -> Done:
    """Ask as the shell's script does, with the cursor at the end of the last word."""
    split = ["openai-models", *words.split(" ")]
    cursor = {"bash": re.split("[:=@]", split[-1])[-1], "fish": split[-1], "zsh": str(len(split) - 1)}[shell]
    typed = " ".join(split)
    return run(line, _OPENAI_MODELS_COMPLETE=f"{shell}_complete", COMP_WORDS=typed, COMP_CWORD=cursor, **more)


def offered(run: Run, shell: str, words: str, **more: str) -> list[str]:
    """Return what is offered; on a busy machine, half a second may be too short for the first times."""
    lines = [""]
    tries = iter(range(20))
    while lines == [""] and next(tries, None) is not None:
        done = complete(run, shell, words, **more)
        assert done.err == ""
        lines = done.out.splitlines()
    return lines[1::3] if shell == "zsh" else [line.removeprefix("plain,").partition("\t")[0] for line in lines]


@pytest.mark.parametrize("shell", SHELLS)
def test_ids_are_completed_and_cached_for_five_minutes(shell: str, run: Run, mock: MockServer, tmp_path: Path) -> None:
    assert offered(run, shell, "get gpt-4") == CHAT
    count = len(mock.requests)
    (cache,) = (tmp_path / "cache").rglob("ids-*.json")
    for seconds, asks in ((280, False), (320, True)):
        os.utime(cache, (0, time.time() - seconds))
        assert offered(run, shell, "get gpt-4") == CHAT
        assert (len(mock.requests) > count) == asks


@pytest.mark.parametrize(
    ("shell", "words", "expected"),
    [
        ("bash", "get gpt-4o gpt-3", ["gpt-3.5-turbo"]),
        *((shell, "delete ft:gpt-4o-mini-2", [NEWEST]) for shell in ("zsh", "fish")),
        ("zsh", "list --created-after y", ["yesterday"]),
        ("fish", "check --within 9", ["90d"]),
        ("bash", "list --format j", ["json", "jsonl"]),
        *((shell, "list --fine", ["--fine-tuned"]) for shell in SHELLS),
        ("zsh", "che", ["check"]),
        ("bash", "get ft:gpt-4o-mini-2", [NEWEST.removeprefix("ft:")]),
        ("bash", "check ft:gpt-4o-mini:acemeco:suf", ["suffix:abc123"]),
        ("bash", "delete ft:gpt-4o-mini-2024-07-18:acemeco::", ["9zTq3vKx"]),
        ("bash", "get 'ft:gpt-4o-mini-2024-07-18' ft:gpt-4o-mini:", ["acemeco:suffix:abc123"]),
        ("bash", "list --format=j", ["json", "jsonl"]),
        ("bash", "list --format ", ["table", "json", "jsonl", "csv", "ids"]),
    ],
)
def test_words_are_completed_also_where_bash_breaks_them_at_colons(
    shell: str, words: str, expected: list[str], run: Run
) -> None:
    assert [each.replace("\\:", ":") for each in offered(run, shell, words)] == expected


@pytest.mark.parametrize("words", ["--base-url URL get gpt-4", "get --base-url URL gpt-4", "--base-url=URL get gpt-4"])
@pytest.mark.parametrize("shell", SHELLS)
def test_the_server_may_be_named_before_or_after_the_command(
    words: str, shell: str, run: Run, mock: MockServer
) -> None:
    assert offered(run, shell, words.replace("URL", mock.base_url), OPENAI_BASE_URL=REFUSED) == CHAT


def test_bash_takes_the_script(bash: Run) -> None:
    done = bash(
        'eval "$(openai-models --show-completion bash)"; COMP_LINE="openai-models get ft:gpt-4o-mini-2 x"; COMP_POINT=34;'
        '_openai_models_completion openai-models gpt-4o-mini-2 get; echo "${COMPREPLY[@]}"; complete -p openai-models'
    )
    completed, registered = done.out.splitlines()
    assert completed == NEWEST.removeprefix("ft:")
    assert "_openai_models_completion" in registered


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
    for line in (f"--install-completion {shell}", "--install-completion"):
        done = run(line, SHELL=f"/bin/{shell}")
        assert done.status == FINE, done.err
        assert name in done.err
    assert "_OPENAI_MODELS_COMPLETE" in (tmp_path / name).read_text("utf-8")
    if startup is not None:
        lines = (tmp_path / startup).read_text("utf-8").splitlines()
        assert lines[0] == "alias x=y"
        assert len(lines) == 3


def test_a_shell_without_a_script_is_refused(run: Run) -> None:
    done = run("--install-completion", SHELL="/bin/tcsh")
    assert done.status == USAGE
    assert "'tcsh'" in done.err


def test_completion_ends_while_the_server_does_not_answer(bash: Run) -> None:
    """Its process ends by itself: nothing waits for a server that holds the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        for _ in range(20):  # on a busy machine, half a second may be too short to ask
            done = complete(bash, "bash", "get gpt-4", "openai-models", OPENAI_BASE_URL=url)
            assert (done.status, done.out.strip(), done.err) == (0, "", "")
            if select.select([mute], [], [], 0)[0]:
                return
    pytest.fail("the server was not asked")


def test_completion_gives_its_client_less_than_half_a_second_and_no_second_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    given: dict[str, Any] = {}
    returned = threading.Event()
    late: list[bool] = []

    def client(_: GlobalOptions, **options: Any) -> OpenAI:
        given.update(options)
        late.append(not returned.wait(60))  # for a name server that never answers, and has no timeout
        raise OpenAIError("late")

    monkeypatch.setattr(GlobalOptions, "client", client)
    assert fetch_ids({}) == []
    assert late == []
    returned.set()
    assert given == {"timeout": SECONDS, "max_retries": 0}
    assert SECONDS < 0.5


def test_completion_is_silent_where_there_is_no_server_and_while_somebody_types(run: Run) -> None:
    for words in ("get gpt-4", "get --base-url htt"):
        done = complete(run, "zsh", words, OPENAI_BASE_URL=REFUSED)
        assert (done.out.strip(), done.err) == ("", "")
