"""Whom a client trusts, and what it shows of itself, is what `verify`, `cert` and the environment say."""

import os
import shutil
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.hard.wire import TLS
from tests.transport.parts import CERTIFICATE, server_context, trusting
from tests.transport.ways import CLIENTS, OURS, SIDES, THEIRS, EchoServer, library_of, sent

from openai_models._http import tls

PAIR: Final = (CERTIFICATE, str(TLS / "key.pem"))
SNI: Final = {"sni_hostname": "localhost"}
ROUTES: Final = [*CLIENTS, "sync over httpcore", "async over httpcore"]
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def tls_echo() -> Iterator[EchoServer]:
    with EchoServer(server_context()) as server:
        yield server


@pytest.fixture(scope="module")
def strict_echo() -> Iterator[EchoServer]:
    """A server that wants to see the client's certificate."""
    context = server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(CERTIFICATE)
    with EchoServer(context) as server:
        yield server


def told_http2() -> ssl.SSLContext:
    context = trusting()
    context.set_alpn_protocols(["h2"])
    return context


def get(route: str, server: EchoServer, **options: Any) -> httpx.Response:
    """Send a request by a new client, which takes httpx's transport for a request that has an extension."""
    client, _, over_httpcore = route.partition(" ")
    return sent(CLIENTS[client](**options), server.url, extensions=SNI if over_httpcore else {})


VERIFY: Final[dict[str, Callable[[], Any]]] = {
    "False": lambda: False,
    "context": trusting,
    "context-of-http2": told_http2,
    "file": lambda: CERTIFICATE,
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("verify", VERIFY)
def test_a_server_that_verify_trusts_is_trusted(verify: str, route: str, tls_echo: EchoServer) -> None:
    response = get(route, tls_echo, verify=VERIFY[verify]())
    assert response.json()["protocol"] == "http/1.1"
    assert route == "aiohttp" or library_of(response) == (THEIRS if "httpcore" in route else OURS)


@pytest.mark.parametrize("route", ROUTES)
def test_the_environment_s_certificates_count_unless_it_is_not_trusted(
    route: str, tls_echo: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    assert get(route, tls_echo).is_success
    with pytest.raises(httpx.TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        get(route, tls_echo, trust_env=False)


def test_a_client_that_has_spoken_http_verifies_the_next_server_all_the_same(
    echo_server: EchoServer, tls_echo: EchoServer
) -> None:
    with SIDES["sync"]() as client:
        client.get(echo_server.url, extensions=SNI)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            client.get(tls_echo.url, extensions=SNI)


@pytest.mark.parametrize("side", CLIENTS)
def test_without_trust_in_the_environment_what_is_wrong_in_it_does_not_matter(
    side: str, echo_server: EchoServer, tls_echo: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(variable, "socks://nowhere")
    assert get(side, echo_server, trust_env=False).is_success
    assert get(side, tls_echo, trust_env=False, verify=trusting()).is_success


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("verify", [False, True], ids=["no-verify", "verify"])
def test_a_certificate_is_shown(
    *, verify: bool, route: str, strict_echo: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    assert get(route, strict_echo, cert=PAIR, verify=verify).is_success
    # On asyncio, httpcore lets an SSLError through that comes behind the handshake.
    with pytest.raises((httpx.TransportError, ssl.SSLError) if "httpcore" in route else httpx.TransportError):
        get(route, strict_echo, verify=verify)


@pytest.mark.parametrize("side", CLIENTS)
@pytest.mark.parametrize("option", ["cert", "verify"])
def test_a_file_that_an_argument_names_in_vain_is_told_when_the_client_is_made(option: str, side: str) -> None:
    with pytest.raises(FileNotFoundError):
        CLIENTS[side](**{option: "/nowhere.pem"})


def test_what_the_environment_names_is_read_later_also_beside_a_certificate(
    tls_echo: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authorities.pem")
    client = SIDES["sync"](cert=PAIR)
    with pytest.raises(ValueError, match="SSL_CERT_FILE"):
        sent(client, tls_echo.url)


class OwnContext(ssl.SSLContext):
    """Verifies in a way of its own, once the handshake is over: so do contexts of the package truststore."""

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        wrapped = super().wrap_socket(*args, **options)
        assert wrapped.getpeercert(binary_form=True)
        return wrapped


@pytest.mark.parametrize("side", SIDES)
def test_a_context_of_another_kind_takes_httpx_s_transport(side: str, tls_echo: EchoServer) -> None:
    context = OwnContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(CERTIFICATE)
    assert library_of(get(side, tls_echo, verify=context)) == THEIRS


@pytest.fixture
def authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of certificates that the environment names, with the tests' own server's."""
    file = Path(shutil.copy(CERTIFICATE, tmp_path / "authorities.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def context_of(side: str, server: EchoServer) -> ssl.SSLContext:
    """Return the context of a new client's connection."""
    response = get(side, server)
    context = response.extensions["network_stream"].get_extra_info("ssl_object").context
    assert isinstance(context, ssl.SSLContext)
    return context


@pytest.mark.usefixtures("authorities")
def test_a_process_makes_one_context_for_all_its_default_clients_when_one_speaks_tls(
    echo_server: EchoServer, tls_echo: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ssl.SSLContext] = []
    make = ssl.create_default_context

    def create_default_context(*args: Any, **options: Any) -> ssl.SSLContext:
        made.append(make(*args, **options))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", create_default_context)
    for side in SIDES:
        get(side, echo_server)
    assert made == []
    contexts = [context_of(side, tls_echo) for side in ("sync", "async", "sync")]
    assert made == contexts[:1]
    assert contexts == [made[0]] * 3
    assert (made[0].verify_mode, made[0].check_hostname) == (ssl.CERT_REQUIRED, True)


def touch(file: Path) -> None:
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1_000_000_000))


def copy_elsewhere(file: Path) -> None:
    os.environ["SSL_CERT_FILE"] = str(shutil.copy(file, file.with_name("other.pem")))


@pytest.mark.parametrize("change", [touch, copy_elsewhere])
def test_certificates_that_changed_are_read_again_once(
    authorities: Path, tls_echo: EchoServer, change: Callable[[Path], None]
) -> None:
    before = context_of("sync", tls_echo)
    change(authorities)
    after = context_of("async", tls_echo)
    assert after is not before
    assert context_of("sync", tls_echo) is after


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
@pytest.mark.usefixtures("authorities")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns of every fork beside threads
def test_a_fork_while_a_thread_reads_the_certificates_leaves_the_child_able_to_read_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    making, go_on = threading.Event(), threading.Event()

    def slowly(**options: Any) -> ssl.SSLContext:
        making.set()
        go_on.wait()
        return httpx.create_ssl_context(**options)

    monkeypatch.setattr(tls, "create_ssl_context", slowly)
    first = threading.Thread(target=tls.load_context, kwargs={"trust_env": True})
    first.start()
    making.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(10)  # ends a child that waits for ever
        go_on.set()
        os._exit(0 if tls.load_context(trust_env=True).get_ca_certs() else 1)
    go_on.set()
    first.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
