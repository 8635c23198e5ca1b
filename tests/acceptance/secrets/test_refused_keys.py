"""What can't be sent is refused before anything is, and isn't quoted: it may be a key."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest
from tests.acceptance.hard.wire import WireServer
from tests.acceptance.secrets.planting import everything_about, of_the_package, refusal, rendered
from tests.parts import Server, Shell

from openai_models import APIConnectionError, AsyncOpenAI, OpenAI
from openai_models.contract import Target, UnusableTargetError

BAD_KEYS = {
    "line break": "sk-PLANTED\nx-injected: 1",
    "carriage return": "sk-PLANTED\r",
    "NUL": "sk-PLANTED\0",
    "escape": "sk-PLANTED\x1b[2J",
    "DEL": "sk-PLANTED\x7f",
    "accent": "sk-PLANTED\u00e9",
    "smart quote": "\u201csk-PLANTED\u201d",
    "invisible": "sk-\u200bPLANTED",
    "line separator": "sk-PLANTED\u2028",
    "surrogate": "sk-PLANTED\udc80",
}


def uses(shell: Shell, server: Server, given: list[str]) -> dict[str, Callable[[], object]]:
    """Return how a key, or the value of a header, may come to a client."""

    async def gives() -> str:
        return given[0]

    client, other = shell.client(server), Shell("asyncio")
    return {
        "argument": lambda: shell.client(server, api_key=given[0]),
        "OPENAI_API_KEY": lambda: shell.client(server, api_key=None),
        "attribute": lambda: setattr(client, "api_key", given[0]),
        "function": lambda: shell.call(shell.client(server, api_key=lambda: given[0]).models.list),
        "coroutine function": lambda: other.call(other.client(server, api_key=gives).models.list),
        "copy": lambda: client.with_options(api_key=given[0]),
        "default header": lambda: shell.client(server, default_headers={"api-key": given[0]}),
        "extra header": lambda: shell.call(client.models.retrieve, "m", extra_headers={"api-key": given[0]}),
        "OPENAI_CUSTOM_HEADERS": lambda: shell.client(server),
    }


USES = uses(Shell("sync"), Server(), [])
# What a variable of the environment, or a line of it, can hold.
CAN_HOLD = {
    "OPENAI_API_KEY": BAD_KEYS.keys() - {"NUL"},
    "OPENAI_CUSTOM_HEADERS": {"escape", "accent", "smart quote"},
}


@pytest.mark.parametrize(
    ("place", "bad"), [(place, bad) for place in USES for bad in sorted(CAN_HOLD.get(place, BAD_KEYS))]
)
def test_what_no_header_can_hold_is_refused_without_quoting_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, place: str, bad: str
) -> None:
    server, given = Server(), [BAD_KEYS[bad]]
    use = uses(shell, server, given)[place]
    if place.startswith("OPENAI_"):
        monkeypatch.setenv(place, given[0] if place == "OPENAI_API_KEY" else f"api-key: {given[0]}")
    error = refusal(use)
    given.clear()
    assert server.requests == []
    assert "PLANTED" not in f"{error!r} {error} {getattr(error, '__notes__', '')}"
    assert "PLANTED" not in of_the_package(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "a\r\nx: y", "\u00e9", "a\0", "a\udc80"], ids=ascii)
def test_a_name_that_is_no_header_is_refused_before_anything_is_sent(name: str) -> None:
    server = Server()
    client = Shell("sync").client(server)
    with pytest.raises(ValueError, match="not a name for a header"):
        client.models.list(extra_headers={name: "PLANTED"})
    with pytest.raises(ValueError, match="not a name for a header") as caught:
        client.with_options(default_headers={name: "PLANTED"})
    assert server.requests == []
    assert "PLANTED" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "ftp://user:PLANTED@host/v1",
        "http://user:PLANTED@/v1",
        "http://user:PLANTED@host:port/v1",
        "http://user:PLANTED@host/v1?key=PLANTED#fragment",
        "http://host/v1?key=sk#PLANTED",
        "http://user:PLANTED@ho st/v1",
        "http://user:PLANTED@[::1/v1",
        "http://user:PLANTED@host:99999/v1",
        "http://user:PLANTED/PLANTED@host/v1",
        "http://host/v1?key=PLANTED\n",
        "http://host/v1?key=PLANTED\0",
        "//user:PLANTED@host",
        "user:PLANTED@host",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_a_base_url_that_is_refused_is_not_quoted_with_its_secrets(client: Any, base_url: str) -> None:
    urls = [base_url]
    try:
        shown = repr(client(base_url=urls[0], api_key="sk-x"))
    except (ValueError, TypeError) as error:
        urls.clear()
        shown = f"{error!r} {error} {of_the_package(error)}"
    assert "PLANTED" not in shown


@pytest.mark.parametrize("url", ["http://user:PLANTED@127.0.0.1:9/v1", "http://127.0.0.1:9/v1?key=PLANTED"])
def test_the_contract_takes_no_url_whose_secrets_its_reports_would_show(url: str) -> None:
    with pytest.raises(UnusableTargetError, match="has a login, a query") as caught:
        Target.of_somebody(url, "sk-x")
    assert "PLANTED" not in f"{caught.value} {caught.value!r}"


def test_a_header_of_an_http_client_that_cannot_be_sent_is_not_quoted(server: WireServer, shell: Shell) -> None:
    headers = {"api-key": "PLANTED\nx: y"}
    http = {"transport": None, "headers": headers}
    client = shell.client(Server(), base_url=server.base_url, http=http)
    error = refusal(lambda: shell.call(client.models.retrieve, "m"))
    headers.clear()
    assert isinstance(error, APIConnectionError)
    assert "the http_client adds a header that HTTP doesn't allow" in error.__notes__[0]
    assert server.heads == []
    assert error.__cause__ is error.__context__ is None
    assert "PLANTED" not in everything_about(error) + rendered(error)


@pytest.mark.parametrize("proxy", ["//user:PLANTED@host", "http://user:PLANTED@/", "http://user:PLANTED@host:99999"])
def test_a_proxy_of_the_environment_that_is_none_is_not_quoted(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with OpenAI(api_key="k", base_url="http://192.0.2.1/v1") as client:
        error = refusal(lambda: client.models.retrieve("m"))
    assert "HTTP_PROXY is not the URL" in str(error)
    assert "PLANTED" not in everything_about(error) + of_the_package(error)


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_no_log_quotes_a_header_of_an_http_client_that_cannot_be_sent(
    library: Any, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    http = library.Client(headers=[(b"api-key", b"PLANTED\nx: y")])
    with OpenAI(api_key="k", base_url=server.base_url, http_client=http) as client, pytest.raises(APIConnectionError):
        client.models.list()
    assert "Illegal header value" in caplog.text
    assert "PLANTED" not in caplog.text


def test_an_async_function_for_the_key_of_a_sync_client_is_refused() -> None:
    async def key() -> str:
        return "sk-x"

    server = Server()
    with pytest.raises(TypeError, match="that is for AsyncOpenAI"):
        Shell("sync").client(server, api_key=key).models.list()
    assert server.requests == []
