"""The TLS context that the default clients of a process share."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.hard.wire import TLS
from tests.transport.parts import CERTIFICATE, Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.hard.wire import WireServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of certificates that the environment names, with the tests' own server's."""
    file = Path(shutil.copy(CERTIFICATE, tmp_path / "authorities.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    """The contexts that have been made."""
    contexts: list[ssl.SSLContext] = []
    make = ssl.create_default_context

    def create_default_context(*args: Any, **options: Any) -> ssl.SSLContext:
        contexts.append(make(*args, **options))
        return contexts[-1]

    monkeypatch.setattr(ssl, "create_default_context", create_default_context)
    return contexts


async def context_of(kind: str, server: WireServer, **options: Any) -> ssl.SSLContext:
    """Return the context of a new client's connection."""
    async with Caller(kind, trust_env=True, **options) as caller:
        response = await caller.get(server.base_url)
        context = response.extensions["network_stream"].get_extra_info("ssl_object").context
    assert isinstance(context, ssl.SSLContext)
    return context


async def test_a_process_makes_one_context_for_all_its_default_clients(
    kind: str, tls_server: WireServer, authorities: Path, made: list[ssl.SSLContext]
) -> None:
    first = await context_of("sync", tls_server)
    assert [await context_of(kind, tls_server) for _ in range(2)] == [first, first]
    assert made == [first]
    assert (first.verify_mode, first.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_a_client_over_http_makes_none(kind: str, server: WireServer, made: list[ssl.SSLContext]) -> None:
    async with Caller(kind, trust_env=True) as caller:
        await caller.get(server.base_url)
    assert made == []


@pytest.mark.filterwarnings("ignore:`cert=:DeprecationWarning")
async def test_a_client_with_its_own_idea_of_tls_has_its_own_context(
    kind: str, tls_server: WireServer, authorities: Path
) -> None:
    shared = await context_of(kind, tls_server)
    own = ssl.create_default_context(cafile=authorities)
    assert await context_of(kind, tls_server, verify=own) is own
    unverified = await context_of(kind, tls_server, verify=False)
    assert (unverified.verify_mode, shared.verify_mode) == (ssl.CERT_NONE, ssl.CERT_REQUIRED)
    assert await context_of(kind, tls_server, cert=(CERTIFICATE, str(TLS / "key.pem"))) is not shared


def touch(file: Path) -> None:
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1_000_000_000))


def copy_elsewhere(file: Path) -> None:
    os.environ["SSL_CERT_FILE"] = str(shutil.copy(file, file.with_name("other.pem")))


@pytest.mark.parametrize("change", [touch, copy_elsewhere])
async def test_certificates_that_changed_are_read_again_once(
    kind: str, tls_server: WireServer, authorities: Path, change: Callable[[Path], None]
) -> None:
    before = await context_of(kind, tls_server)
    change(authorities)
    after = await context_of(kind, tls_server)
    assert after is not before
    assert await context_of(kind, tls_server) is after


async def test_without_trust_in_the_environment_its_certificates_are_not_read(
    kind: str, tls_server: WireServer, authorities: Path
) -> None:
    await context_of(kind, tls_server)
    async with Caller(kind, trust_env=False) as caller:
        with pytest.raises(Exception, match="certificate verify failed"):
            await caller.get(tls_server.base_url)


FORK = """
import os, signal, threading
from openai_models._http import tls as _tls

making = threading.Event()
go_on = threading.Event()
make = _tls.create_ssl_context

def slowly(**options):
    making.set()
    go_on.wait()
    return make(**options)

_tls.create_ssl_context = slowly
first = threading.Thread(target=lambda: _tls.shared_context(trust_env=True))
first.start()
making.wait()
child = os.fork()
if child == 0:
    signal.alarm(10)  # ends a child that waits for ever
    go_on.set()
    os._exit(0 if _tls.shared_context(trust_env=True).get_ca_certs() else 1)
go_on.set()
first.join()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_a_fork_while_a_thread_reads_the_certificates_leaves_the_child_able_to_read_them() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
