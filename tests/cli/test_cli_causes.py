"""What the command says to do after a failure: one sentence, by the type of the cause."""

import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.hard.wire import TLS, WireServer
from tests.cli.conftest import KEY, REFUSED, SERVER, USAGE, Done, Run

from openai_models.testing import MockServer

PROXY = "http://127.0.0.1:9"
NO_NAMED_KEY = (
    "the profile none names no api_key_file and no api_key_env, and OPENAI_API_KEY is not sent to a profile's server"
)
PORT = "check that the server is running, and the port in {}"


@pytest.fixture
def untrusted() -> Iterator[str]:
    """A server whose certificate no authority has signed."""
    with WireServer(tls=True) as server:
        yield f"https://127.0.0.1:{server.port}/v1"


def hint_of(done: Done, status: int = SERVER) -> str:
    """Return the second line of a message that has two."""
    assert done.status == status, done.err
    first, second = done.err.splitlines()
    assert first.startswith("openai-models: ")
    assert second.startswith("  ")
    return second.strip()


@pytest.mark.parametrize(
    ("line", "variables", "hint"),
    [
        ("", {"OPENAI_BASE_URL": REFUSED}, PORT.format("OPENAI_BASE_URL")),
        (f"--base-url {REFUSED}", {}, PORT.format("--base-url")),
        ("--profile local", {}, PORT.format("base_url of the profile local")),
        (
            "",
            {"OPENAI_BASE_URL": "http://no-such-host.invalid/v1"},
            "check the name of the host in OPENAI_BASE_URL, and the network",
        ),
        (
            "",
            {"OPENAI_BASE_URL": "http://models.invalid/v1", "HTTP_PROXY": PROXY},
            "check the proxy in HTTP_PROXY, or name the host in NO_PROXY",
        ),
        (
            "",
            {"OPENAI_BASE_URL": REFUSED, "HTTP_PROXY": PROXY, "NO_PROXY": "127.0.0.1"},
            PORT.format("OPENAI_BASE_URL"),
        ),
    ],
    ids=["variable", "option", "profile", "host", "proxy", "no proxy"],
)
def test_a_cause_has_a_hint_that_names_what_names_the_server(
    line: str, variables: dict[str, str], hint: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.local]\nbase_url = "{REFUSED}"\n', "utf-8")
    assert hint_of(run(f"list --max-retries 0 {line}", **variables)) == hint


def test_a_server_that_says_nothing_takes_longer_than_the_timeout(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert hint_of(run("list --max-retries 0 --timeout 0.2 --base-url", url)) == "raise --timeout, or try again"


def test_of_a_certificate_that_is_not_trusted_the_variable_is_named(run: Run, untrusted: str) -> None:
    done = run("list --max-retries 0", OPENAI_BASE_URL=untrusted)
    assert done.err.splitlines()[0].endswith("certificate not trusted (self-signed certificate)")
    assert hint_of(done) == "set SSL_CERT_FILE to a file with the certificate of the server's authority, in PEM format"


def test_a_file_of_certificates_without_the_servers_is_named(run: Run, untrusted: str) -> None:
    named = ssl.get_default_verify_paths().cafile or ssl.get_default_verify_paths().openssl_cafile
    done = run("list --max-retries 0", OPENAI_BASE_URL=untrusted, SSL_CERT_FILE=named)
    assert hint_of(done) == f"add the certificate of the server's authority to {named}, which SSL_CERT_FILE names"


def test_a_certificate_for_another_host_is_no_matter_of_trust(run: Run, untrusted: str) -> None:
    url = untrusted.replace("127.0.0.1", "127.1")
    done = run("list --max-retries 0", OPENAI_BASE_URL=url, SSL_CERT_FILE=str(TLS / "cert.pem"))
    assert hint_of(done) == "check that the certificate is valid today, and for the host in OPENAI_BASE_URL"


def test_certificates_that_cannot_be_read_are_named(run: Run) -> None:
    done = run("list", OPENAI_BASE_URL="https://127.0.0.1:9/v1", SSL_CERT_FILE="/no/such/file")
    assert done.status == USAGE
    assert "SSL_CERT_FILE" in done.err


@pytest.mark.parametrize(
    ("name", "value"), [("OPENAI_BASE_URL", "nonsense"), ("OPENAI_ORG_ID", "a\nb"), ("OPENAI_PROJECT_ID", "ä")]
)
def test_a_variable_that_cannot_be_used_is_named(name: str, value: str, run: Run) -> None:
    done = run("list", **{name: value})
    assert done.err.startswith(f"openai-models: {name}: ")
    assert hint_of(done, USAGE).endswith(f"{name}: correct it or unset it")
    assert "OPENAI_BASE_URL" not in run("list --base-url nonsense").err


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('base_url = "nonsense"', "base_url 'nonsense' is not an http:// or https:// URL"),
        ("max_retries = -1", "max_retries must not be negative: -1"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named(setting: str, message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"[profiles.local]\n{setting}\n", "utf-8")
    done = run("list --profile local")
    assert done.err.startswith(f"openai-models: {message}")
    assert hint_of(done, USAGE) == "the value is that of the profile local: correct it"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("", "check OPENAI_API_KEY or --api-key-file, and that the key is for this --base-url"),
        ("--api-key-file KEY", "check the key in KEY, and that it is for this server"),
        ("--profile file", "check the key in KEY, which the profile file names"),
        ("--profile variable", "check the key in OTHER_KEY, which the profile variable names"),
        ("--profile none", NO_NAMED_KEY),
    ],
    ids=["variable", "option", "file of a profile", "variable of a profile", "profile without"],
)
def test_a_refused_key_is_named_by_where_it_is_from(
    line: str, hint: str, run: Run, mock: MockServer, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("sk-wrong-0123456789", "utf-8")
    profiles = {"none": "", "variable": 'api_key_env = "OTHER_KEY"', "file": f'api_key_file = "{key}"'}
    tables = [f'[profiles.{name}]\nbase_url = "{mock.base_url}"\n{setting}\n' for name, setting in profiles.items()]
    (tmp_path / "config.toml").write_text("".join(tables), "utf-8")
    wrong = {"OPENAI_API_KEY": "sk-wrong-0123456789", "OTHER_KEY": "sk-wrong-0123456789"}
    found = hint_of(run(f"list {line.replace('KEY', str(key))}", **wrong), KEY)
    assert re.sub(r" \(request id \w+\)", "", found) == re.sub(r"\bKEY\b", str(key), hint)
