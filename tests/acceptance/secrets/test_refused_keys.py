"""What can't be sent is refused before anything is, and isn't quoted: it may be a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.secrets.planting import everything_about, of_the_package, refusal
from tests.parts import Server, Shell

from openai_models import APIConnectionError, AsyncOpenAI, OpenAI
from openai_models.contract import Target, UnusableTargetError

if TYPE_CHECKING:
    from tests.acceptance.hard.wire import WireServer

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
PLACES = ("argument", "environment", "attribute", "function", "coroutine function", "copy")


@pytest.mark.parametrize(
    ("place", "bad"),
    [(place, bad) for place in PLACES for bad in BAD_KEYS if (place, bad) != ("environment", "NUL")],
)
def test_a_key_that_no_header_can_hold_is_refused_without_quoting_it(
    monkeypatch: pytest.MonkeyPatch, place: str, bad: str
) -> None:
    made: list[str] = [BAD_KEYS[bad]]
    server, sync, asynchronous = Server(), Shell("sync"), Shell("asyncio")

    async def gives() -> str:
        return made[0]

    client = sync.client(server)
    if place == "environment":
        monkeypatch.setenv("OPENAI_API_KEY", made[0])
    error = {
        "argument": lambda: refusal(lambda: sync.client(server, api_key=made[0])),
        "environment": lambda: refusal(lambda: sync.client(server, api_key=None)),
        "attribute": lambda: refusal(lambda: setattr(client, "api_key", made[0])),
        "function": lambda: refusal(sync.client(server, api_key=lambda: made[0]).models.list),
        "coroutine function": lambda: refusal(
            lambda: asynchronous.call(asynchronous.client(server, api_key=gives).models.list)
        ),
        "copy": lambda: refusal(lambda: client.with_options(api_key=made[0])),
    }[place]()
    made.clear()
    assert server.requests == []
    assert "PLANTED" not in f"{error!r} {error} {getattr(error, '__notes__', '')}"
    assert "PLANTED" not in of_the_package(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


# A line of the environment variable can hold no others.
IN_A_LINE = {"environment": ("escape", "accent", "smart quote")}


@pytest.mark.parametrize(
    ("place", "bad"),
    [(place, bad) for place in ("default", "extra", "environment") for bad in IN_A_LINE.get(place, BAD_KEYS)],
)
def test_a_header_that_cannot_be_sent_is_refused_without_quoting_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, place: str, bad: str
) -> None:
    server = Server()
    made: dict[str, Any] = {"default": {}, "extra": {}}
    if place == "environment":
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"api-key: {BAD_KEYS[bad]}")
    else:
        made[place] = {"api-key": BAD_KEYS[bad]}

    def call() -> object:
        client = shell.client(server, default_headers=made["default"])
        return shell.call(client.models.retrieve, "m", extra_headers=made["extra"])

    error = refusal(call)
    made.clear()
    monkeypatch.delenv("OPENAI_CUSTOM_HEADERS", raising=False)
    assert server.requests == []
    assert "PLANTED" not in f"{error!r} {error}"
    assert "PLANTED" not in of_the_package(error)


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
    assert "PLANTED" not in everything_about(error) + of_the_package(error)


def test_an_async_function_for_the_key_of_a_sync_client_is_refused() -> None:
    async def key() -> str:
        return "sk-x"

    server = Server()
    with pytest.raises(TypeError, match="that is for AsyncOpenAI"):
        Shell("sync").client(server, api_key=key).models.list()
    assert server.requests == []
