"""Where a redirect is followed, what goes along, and where it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.parts import KEY, Pieces, Server, Shell, answer

from openai_models import APIConnectionError, APIStatusError
from openai_models._core.redirects import RedirectRefusedError, next_request

if TYPE_CHECKING:
    from collections.abc import Callable

STATUSES = [301, 302, 303, 307, 308]
SECRET = "sk-of-the-http-client"

SAME = ["/v2/models", "../v2/models", "http://api.test/v2/models", "http://api.test:80/v2/models", "//api.test/v2/models", "HTTP://API.TEST/v2/models"]  # fmt: skip
ELSEWHERE = ["http://evil.test/v1/models", "http://api.test:8080/v1/models", "https://api.test/v1/models", "//evil.test/", "http://user:pass@evil.test/", "http://api.test.evil.test/", "http://api.test@evil.test/"]  # fmt: skip
NOT_FOLLOWED = ["file:///etc/passwd", "ftp://api.test/models", "ws://api.test/models", "gopher://api.test/"]
GARBAGE = ["javascript:alert(1)", "data:text/plain,x", "http://[::1", "http://api.test:port/", "http://api.test/\x01"]  # fmt: skip


def moved(location: str | None, status: int = 302) -> Callable[[httpx.Request], httpx.Response]:
    return answer(status=status, content=b"moved", headers={} if location is None else {"location": location})


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location", SAME)
def test_a_get_is_redirected_within_its_origin_with_all_its_headers(location: str, status: int, shell: Shell) -> None:
    server = Server(moved(location, status), answer([{"id": "a"}]))
    client = shell.client(server, default_headers={"X-Own": "own"}, organization="org")
    page = shell.call(client.models.list)
    assert [model.id for model in page.data] == ["a"]
    assert server.methods == ["GET", "GET"]
    first, second = server.requests
    assert str(second.url) == "http://api.test/v2/models"
    assert dict(second.headers) == dict(first.headers)


@pytest.mark.parametrize("location", ELSEWHERE)
def test_nothing_that_was_configured_travels_to_another_origin(location: str, shell: Shell) -> None:
    server = Server(moved(location), answer([]))
    client = shell.client(
        server,
        base_url="http://api.test/v1?in-url=in-url",
        default_headers={"X-Own": "own", "Cookie": "own=1", "User-Agent": "own", "Accept": "own"},
        default_query={"own": "own"},
        organization="org",
        project="proj",
        http={"headers": {"X-Http": SECRET}, "params": {"http": SECRET}, "cookies": {"http": SECRET}},
    )
    shell.call(client.models.list, extra_headers={"X-Call": "own"})
    sent = server.requests[1]
    # A user that the Location itself names is the other server's business.
    named = {"authorization"} if "@" in location else set()
    assert set(sent.headers) <= {"host", "accept", "accept-encoding", "user-agent", *named}
    assert sent.headers["host"] == sent.url.netloc.decode()
    assert not sent.url.query
    assert not sent.content
    assert "own" not in sent.headers.values()


@pytest.mark.parametrize("location", ELSEWHERE)
@pytest.mark.parametrize("onward", [(), ("/2",), ("/2", "/3")], ids=["there", "a hop further", "two hops further"])
def test_the_http_clients_own_credentials_do_not_travel_to_another_origin(
    onward: tuple[str, ...], location: str, shell: Shell
) -> None:
    server = Server(moved(location), *[moved(hop) for hop in onward], answer([]))
    client = shell.client(server, http={"auth": ("user", SECRET)})
    shell.call(client.models.list)
    mine = httpx.BasicAuth("user", SECRET)._auth_header
    assert len(server.requests) == 2 + len(onward)
    assert [request.headers.get("authorization") == mine for request in server.requests][1:] == [False] * (
        1 + len(onward)
    )


def test_a_way_back_from_elsewhere_is_without_the_key_too(shell: Shell) -> None:
    server = Server(moved("http://evil.test/"), moved("http://api.test/v1/models"), answer([]))
    shell.call(shell.client(server, http={"auth": ("user", SECRET)}).models.list)
    assert [request.headers.get("authorization") for request in server.requests[1:]] == [None, None]


@pytest.mark.parametrize("location", NOT_FOLLOWED)
def test_what_is_no_http_address_is_not_followed(location: str, shell: Shell) -> None:
    server = Server(moved(location), answer([]))
    failure = shell.failure(shell.client(server, max_retries=2).models.list)
    assert type(failure) is APIStatusError
    assert failure.status_code == 302
    assert "redirect" in str(failure)
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", GARBAGE)
def test_a_location_that_is_no_url_is_an_error_that_says_so_and_is_not_followed(location: str, shell: Shell) -> None:
    """httpx looks at each Location, followed or not, and keeps the response to itself if it can't be read."""
    server = Server(moved(location), answer([]))
    failure = shell.failure(shell.client(server).models.list)
    told = str(failure) + "".join(getattr(failure, "__notes__", []))
    assert any(word in told for word in ("redirect", "location", "URL"))
    assert server.urls == ["http://api.test/v1/models"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_without_a_location_is_the_status_own_error(status: int, shell: Shell) -> None:
    failure = shell.failure(shell.client(Server(moved(None, status))).models.list)
    assert type(failure) is APIStatusError
    assert (failure.status_code, failure.body) == (status, "moved")


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
            request, _ = next_request(response)
        except RedirectRefusedError:
            continue
        assert request.url.scheme in {"http", "https"}


@pytest.mark.parametrize(
    "locations", [["/v1/models"], ["/a", "/b"], [""], ["?page=1"]], ids=["itself", "two", "empty", "query"]
)
def test_a_loop_ends_in_a_connection_error(locations: list[str], shell: Shell) -> None:
    count = 0

    def turn(_: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(302, headers={"location": locations[count % len(locations)]}, stream=Pieces(b""))

    failure = shell.failure(shell.client(turn).models.list)
    assert type(failure) is APIConnectionError
    assert "redirects" in "".join(failure.__notes__)
    assert count == 21


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


@pytest.mark.parametrize("status", STATUSES)
def test_an_http_client_that_does_not_follow_redirects_is_obeyed(status: int, shell: Shell) -> None:
    server = Server(moved("/v2/models", status), answer([]))
    failure = shell.failure(shell.client(server, http={"follow_redirects": False}).models.list)
    assert failure.status_code == status
    assert len(server.requests) == 1


def test_every_request_of_a_redirect_keeps_the_bounds_of_time(shell: Shell) -> None:
    server = Server(moved("/2"), moved("http://other.test/"), answer([]))
    shell.call(shell.client(server, timeout=7).models.list)
    assert [request.extensions["timeout"]["read"] for request in server.requests] == [7, 7, 7]


def test_a_key_in_the_base_urls_userinfo_or_query_is_not_sent_elsewhere(shell: Shell) -> None:
    server = Server(moved("http://evil.test/x"), moved("y"), answer([]))
    shell.call(shell.client(server, base_url=f"http://user:{KEY}@api.test/v1?key={KEY}").models.list)
    seen: list[Any] = [(str(request.url), dict(request.headers)) for request in server.requests[1:]]
    assert KEY not in repr(seen)
    assert [request.headers.get("authorization") for request in server.requests[1:]] == [None, None]
