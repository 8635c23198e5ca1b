"""The HTTP clients that this package makes do what httpx's do, some of it faster."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Pieces, Shell

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI

MODEL = b'{"id": "m"}'


class Site:
    """Sets cookies with its answers, one list of headers after the other."""

    def __init__(self, *answers: list[tuple[str, str]]) -> None:
        self.cookies: list[str | None] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.cookies.append(request.headers.get("cookie"))
        return httpx.Response(200, headers=self._answers.pop(0), stream=Pieces(MODEL))


SESSION = [("Set-Cookie", "session=1; Path=/"), ("x-request-id", "r"), ("set-cookie", "zone=eu; Max-Age=60")]
LOGOUT = [("SET-COOKIE", "session=; Path=/; Max-Age=0")]


def test_cookies_that_a_server_sets_go_along_until_it_takes_them_back() -> None:
    site = Site(SESSION, [], LOGOUT, [])
    http = DefaultHttpxClient(transport=httpx.MockTransport(site))
    with OpenAI(api_key=KEY, base_url="http://api.test/v1", http_client=http) as client:
        for _ in range(4):
            client.models.retrieve("m")
    assert site.cookies == [None, "zone=eu; session=1", "zone=eu; session=1", "zone=eu"]


@pytest.mark.anyio
async def test_the_async_client_keeps_them_likewise() -> None:
    site = Site(SESSION, [], LOGOUT, [])
    http = DefaultAsyncHttpxClient(transport=httpx.MockTransport(site))
    async with AsyncOpenAI(api_key=KEY, base_url="http://api.test/v1", http_client=http) as client:
        for _ in range(4):
            await client.models.retrieve("m")
    assert site.cookies == [None, "zone=eu; session=1", "zone=eu; session=1", "zone=eu"]


@pytest.mark.parametrize("kind", [DefaultHttpxClient, DefaultAsyncHttpxClient])
def test_a_jar_of_cookies_of_one_s_own_is_the_one_that_is_used(
    kind: type[DefaultHttpxClient | DefaultAsyncHttpxClient],
) -> None:
    jar = CookieJar()
    assert kind(cookies=jar).cookies.jar is jar


def test_a_jar_that_takes_no_cookies_gets_none() -> None:
    site = Site(SESSION, [])
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    http = DefaultHttpxClient(transport=httpx.MockTransport(site), cookies=jar)
    with OpenAI(api_key=KEY, base_url="http://api.test/v1", http_client=http) as client:
        for _ in range(2):
            client.models.retrieve("m")
    assert site.cookies == [None, None]


@pytest.mark.parametrize("value", ["caf\u00e9".encode("latin-1"), "caf\u00e9".encode()], ids=["Latin-1", "UTF-8"])
def test_cookies_go_along_with_headers_of_the_http_client_in_any_encoding(value: bytes) -> None:
    site = Site(SESSION, [])
    http = httpx.Client(transport=httpx.MockTransport(site), headers=[(b"x-name", value)])
    with OpenAI(api_key=KEY, base_url="http://api.test/v1", http_client=http) as client:
        for _ in range(2):
            client.models.retrieve("m")
    assert site.cookies == [None, "zone=eu; session=1"]


def test_a_proxy_that_is_none_fails_the_first_request_that_needs_it_and_not_the_client(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "ftp://proxy.test")
    client: Any = (AsyncOpenAI if shell.is_async else OpenAI)(api_key=KEY, base_url="http://api.test/v1", max_retries=2)
    with pytest.raises(ValueError, match="HTTP_PROXY"):
        shell.call(client.models.list)
    shell.call(client.close)
