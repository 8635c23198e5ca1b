"""`mock` and `profiles`, and what each command imports."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import FINE, KEY, REFUSED, SERVER, USAGE, Run

from openai_models import OpenAI
from openai_models.testing import MockServer


def test_mock_env_leaves_a_server_for_the_shell(bash: Run) -> None:
    done = bash("openai-models mock --env")
    assert done.status == 0, done.err
    assert "Ctrl-C" not in done.out
    exports = dict(re.findall(r"^export (\w+)=(.*)$", done.out, re.MULTILINE))
    try:
        with OpenAI(base_url=exports["OPENAI_BASE_URL"], api_key=exports["OPENAI_API_KEY"]) as client:
            assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    finally:
        os.kill(int(exports["OPENAI_MODELS_MOCK_PID"]), signal.SIGTERM)


def test_a_profile_names_a_server_and_its_key(run: Run, mock: MockServer, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[profiles.local]\nbase_url = "{mock.base_url}"\napi_key_env = "LOCAL_KEY"\n', "utf-8-sig"
    )
    given = {"OPENAI_BASE_URL": REFUSED, "LOCAL_KEY": mock.api_key}
    done = run("list --profile local", **given)
    assert done.status == 0, done.err
    elsewhere = run("list --max-retries 0 --profile local --base-url", REFUSED, **given)
    assert "check that the server is running, and the port in --base-url" in elsewhere.err
    assert run("profiles").out.split() == ["name", "base_url", "key", "local", mock.base_url, "LOCAL_KEY"]


def test_a_profile_without_a_key_does_not_get_that_of_the_environment(
    run: Run, mock: MockServer, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.local]\nbase_url = "{mock.base_url}"\n', "utf-8")
    assert run("list --profile local").status == KEY


WORK = """
[profiles.work]
api_key_file = "~/key"
organization = "org-work"
project = "proj-work"
headers = {x-team = "work"}

[profiles.slow]
timeout = 0.2
max_retries = 1
"""


def test_an_option_overrides_the_profile_and_the_profile_the_environment(
    run: Run, mock: MockServer, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(WORK, "utf-8")
    (tmp_path / "key").write_text(mock.api_key, "utf-8")
    others = {"OPENAI_API_KEY": "sk-wrong", "OPENAI_ORG_ID": "org-other", "OPENAI_PROJECT_ID": "proj-other"}
    options = "--organization org-option --project proj-option --header x-team:option"
    names = ("openai-organization", "openai-project", "x-team")
    for line, word in (("list --profile work", "work"), (f"list --profile work {options}", "option")):
        assert run(line, **others).status == FINE
        assert [mock.requests[-1].headers[name] for name in names] == [f"org-{word}", f"proj-{word}", word]
    assert run("list --profile work --organization= --project=", **others).status == FINE
    assert [mock.requests[-1].headers.get(name) for name in names] == [None, None, "work"]
    mock.reset()
    mock.delay_next(60, times=3)
    assert run("list --profile slow").status == SERVER
    assert len(mock.requests) == 2
    assert run("list --profile slow --max-retries 0").status == SERVER
    assert len(mock.requests) == 3
    mock.delay_next(0.5)
    assert run("list --profile slow --timeout 60 --max-retries 0").status == FINE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('api_key = "sk-abcdefgh"', "[profiles.local]: a key does not belong in a settings file\n"),
        ("timeout = true", "[profiles.local]: timeout is of the wrong type\n"),
        ("colour = 1", "[profiles.local] has an unknown setting, colour\n"),
        ("headers = {a = 1}", "[profiles.local]: the headers must be strings\n"),
        ("timeout = 0", "[profiles.local]: timeout is not a number from 0.001 to 86400\n"),
        ('api_key_env = ""', "[profiles.local]: api_key_env is empty\n"),
        ("!", "config.toml is not TOML: "),
        ("\xff", "config.toml is not UTF-8 text\n"),
    ],
)
def test_a_mistake_in_the_file_of_profiles_is_named(content: str, message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"[profiles.local]\n{content}\n", "latin-1")
    done = run("profiles")
    assert (done.status, done.out) == (USAGE, "")
    assert message in done.err
    assert "sk-abcdefgh" not in done.err


def test_the_profile_that_is_suggested_names_a_key(run: Run) -> None:
    assert "\napi_key_env = " in run("profiles").err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:hunter2@host/v1?key=hunter2", "http://host/v1"),
        ("me:hunter2@host", "(not shown, as it has an @)"),
        ("http://me:hunter2@host:x", "(not a URL)"),
    ],
)
def test_a_login_in_a_url_is_not_shown(url: str, shown: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.a]\nbase_url = "{url}"\n', "utf-8")
    assert run("profiles").out.splitlines()[1] == f"a     {shown}  -"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_key_file_is_read(encoding: str, run: Run, mock: MockServer, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(mock.api_key + "\n", encoding)
    assert run("list --api-key-file", tmp_path / "key", OPENAI_API_KEY="").status == 0


def test_a_key_file_in_no_home_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[profiles.a]\napi_key_file = "~nobody-here/key"\n', "utf-8")
    done = run("list --profile a")
    assert (done.status, "can't read the key file ~nobody-here/key: no such home" in done.err) == (KEY, True)


def test_a_command_imports_no_other(environment: dict[str, str]) -> None:
    code = "import sys; from openai_models.cli.app import run; run(['profiles']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    loaded = {each for each in done.stdout.split() if each.startswith("openai_models.cli.")}
    assert "openai_models.cli._profiles_command" in loaded
    assert not {f"openai_models.cli._{each}" for each in ("list", "get", "check", "diff", "delete", "mock")} & loaded
