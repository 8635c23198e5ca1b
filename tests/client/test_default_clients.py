"""The HTTP clients that this package makes do what httpx's do, some of it faster."""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Server, Shell, answer

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI

SESSION = [("Set-Cookie", "session=1; Path=/"), ("x-request-id", "r"), ("set-cookie", "zone=eu; Max-Age=60")]
LOGOUT = [("SET-COOKIE", "session=; Path=/; Max-Age=0")]


def client_of(shell: Shell, server: Server, **http: Any) -> Any:
    transport = httpx.MockTransport(server)
    if shell.is_async:
        return AsyncOpenAI(api_key=KEY, http_client=DefaultAsyncHttpxClient(transport=transport, **http))
    return OpenAI(api_key=KEY, http_client=DefaultHttpxClient(transport=transport, **http))


def cookies_sent(shell: Shell, client: Any, server: Server, calls: int) -> list[str | None]:
    for _ in range(calls):
        shell.call(client.models.retrieve, "m")
    return [request.headers.get("cookie") for request in server.requests]


def setting(headers: list[tuple[str, str]]) -> Any:
    return answer({"id": "m"}, headers=httpx.Headers(headers))


def test_cookies_that_a_server_sets_go_along_until_it_takes_them_back(shell: Shell) -> None:
    server = Server(setting(SESSION), setting([]), setting(LOGOUT), setting([]))
    cookies = cookies_sent(shell, client_of(shell, server), server, 4)
    assert cookies == [None, "zone=eu; session=1", "zone=eu; session=1", "zone=eu"]


def test_a_jar_of_cookies_of_one_s_own_is_the_one_that_is_used(shell: Shell) -> None:
    server = Server(setting(SESSION))
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    client = client_of(shell, server, cookies=jar)
    assert client._http.cookies.jar is jar
    assert cookies_sent(shell, client, server, 2) == [None, None]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_cookies_go_along_with_headers_of_the_http_client_in_any_encoding(encoding: str, shell: Shell) -> None:
    server = Server(setting(SESSION))
    client = shell.client(server, http={"headers": [(b"x-name", "caf\u00e9".encode(encoding))]})
    assert cookies_sent(shell, client, server, 2) == [None, "zone=eu; session=1"]


def test_a_proxy_that_is_none_fails_the_first_request_that_needs_it_and_not_the_client(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "ftp://proxy.test")
    client: Any = (AsyncOpenAI if shell.is_async else OpenAI)(api_key=KEY, base_url="http://api.test/v1", max_retries=2)
    with pytest.raises(ValueError, match="HTTP_PROXY"):
        shell.call(client.models.list)
    shell.call(client.close)
