"""What the command says to do after a failure: one sentence, by the type of the cause."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from openai_models.cli._exit_codes import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Run

    from openai_models.testing import MockServer

REFUSED = "http://127.0.0.1:9/v1"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", path, "-out", path.with_name("certificate.pem"), "-subj", "/CN=server.test", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_name("certificate.pem").read_bytes())
    return path


@pytest.fixture
def untrusted(certificate: Path) -> Iterator[str]:
    """A server whose certificate no authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def handshake() -> None:
        connection, _ = server.accept()
        with connection, pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        thread = threading.Thread(target=handshake)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}/v1"
        thread.join()


def hint_of(run: Run, *arguments: str, status: Exit = Exit.SERVER, **more: str) -> str:
    """Run the command, which must fail with a message and a hint. Return the hint."""
    done = run("list", "--max-retries", "0", *arguments, **more)
    assert done.returncode == status, done.stderr
    first, second = done.stderr.splitlines()
    assert first.startswith("openai-models: ")
    assert second.startswith("  ")
    return second.strip()


def test_each_cause_has_a_hint_of_its_own(run: Run, silent: str, untrusted: str) -> None:
    hints = [
        hint_of(run, OPENAI_BASE_URL=REFUSED),
        hint_of(run, OPENAI_BASE_URL="http://no-such-host.invalid/v1"),
        hint_of(run, OPENAI_BASE_URL=untrusted),
        hint_of(run, "--timeout", "0.2", OPENAI_BASE_URL=silent),
    ]
    assert hints == [
        "check that the server is running, and the port in OPENAI_BASE_URL",
        "check the name of the host in OPENAI_BASE_URL, and the network",
        "set SSL_CERT_FILE to a file with the certificate of the server's authority, in PEM format",
        "raise --timeout, or try again",
    ]


def test_the_hint_names_what_names_the_server(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[profiles.local]\nbase_url = "{REFUSED}"\n', "utf-8")
    assert hint_of(run, "--base-url", REFUSED).endswith("the port in --base-url")
    assert hint_of(run, "--profile", "local").endswith("the port in base_url of the profile local")


def test_a_file_of_certificates_without_the_servers_is_named(run: Run, untrusted: str) -> None:
    named = ssl.get_default_verify_paths().cafile or ssl.get_default_verify_paths().openssl_cafile
    hint = hint_of(run, OPENAI_BASE_URL=untrusted, SSL_CERT_FILE=named)
    assert named in hint
    assert "SSL_CERT_FILE" in hint


def test_a_certificate_for_another_host_is_no_matter_of_trust(run: Run, untrusted: str, certificate: Path) -> None:
    url = untrusted.replace("127.0.0.1", "localhost")
    hint = hint_of(run, OPENAI_BASE_URL=url, SSL_CERT_FILE=str(certificate.with_name("certificate.pem")))
    assert hint == "check that the certificate is valid today, and for the host in OPENAI_BASE_URL"


def test_the_variable_of_a_proxy_that_fails_is_named(run: Run) -> None:
    hint = hint_of(run, OPENAI_BASE_URL="http://models.invalid/v1", HTTP_PROXY="http://127.0.0.1:9")
    assert hint == "check the proxy in HTTP_PROXY, or name the host in NO_PROXY"


def test_a_host_that_needs_no_proxy_is_not_told_to_be_behind_one(run: Run) -> None:
    hint = hint_of(run, OPENAI_BASE_URL=REFUSED, HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1")
    assert hint == "check that the server is running, and the port in OPENAI_BASE_URL"


def test_a_variable_that_cannot_be_used_is_named(run: Run) -> None:
    for name, value in {"OPENAI_BASE_URL": "nonsense", "OPENAI_ORG_ID": "a\nb", "OPENAI_PROJECT_ID": "ä"}.items():
        done = run("list", **{name: value})
        assert done.returncode == Exit.USAGE
        assert done.stderr.startswith(f"openai-models: {name}: "), done.stderr
        assert done.stderr.splitlines()[1].endswith(f"{name}: correct it or unset it")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('base_url = "nonsense"', "base_url 'nonsense' is not an http:// or https:// URL"),
        ("max_retries = -1", "max_retries must not be negative: -1"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named(setting: str, message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"[profiles.local]\n{setting}\n", "utf-8")
    done = run("list", "--profile", "local")
    assert done.returncode == Exit.USAGE
    first, second = done.stderr.splitlines()
    assert first.startswith(f"openai-models: {message}")
    assert second == "  the value is that of the profile local: correct it"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[profiles.local]\ntimeout = 0", "[profiles.local]: timeout is not a number from 0.001 to 86400"),
        (b'[profiles.local]\napi_key_env = ""', "[profiles.local]: api_key_env is empty"),
        (b"\xff", "config.toml is not UTF-8 text"),
    ],
)
def test_what_is_wrong_in_the_file_of_profiles_is_named(content: bytes, message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    done = run("profiles")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert done.stderr.endswith(f"{message}\n")


def test_the_message_of_a_certificate_leaves_what_to_do_to_the_hint(run: Run, untrusted: str) -> None:
    done = run("list", "--max-retries", "0", OPENAI_BASE_URL=untrusted)
    first, second = done.stderr.splitlines()
    assert first.endswith("certificate not trusted (self-signed certificate)")
    assert "SSL_CERT_FILE" in second


def test_an_option_that_cannot_be_used_blames_no_variable(run: Run) -> None:
    assert "OPENAI_BASE_URL" not in run("list", "--base-url", "nonsense").stderr


def test_certificates_that_cannot_be_read_are_named(run: Run) -> None:
    done = run("list", OPENAI_BASE_URL="https://127.0.0.1:9/v1", SSL_CERT_FILE="/no/such/file")
    assert done.returncode == Exit.USAGE
    assert "SSL_CERT_FILE" in done.stderr


def test_a_refused_key_is_named_by_where_it_is_from(run: Run, mock: MockServer, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk-wrong-0123456789", "utf-8")
    profiles = [
        f'[profiles.none]\nbase_url = "{mock.base_url}"',
        f'[profiles.variable]\nbase_url = "{mock.base_url}"\napi_key_env = "LOCAL_KEY"',
        f'[profiles.file]\nbase_url = "{mock.base_url}"\napi_key_file = "{key}"',
    ]
    (tmp_path / "config.toml").write_text("\n".join(profiles), "utf-8")

    def hint(*arguments: str, **more: str) -> str:
        return re.sub(r" \(request id \w+\)", "", hint_of(run, *arguments, status=Exit.KEY, **more))

    assert hint(OPENAI_API_KEY="sk-wrong-0123456789").startswith("check OPENAI_API_KEY")
    assert hint("--api-key-file", str(key)).startswith(f"check the key in {key}")
    assert hint("--profile", "file") == f"check the key in {key}, which the profile file names"
    assert (
        hint("--profile", "variable", LOCAL_KEY="sk-wrong-0123456789")
        == "check the key in LOCAL_KEY, which the profile variable names"
    )
    assert hint("--profile", "none") == (
        "the profile none names no api_key_file and no api_key_env, "
        "and OPENAI_API_KEY is not sent to a profile's server"
    )


def test_the_profile_that_is_suggested_names_a_key(run: Run) -> None:
    assert re.search(r"^api_key_env = ", run("profiles").stderr, re.MULTILINE)
