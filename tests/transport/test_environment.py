"""What the environment or an argument names and cannot be used is told in one sentence, when it is needed."""

from __future__ import annotations

import subprocess
import traceback
from os import pathsep
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from tests.parts import raised_by
from tests.transport.parts import CERTIFICATE
from tests.transport.ways import CLIENTS, COMMAND, IN_TURN, KEY, WAYS

import openai_models
from openai_models import AsyncOpenAI, OpenAI, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.hard.wire import WireServer

    SetVariable = Callable[[str, str], None]

PACKAGE: Final = Path(openai_models.__file__).parent
PASSWORD: Final = "hunter2"
NO_URL: Final = "is not the URL of an http, https or socks5 proxy: correct or remove it, or set NO_PROXY"
NO_PACKAGE: Final = 'names a SOCKS proxy, which needs a package: pip install "httpx[socks]"'
NO_FILE: Final = "is not a readable file of certificates in PEM format"
# Variable, value, and what is told of it. The proxies are of no use to http, the rest is of none to https.
UNUSABLE: Final = [
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
    ("SSL_CERT_FILE", "{folder}/missing.pem", NO_FILE),
    ("SSL_CERT_FILE", "{folder}", NO_FILE),
    ("SSL_CERT_FILE", "{folder}/note.txt", NO_FILE),
    ("SSL_CERT_DIR", "{folder}/missing", "is not a readable folder of certificates"),
    ("SSL_CERT_DIR", "{folder}/note.txt", "is not a readable folder of certificates"),
    ("SSLKEYLOGFILE", "{folder}/missing/keys", "is not a file that can be written"),
    ("HTTPS_PROXY", "http://[", NO_URL),
]


@pytest.fixture
def set_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetVariable:
    """Set a variable to a value that may lie in a folder of the test's own."""
    (tmp_path / "note.txt").write_text("no certificate")
    return lambda variable, value: monkeypatch.setenv(variable, value.format(folder=tmp_path))


def frames_of(error: BaseException) -> Iterator[str]:
    """Yield an error and what led to it, with the variables of the package's frames."""
    yield f"{error!r} {error} {getattr(error, '__notes__', '')}"
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if PACKAGE in Path(frame.f_code.co_filename).parents:
            yield from map(repr, frame.f_locals.values())
    for each in {error.__cause__, error.__context__}:
        yield from frames_of(each) if each is not None else ()


@pytest.mark.parametrize(
    ("way", "row"),
    [*zip(IN_TURN, UNUSABLE, strict=False)],
    ids=[f"{variable}={ascii(value)[1:-1]}" for variable, value, _ in UNUSABLE],
)
def test_a_request_that_needs_it_fails_once_with_the_name_of_the_variable(
    *, way: str, row: tuple[str, str, str], tls_server: WireServer, set_variable: SetVariable
) -> None:
    variable, value, problem = row
    set_variable(variable, value)
    set_variable("OPENAI_API_KEY", KEY)
    for make in (OpenAI, AsyncOpenAI, *CLIENTS.values()):  # which needs it not
        assert PASSWORD not in repr(make())
    base_url = tls_server.base_url if variable.startswith(("SSL", "HTTPS")) else "http://api.test/v1"
    asked: list[str] = []

    def key() -> str:
        asked.append(KEY)
        return KEY

    error = raised_by(lambda: WAYS[way](base_url, key))
    assert isinstance(error, ValueError | OpenAIError)
    assert len(asked) == ("Http" not in way)
    assert str(error).startswith(variable)
    assert problem in str(error)
    assert "correct" in str(error) or "install" in str(error)
    assert tls_server.connections == 0
    assert PASSWORD not in "".join(frames_of(error))


@pytest.mark.parametrize("way", WAYS)
def test_a_request_that_does_not_need_it_works(
    way: str, server: WireServer, tls_server: WireServer, set_variable: SetVariable
) -> None:
    set_variable("SSL_CERT_FILE", "{folder}/missing.pem")
    set_variable("HTTPS_PROXY", "http://[")
    WAYS[way](server.base_url)
    set_variable("HTTP_PROXY", "ftp://x")
    set_variable("ALL_PROXY", "socks://127.0.0.1:9")
    for base_url in (server.base_url, server.base_url.replace("127.0.0.1", "localhost")):
        WAYS[way](base_url)  # on this machine
    set_variable("NO_PROXY", "127.0.0.1")
    WAYS[way](server.base_url)
    set_variable("SSL_CERT_FILE", CERTIFICATE)
    WAYS[way](tls_server.base_url)


@pytest.mark.parametrize("value", ["{folder}", f"/nowhere{pathsep}{{folder}}"], ids=["folder", "list"])
def test_folders_of_certificates_may_be_a_list(
    value: str, tmp_path: Path, tls_server: WireServer, set_variable: SetVariable
) -> None:
    copy(CERTIFICATE, tmp_path / "ce275665.0")  # `openssl x509 -hash`
    set_variable("SSL_CERT_DIR", value)
    WAYS["OpenAI"](tls_server.base_url)


@pytest.mark.parametrize("kind", CLIENTS.values())
@pytest.mark.parametrize(
    "proxy",
    ["ftp://u:hunter2@x", "socks5://u:hunter2@x", "http://u:hunter2@x:port", "x:1", httpx.URL("ftp://u:hunter2@x")],
    ids=["ftp", "socks5", "no-port", "no-scheme", "URL"],
)
def test_a_proxy_given_as_an_argument_is_refused_when_the_client_is_made(proxy: object, kind: type[Any]) -> None:
    error = raised_by(lambda: kind(proxy=proxy))
    assert isinstance(error, ValueError)
    assert str(error).startswith("proxy= ")
    assert PASSWORD not in "".join(frames_of(error))


# httpx-aiohttp 0.2 tells aiohttp 3.14 the password in a way that goes out.
@pytest.mark.filterwarnings("ignore:.*(BasicAuth|proxy_auth).*deprecated:DeprecationWarning")
@pytest.mark.parametrize("way", WAYS)
def test_a_proxy_that_does_not_answer_shows_no_password(
    way: str, server: WireServer, set_variable: SetVariable
) -> None:
    set_variable("HTTP_PROXY", f"http://u:{PASSWORD}@127.0.0.1:9")
    error = raised_by(lambda: WAYS[way](server.base_url))
    assert isinstance(error, httpx.TransportError | OpenAIError)
    assert PASSWORD not in "".join(frames_of(error))


def test_the_command_shows_the_sentence_alone(set_variable: SetVariable) -> None:
    set_variable("OPENAI_API_KEY", KEY)
    set_variable("OPENAI_BASE_URL", "http://api.test/v1")
    set_variable("HTTP_PROXY", f"ftp://u:{PASSWORD}@x")
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("openai-models: HTTP_PROXY")
    assert len(done.stderr.splitlines()) == 1
    assert PASSWORD not in done.stderr


def test_a_port_that_is_none_is_refused_by_its_number() -> None:
    for port in (99999, 0):
        with pytest.raises(ValueError, match=f"^base_url has the port {port}, and a port is a number from 1 to 65535$"):
            OpenAI(api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1")
