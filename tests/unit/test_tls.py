"""The TLS context that default clients share."""

from __future__ import annotations

import ssl
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import certifi
import httpx
import pytest

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI
from openai_models._tls import LazyContext, shared_context

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of certificates that the environment names."""
    file = tmp_path / "authorities.pem"
    with open(certifi.where(), encoding="utf-8") as known:  # noqa: PTH123 - as certifi gives it
        file.write_text(known.read(), encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What each client of httpx is told about TLS."""
    given: list[object] = []
    for kind in (httpx.Client, httpx.AsyncClient):

        def init(self: Any, *, made: Any = kind.__init__, **options: Any) -> None:
            given.append(options.get("verify"))
            made(self, **options)

        monkeypatch.setattr(kind, "__init__", init)
    return given


def test_a_process_makes_one_context_for_all_its_default_clients(given: list[object]) -> None:
    DefaultHttpxClient()
    DefaultAsyncHttpxClient()
    OpenAI(api_key="k")
    AsyncOpenAI(api_key="k")
    shared = shared_context(trust_env=True)
    assert given == [shared, shared, shared, shared]


@pytest.mark.parametrize(
    "options", [{"verify": True}, {"verify": False}, {"http2": False}], ids=["verify", "no-verify", "http2"]
)
def test_a_client_with_its_own_idea_of_tls_has_its_own_context(options: dict[str, bool], given: list[object]) -> None:
    DefaultHttpxClient(**options)
    assert given == [options.get("verify")]


@pytest.mark.usefixtures("authorities")
def test_the_environment_may_name_other_certificates_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    named = shared_context(trust_env=True)
    assert shared_context(trust_env=True) is named
    monkeypatch.delenv("SSL_CERT_FILE")
    assert shared_context(trust_env=True) is not named


def test_a_file_of_certificates_that_changed_is_read_again(authorities: Path) -> None:
    before = shared_context(trust_env=True)
    text = authorities.read_text(encoding="utf-8")
    authorities.write_text(text[: text.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n")
    after = shared_context(trust_env=True)
    assert after is not before
    assert len(after.get_ca_certs()) == 1


def test_a_file_of_certificates_that_is_not_there_is_told_when_the_client_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authorities.pem")
    with pytest.raises(FileNotFoundError):
        OpenAI(api_key="k")


@pytest.mark.usefixtures("authorities")
def test_without_trust_in_the_environment_its_certificates_are_not_read() -> None:
    assert shared_context(trust_env=False) is not shared_context(trust_env=True)


def test_certificates_are_read_when_the_first_tls_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    context = LazyContext()
    assert "_full" not in vars(context)
    wrapped = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="api.openai.com")
    assert wrapped.context is context.full
    assert wrapped.context.verify_mode == ssl.CERT_REQUIRED
    assert wrapped.context.check_hostname
    assert wrapped.context.get_ca_certs() == httpx.create_ssl_context(trust_env=False).get_ca_certs()


def test_until_then_the_context_trusts_nobody() -> None:
    context = LazyContext()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.get_ca_certs() == []


FORK = """
import os, signal, threading
from openai_models import _tls

making = threading.Event()
go_on = threading.Event()
make = _tls.create_ssl_context

def slowly(**options):
    making.set()
    go_on.wait()
    return make(**options)

_tls.create_ssl_context = slowly
context = _tls.LazyContext()
first = threading.Thread(target=lambda: context.full)
first.start()
making.wait()
child = os.fork()
if child == 0:
    signal.alarm(10)  # ends a child that waits for ever
    go_on.set()
    os._exit(0 if context.full.get_ca_certs() else 1)
go_on.set()
first.join()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_a_fork_while_a_thread_reads_the_certificates_leaves_the_child_able_to_read_them() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
