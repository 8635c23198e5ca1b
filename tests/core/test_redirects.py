"""Where a redirect is followed, what goes along, and where it is refused. `test_flow` has the hops."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.parts import KEY, Server, Shell, answer

from openai_models import APIStatusError
from openai_models._core.redirects import RedirectRefusedError, next_request

STATUSES = [301, 302, 303, 307, 308]
SECRET = "sk-of-the-http-client"


def moved(location: str | None, status: int = 302) -> Callable[[httpx.Request], httpx.Response]:
    return answer(status=status, content=b"moved", headers={} if location is None else {"location": location})


@pytest.mark.parametrize(
    ("location", "status"),
    [
        *(("/v2/models", status) for status in STATUSES),
        *((f"{origin}/v2/models", 302) for origin in ("..", "http://api.test:80", "//api.test", "HTTP://API.TEST")),
    ],
)
def test_a_get_is_redirected_within_its_origin_with_all_its_headers(location: str, status: int, shell: Shell) -> None:
    server = Server(moved(location, status), answer([{"id": "a"}]))
    client = shell.client(server, default_headers={"X-Own": "own"}, organization="org", timeout=7)
    assert [model.id for model in shell.call(client.models.list).data] == ["a"]
    first, second = server.requests
    assert (first.method, second.method, str(second.url)) == ("GET", "GET", "http://api.test/v2/models")
    assert dict(second.headers) == dict(first.headers)
    assert second.extensions["timeout"]["read"] == 7


def test_a_cookie_that_a_redirect_sets_or_replaces_goes_along(shell: Shell) -> None:
    hops = [answer(status=302, headers={"location": "/x", "set-cookie": f"turn={turn}; Path=/"}) for turn in "12"]
    server = Server(*hops, answer([]))
    client = shell.client(server, http={"cookies": {"own": "c"}, "max_redirects": 2})
    raw = shell.call(client.models.with_raw_response.list)
    cookies = [sorted(request.headers["cookie"].split("; ")) for request in server.requests]
    assert cookies == [["own=c"], ["own=c", "turn=1"], ["own=c", "turn=2"]]
    assert [len(response.history) for response in raw.http_response.history] == [0, 1]


def test_the_history_of_an_auth_flow_stays(shell: Shell) -> None:
    server = Server(answer(status=401, headers={"www-authenticate": 'Digest realm="r", nonce="n"'}), answer([]))
    client = shell.client(server, http={"auth": httpx.DigestAuth("user", "password")})
    raw = shell.call(client.models.with_raw_response.list)
    assert [response.status_code for response in raw.http_response.history] == [401]


def test_a_cookie_that_a_redirect_deletes_stays_away(shell: Shell) -> None:
    away = answer(status=302, headers={"location": "/x", "set-cookie": "own=; Path=/; Max-Age=0"})
    server = Server(answer([], headers={"set-cookie": "own=c; Path=/"}), away, answer([]))
    client = shell.client(server)
    for _ in range(2):
        shell.call(client.models.list)
    assert [request.headers.get("cookie") for request in server.requests] == [None, "own=c", None]


@pytest.mark.parametrize("place", ["default_headers", "extra_headers", "http"])
def test_a_header_of_cookies_goes_along_in_place_of_the_clients_cookies(shell: Shell, place: str) -> None:
    given = {"Cookie": "session=S"}
    server = Server(answer(status=307, headers={"location": "/x", "set-cookie": "lb=1"}), answer([]))
    settings: dict[str, Any] = {"default_headers": {place: given}, "http": {place: {"headers": given}}}
    client = shell.client(server, **settings.get(place, {}))
    shell.call(client.models.list, extra_headers=given if place == "extra_headers" else None)
    assert [request.headers["cookie"] for request in server.requests] == ["session=S", "session=S"]


def test_a_client_of_the_caller_may_follow_fewer_redirects(shell: Shell) -> None:
    client = shell.client(Server(moved("/a")), http={"max_redirects": 3}, max_retries=0)
    assert "more than 3 redirects" in str(shell.failure(client.models.list))


@pytest.mark.parametrize(("status", "has_note"), [(401, True), (403, True), (404, False)])
def test_an_error_says_where_the_key_stayed_behind(status: int, shell: Shell, *, has_note: bool) -> None:
    failure = shell.failure(
        shell.client(Server(moved("https://api.test/v1/models"), answer(status=status))).models.list
    )
    assert ("where the key does not go" in str(getattr(failure, "__notes__", ""))) is has_note


ELSEWHERE = [
    "http://evil.test/v1/models",
    "http://api.test:8080/v1/models",
    "https://api.test/v1/models",
    "//evil.test/",
    "http://user:pass@evil.test/",
    "http://api.test@evil.test/",
]


@pytest.mark.parametrize("auth", [None, ("user", SECRET)], ids=["key", "auth"])
@pytest.mark.parametrize("onward", [(), ("/2", "http://api.test/v1/models")], ids=["there", "further and back"])
@pytest.mark.parametrize("location", ELSEWHERE)
def test_nothing_that_was_configured_travels_to_another_origin_nor_back(
    location: str, onward: tuple[str, ...], auth: tuple[str, str] | None, shell: Shell
) -> None:
    server = Server(moved(location), *map(moved, onward), answer([]))
    client = shell.client(
        server,
        base_url=f"http://user:{KEY}@api.test/v1?key={KEY}",
        default_headers={"X-Own": "own", "Cookie": "own=1", "User-Agent": "own", "Accept": "own"},
        default_query={"own": "own"},
        organization="org",
        project="proj",
        http={"headers": {"X-Http": SECRET}, "params": {"http": SECRET}, "cookies": {"http": SECRET}, "auth": auth},
        timeout=7,
    )
    shell.call(client.models.list, extra_headers={"X-Call": "own"})
    assert len(server.requests) == 2 + len(onward)
    # A user that the Location itself names is the other server's business.
    named = {"authorization"} if "@" in location else set()
    for sent in server.requests[1:]:
        assert set(sent.headers) <= {"host", "accept", "accept-encoding", "user-agent", *named}
        assert sent.headers["host"] == sent.url.netloc.decode()
        assert not sent.url.query
        assert "own" not in sent.headers.values()
        assert sent.headers.get("authorization") != httpx.BasicAuth("user", SECRET)._auth_header
        assert not {KEY, SECRET} & {sent.url.password}
        assert sent.extensions["timeout"]["read"] == 7


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ws://api.test/models", "http:///x"])
def test_what_is_no_http_address_is_not_followed(location: str, shell: Shell) -> None:
    server = Server(moved(location), answer([]))
    failure = shell.failure(shell.client(server, max_retries=2).models.list)
    assert (type(failure), failure.status_code) == (APIStatusError, 302)
    assert "redirects to a" in str(failure)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "http://[::1", "http://api.test:port/", "http:////91[9tp", "http://xn--0/"]
)
def test_a_location_that_is_no_url_is_an_error_that_says_so_and_is_not_followed(location: str, shell: Shell) -> None:
    """httpx looks at each Location, followed or not, and keeps the response to itself if it can't be read."""
    server = Server(moved(location), answer([]))
    failure = shell.failure(shell.client(server).models.list)
    told = str(failure) + "".join(getattr(failure, "__notes__", []))
    assert any(word in told for word in ("redirect", "location", "URL", "IDNA"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_without_a_location_is_the_status_own_error(status: int, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(moved(None, status))).models.list)
    assert (type(failure), failure.status_code, failure.body) == (APIStatusError, status, "moved")


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_another_3xx_is_not_followed(status: int, shell: Shell) -> None:
    server = Server(moved("/v2/models", status))
    assert shell.failure(shell.client(server).models.list).status_code == status
    assert len(server.requests) == 1


@given(st.text(alphabet="ahtps:/@[]?#%.\\ \t\u00e9\u20281290-_;&=9", max_size=20))
@example("http:////91[9tp")
@example("http://[v1.x]/")
@example("http://\u2100.test/")
def test_whatever_a_location_says_it_is_followed_or_refused(text: str) -> None:
    request = httpx.Request("GET", "http://api.test/v1/models")
    for location in (text, f"http://{text}", f"//h{text}"):
        response = httpx.Response(302, headers=[(b"location", location.encode())], request=request)
        try:
            request, _ = next_request(response, None)
        except RedirectRefusedError:
            continue
        assert request.url.scheme in {"http", "https"}


@pytest.mark.parametrize("location", ["/v1/models/b", "http://evil.test/models/a"], ids=["same origin", "elsewhere"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_delete_is_redirected_only_as_a_delete_and_within_its_origin(
    status: int, location: str, shell: Shell
) -> None:
    server = Server(moved(location, status), answer({"id": "a", "deleted": True}))
    client = shell.client(server, max_retries=2)
    if status in {307, 308} and location.startswith("/"):
        assert shell.call(client.models.delete, "a", extra_body={"x": 1}).deleted
        assert server.methods == ["DELETE", "DELETE"]
        assert server.requests[1].content == server.requests[0].content == b'{"x":1}'
    else:
        failure = shell.failure(client.models.delete, "a")
        assert (type(failure), failure.status_code) == (APIStatusError, status)
        assert "redirects a DELETE" in str(failure)
        assert server.methods == ["DELETE"]
