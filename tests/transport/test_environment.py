"""What the environment or an argument names and cannot be used is told in one sentence, when it is needed."""

from __future__ import annotations

import subprocess
from os import pathsep
from shutil import copy
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from tests.acceptance.hard.wire import TLS, WireServer
from tests.parts import raised_by
from tests.transport.ways import COMMAND, KEY, WAYS, frames_of

import openai_models
from openai_models import (
    AsyncOpenAI,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
    OpenAIError,
)
from openai_models._module_client import MODULE_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PASSWORD: Final = "hunter2"
CLIENTS: Final[list[Any]] = [OpenAI, AsyncOpenAI, DefaultHttpxClient, DefaultAsyncHttpxClient, DefaultAioHttpClient]

NO_URL: Final = "is not the URL of an http, https or socks5 proxy: correct or remove it, or set NO_PROXY"
NO_PACKAGE: Final = 'names a SOCKS proxy, which needs a package: pip install "httpx[socks]"'
# Variable, value, and what is told of it. The proxies are of no use to http, the rest is of none to https.
PROXIES: Final = [
    ("ALL_PROXY", "socks://127.0.0.1:9", NO_URL),
    ("all_proxy", f"socks4://u:{PASSWORD}@127.0.0.1:9", NO_URL),
    ("ALL_PROXY", f"socks5://u:{PASSWORD}@127.0.0.1:9", NO_PACKAGE),
    ("ALL_PROXY", f"socks5h://u:{PASSWORD}@127.0.0.1:9", NO_PACKAGE),
    ("HTTP_PROXY", f"ftp://u:{PASSWORD}@x", NO_URL),
    ("http_proxy", f"http://u:{PASSWORD}@[", NO_URL),
    ("HTTP_PROXY", f"http://u:{PASSWORD}@127.0.0.1:port", NO_URL),
    ("HTTP_PROXY", f"http://u:{PASSWORD}@127.0.0.1:99999", NO_URL),
    ("HTTP_PROXY", f"http://u:{PASSWORD[:3]}#{PASSWORD}@127.0.0.1:9", NO_URL),
    ("HTTP_PROXY", f"u:{PASSWORD}@", NO_URL),
    ("HTTP_PROXY", "http://", NO_URL),
    ("HTTP_PROXY", "http://pro xy.test", NO_URL),
    ("HTTP_PROXY", "http://\udcff", NO_URL),
]
CERTIFICATES: Final = [
    ("SSL_CERT_FILE", "{folder}/missing.pem", "is not a readable file of certificates in PEM format"),
    ("SSL_CERT_FILE", "{folder}", "is not a readable file of certificates in PEM format"),
    ("SSL_CERT_FILE", "{folder}/note.txt", "is not a readable file of certificates in PEM format"),
    ("SSL_CERT_DIR", "{folder}/missing", "is not a readable folder of certificates"),
    ("SSL_CERT_DIR", "{folder}/note.txt", "is not a readable folder of certificates"),
    ("SSLKEYLOGFILE", "{folder}/missing/keys", "is not a file that can be written"),
]
IDS: Final = [f"{variable}={ascii(value)[1:-1]}" for variable, value, _ in PROXIES + CERTIFICATES]


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, WireServer]]:
    with WireServer() as plain, WireServer(tls=True) as tls:
        yield {"http": plain, "https": tls}


@pytest.fixture
def set_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Set a variable to a value that may lie in a folder of the test's own."""
    (tmp_path / "note.txt").write_text("no certificate")
    return lambda variable, value: monkeypatch.setenv(variable, value.format(folder=tmp_path))


def refusal(way: str, base_url: str) -> BaseException:
    """Return the error of a call, which was not tried again."""
    asked: list[str] = []

    def key() -> str:
        asked.append(KEY)
        return KEY

    error = raised_by(lambda: WAYS[way](base_url, key))
    assert isinstance(error, ValueError | OpenAIError)
    assert len(asked) == ("Http" not in way)
    return error


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("variable", "value", "problem"), PROXIES + CERTIFICATES, ids=IDS)
def test_a_request_that_needs_it_fails_once_with_the_name_of_the_variable(
    *,
    variable: str,
    value: str,
    problem: str,
    way: str,
    servers: dict[str, WireServer],
    set_variable: Callable[[str, str], None],
) -> None:
    server = servers["http" if variable.lower().endswith("_proxy") else "https"]
    before = server.connections
    set_variable(variable, value)
    error = refusal(way, server.base_url)
    assert str(error).startswith(variable)
    assert problem in str(error)
    assert "correct" in str(error) or "install" in str(error)
    assert server.connections == before
    assert PASSWORD not in "".join(frames_of(error))


def test_the_proxy_of_https_is_told_likewise(
    servers: dict[str, WireServer], set_variable: Callable[[str, str], None]
) -> None:
    set_variable("HTTPS_PROXY", "http://[")
    assert str(refusal("OpenAI", servers["https"].base_url)) == f"HTTPS_PROXY {NO_URL}"


@pytest.mark.parametrize(("variable", "value", "problem"), PROXIES + CERTIFICATES, ids=IDS)
def test_every_client_is_made_all_the_same(
    variable: str, value: str, problem: str, set_variable: Callable[[str, str], None]
) -> None:
    set_variable(variable, value)
    set_variable("OPENAI_API_KEY", KEY)
    for kind in CLIENTS:
        assert PASSWORD not in repr(kind())


@pytest.mark.parametrize("way", WAYS)
def test_a_request_that_does_not_need_it_works(
    way: str, servers: dict[str, WireServer], set_variable: Callable[[str, str], None]
) -> None:
    set_variable("SSL_CERT_FILE", "{folder}/missing.pem")
    set_variable("HTTPS_PROXY", "http://[")
    WAYS[way](servers["http"].base_url)
    set_variable("HTTP_PROXY", "ftp://x")
    set_variable("ALL_PROXY", "socks://127.0.0.1:9")
    set_variable("NO_PROXY", "127.0.0.1")
    WAYS[way](servers["http"].base_url)
    set_variable("SSL_CERT_FILE", str(TLS / "cert.pem"))
    WAYS[way](servers["https"].base_url)


@pytest.mark.parametrize("value", ["{folder}", f"/nowhere{pathsep}{{folder}}"], ids=["folder", "list"])
def test_folders_of_certificates_may_be_a_list(
    value: str, tmp_path: Path, servers: dict[str, WireServer], set_variable: Callable[[str, str], None]
) -> None:
    copy(TLS / "cert.pem", tmp_path / "ce275665.0")  # `openssl x509 -hash`
    set_variable("SSL_CERT_DIR", value)
    WAYS["OpenAI"](servers["https"].base_url)


@pytest.mark.parametrize("kind", [DefaultHttpxClient, DefaultAsyncHttpxClient, DefaultAioHttpClient])
@pytest.mark.parametrize("proxy", ["ftp://u:hunter2@x", "socks5://u:hunter2@x", "http://u:hunter2@x:port", "x:1"])
@pytest.mark.parametrize("parsed", [str, httpx.URL], ids=["text", "URL"])
def test_a_proxy_given_as_an_argument_is_refused_when_the_client_is_made(
    proxy: str, parsed: Callable[[str], object], kind: type[Any]
) -> None:
    made = parsed(proxy) if "port" not in proxy else proxy
    error = raised_by(lambda: kind(proxy=made))
    assert isinstance(error, ValueError)
    assert str(error).startswith("proxy= ")
    assert PASSWORD not in "".join(frames_of(error))


# httpx-aiohttp 0.2 tells aiohttp 3.14 the password in a way that goes out.
@pytest.mark.filterwarnings("ignore:.*(BasicAuth|proxy_auth).*deprecated:DeprecationWarning")
@pytest.mark.parametrize("way", WAYS)
def test_a_proxy_that_does_not_answer_shows_no_password(
    way: str, servers: dict[str, WireServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_models, "max_retries", 0)
    monkeypatch.setenv("HTTP_PROXY", f"http://u:{PASSWORD}@127.0.0.1:9")
    error = raised_by(lambda: WAYS[way](servers["http"].base_url))
    assert isinstance(error, httpx.TransportError | OpenAIError)
    assert PASSWORD not in "".join(frames_of(error))


@pytest.mark.parametrize(
    ("variable", "value", "scheme"),
    [
        ("HTTP_PROXY", f"ftp://u:{PASSWORD}@x", "http"),
        ("ALL_PROXY", f"socks5://u:{PASSWORD}@127.0.0.1:9", "http"),
        ("SSL_CERT_FILE", "/nowhere/authorities.pem", "https"),
        ("SSL_CERT_DIR", "/nowhere", "https"),
    ],
)
def test_the_command_shows_the_sentence_alone(
    *, variable: str, value: str, scheme: str, servers: dict[str, WireServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in ((variable, value), ("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", servers[scheme].base_url)):
        monkeypatch.setenv(name, text)
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"openai-models: {variable}")
    assert len(done.stderr.splitlines()) == 1
    assert PASSWORD not in done.stderr


FAR: Final = "http://127.0.0.1:99999/v1"


def _from_environment() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", FAR)
        OpenAI(api_key=KEY)


PORTS: Final[dict[str, Callable[[], object]]] = {
    "argument": lambda: OpenAI(api_key=KEY, base_url=FAR),
    "async-argument": lambda: AsyncOpenAI(api_key=KEY, base_url=FAR),
    "environment": _from_environment,
    "setter": lambda: setattr(OpenAI(api_key=KEY), "base_url", FAR),
    "with_options": lambda: OpenAI(api_key=KEY).with_options(base_url=FAR),
    "module-client": lambda: WAYS["module-client"](FAR),
}


@pytest.mark.parametrize("place", PORTS)
def test_a_port_that_is_none_is_refused_by_its_number(place: str) -> None:
    error = raised_by(PORTS[place])
    MODULE_CLIENT.reset()
    assert isinstance(error, ValueError)
    assert str(error) == "base_url has the port 99999, and a port is at most 65535"
